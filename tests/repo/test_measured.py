"""A test with the mark `unmeasured` is left out of coverage with its fixtures and processes; the next one is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.tracked import ROOT

pytestmark = pytest.mark.scripts

PRODUCT = "".join(
    f"def {name}():\n    return 1\n"
    for name in ("in_process", "in_fixture", "in_program", "measured", "second", "each")
)
TESTS = """
import subprocess, sys
import pytest
import product

@pytest.fixture
def fixture(): return product.in_fixture()

@pytest.mark.unmeasured
def test_left_out(fixture):
    product.in_process()
    subprocess.run([sys.executable, "-c", "import product; product.in_program()"], check=True)

def test_measured():
    subprocess.run([sys.executable, "-c", "import product; product.measured()"], check=True)

@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("call", ["measured", "second"])
def test_cases_with_a_database(call, database_kind):
    getattr(product, call)()

@pytest.mark.parametrize("call", ["measured", "each"])
def test_cases_without_one(call):
    getattr(product, call)()
"""


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")], ids=["alone", "worker"])
def test_only_the_test_without_the_mark_is_measured(workers: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "product.py").write_text(PRODUCT)
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = unmeasured\n")
    (tmp_path / ".coveragerc").write_text("[run]\nparallel = true\npatch = subprocess\ninclude = */product.py\n")
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "pytest_cov", "-p", "tests.measured", *workers),
            *("--cov", "--cov-config", ".coveragerc", "--cov-report", "json:found.json"),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=True,
        capture_output=True,
    )
    found = json.loads((tmp_path / "found.json").read_text())["files"]["product.py"]
    assert found["missing_lines"] == [2, 4, 6, 10]
