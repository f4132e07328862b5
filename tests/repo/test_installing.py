"""Old and new pips install a lock exactly, even if the index has newer releases."""

from __future__ import annotations

import ensurepip
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.repo.locks import LINES
from tests.repo.tracked import ROOT

pytestmark = pytest.mark.scripts

NEWEST = "newest"
OLD = ("22.3", "22.3.1") if sys.version_info < (3, 12) else (ensurepip.version(),)
"""The oldest ones: Python 3.11.0 and 3.11.1 ship with them. They do not run on 3.12 and newer."""


@pytest.fixture(params=[*OLD, NEWEST])
def python(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An environment with only this pip, from the machine's package index."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    pip = "pip" if request.param == NEWEST else f"pip=={request.param}"
    got = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-input"),
            *("--disable-pip-version-check", "--retries", "1", pip),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if got.returncode:
        pytest.skip(f"{pip} cannot be installed: {(got.stderr.strip().splitlines() or ['no answer'])[-1]}")
    return python


@dataclass
class Index:
    """A folder with packages built by the test; pip sees no others."""

    folder: Path

    def release(self, name: str, version: str, *asks_for: str, extra: str = "") -> str:
        """Add a release and return its entry in a lock, as script/lock writes it."""
        path = self.folder / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        lines = [
            *("Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"),
            *([f"Provides-Extra: {extra}"] if extra else []),
            *(f"Requires-Dist: {each}" for each in asks_for),
        ]
        files = {
            f"{name}.py": f"VERSION = {version!r}\n",
            f"{info}/METADATA": "\n".join(lines) + "\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD"))
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in files.items():
                archive.writestr(file, text)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        entry = f"{name}=={version} \\\n    --hash=sha256:{digest}\n    # via somebody\n"
        assert all(LINES.fullmatch(line) for line in entry.splitlines())
        return entry

    def install(self, python: Path, *entries: str) -> subprocess.CompletedProcess[str]:
        """Install a lock as script/demo and script/test do."""
        lock = self.folder / "lock.txt"
        lock.write_text("".join(entries))
        return subprocess.run(
            ["/bin/sh", "-c", '. script/environment; install_lock "$1" "$2"', "sh", str(python), str(lock)],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_FIND_LINKS": str(self.folder),
                "PIP_NO_INDEX": "1",
                "PIP_NO_CACHE_DIR": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def index(tmp_path: Path) -> Index:
    folder = tmp_path / "index"
    folder.mkdir()
    return Index(folder)


def installed(python: Path) -> dict[str, str]:
    """The packages in this environment, without pip."""
    listed = subprocess.check_output([str(python), "-m", "pip", "list", "--format=json"], text=True)
    found = {package["name"]: package["version"] for package in json.loads(listed)}
    return {name: version for name, version in found.items() if name != "pip"}


def test_a_newer_release_of_a_package_required_with_an_extra_is_ignored(python: Path, index: Index) -> None:
    entries = [
        index.release("coverings", "1.0", "tomlish; extra == 'toml'", extra="toml"),
        index.release("runner", "3.1", "coverings[toml]>=1"),
        index.release("tomlish", "0.5"),
    ]
    index.release("coverings", "2.0", "tomlish; extra == 'toml'", "novelty", extra="toml")
    index.release("tomlish", "0.6")
    index.release("novelty", "1.0")

    result = index.install(python, *entries)

    assert result.returncode == 0, result.stderr
    assert installed(python) == {"coverings": "1.0", "runner": "3.1", "tomlish": "0.5"}


def test_an_incomplete_lock_is_refused(python: Path, index: Index) -> None:
    index.release("missing", "1.0")

    result = index.install(python, index.release("asker", "1.0", "missing"))

    assert result.returncode == 1
    assert "asker 1.0 requires missing, which is not installed" in result.stderr
    assert "missing" not in installed(python)
