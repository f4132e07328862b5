"""In CI, a skipped test fails the run; otherwise, one line reports it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.tracked import ROOT

pytestmark = pytest.mark.scripts

SKIPS = "import pytest\ndef test_runs(): pass\n@pytest.mark.skip(reason='no browser')\ndef test_skips(): pass\n"
SKIPS_AS_A_WHOLE = "import pytest\npytest.skip('no browser', allow_module_level=True)\n"
FAILS_AS_EXPECTED = "import pytest\ndef test_runs(): pass\n@pytest.mark.xfail\ndef test_xfails(): assert False\n"
WORKERS = ("-p", "xdist", "-n", "2")


def run(folder: Path, test: str, ci: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(test)
    (folder / "test_other.py").write_text("def test_runs(): pass\n")
    (folder / "pytest.ini").write_text("[pytest]\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.repo.nothing_skipped", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=os.environ | {"CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("test", "arguments"), [(SKIPS, WORKERS), (SKIPS, ()), (SKIPS_AS_A_WHOLE, WORKERS)])
def test_a_skip_fails_in_ci(test: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = run(tmp_path, test, "true", *arguments)
    assert result.returncode != 0
    assert "no browser" in result.stdout


def test_otherwise_one_line_reports_a_skip(tmp_path: Path) -> None:
    result = run(tmp_path, SKIPS, "", *WORKERS)
    assert result.returncode == 0
    assert "1 test was skipped here: test_it.py::test_skips: no browser" in result.stdout.splitlines()


def test_an_expected_failure_is_not_a_skip(tmp_path: Path) -> None:
    assert run(tmp_path, FAILS_AS_EXPECTED, "true").returncode == 0
