"""What is installed and what goes into the container is complete."""

from __future__ import annotations

import fnmatch
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest

from tests.repo.tracked import PACKAGES, ROOT, tracked

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in the wheel that is built from the tracked files, as the container builds it."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked():
        if name.startswith(tuple(f"{package}/" for package in PACKAGES)) or name in {
            *("pyproject.toml", "README.md", "LICENSE")
        }:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"),
            *("--disable-pip-version-check", "--wheel-dir", str(out), str(source)),
        ],
        check=True,
        capture_output=True,
    )
    [built] = out.iterdir()
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_every_file_of_the_packages_is_installed(wheel: set[str]) -> None:
    ours = {name for name in tracked() if name.startswith(tuple(f"{package}/" for package in PACKAGES))}
    assert ours - wheel == set()


def test_nothing_else_is_installed(wheel: set[str]) -> None:
    roots = {name.split("/")[0] for name in wheel if ".dist-info/" not in name}
    assert roots == set(PACKAGES)


def test_the_container_copies_what_is_there_and_not_ignored() -> None:
    ignored = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert {*PACKAGES, "pyproject.toml", "script/locks/run.txt"} <= set(copied)
    for source in copied:
        assert any(name == source or name.startswith(f"{source}/") for name in tracked()), source
        assert not any(fnmatch.fnmatch(source, pattern) for pattern in ignored), source


def test_secrets_and_data_stay_out_of_the_container() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {".env", ".git", ".venv", "**/*.db*"} <= set(lines)


def test_the_container_starts_a_command_that_exists_as_nobody_special() -> None:
    last = DOCKERFILE.strip().splitlines()[-1]
    assert last == 'CMD ["firstcall", "run"]'
    assert PROJECT["project"]["scripts"]["firstcall"] == "bot.cli:main"
    assert (ROOT / "bot" / "cli" / "run.py").is_file()
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["firstcall"]
    assert "RUN . script/environment && install_lock /opt/firstcall/bin/python script/locks/run.txt\n" in DOCKERFILE


def test_the_containers_health_check_runs_and_asks_an_address_of_the_server() -> None:
    [check] = re.findall(r'^HEALTHCHECK .* CMD \["python", "-c", "(.+)"\]$', DOCKERFILE, re.MULTILINE)
    compile(check, "HEALTHCHECK", "exec")
    assert "/healthz" in check
    assert '"/healthz"' in (ROOT / "bot" / "server.py").read_text("utf-8")


def test_the_container_uses_a_python_that_the_project_takes() -> None:
    for version in re.findall(r"^FROM python:3\.(\d+)-slim", DOCKERFILE, re.MULTILINE):
        assert int(version) >= int(PROJECT["project"]["requires-python"].removeprefix(">=3."))
