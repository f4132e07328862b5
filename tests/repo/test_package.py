"""The wheel and the container contain everything that they need, and nothing else."""

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
    """The file names in the wheel, built from the tracked files as in the container."""
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
    files = {name for name in tracked() if name.startswith(tuple(f"{package}/" for package in PACKAGES))}
    assert files - wheel == set()


def test_nothing_else_is_installed(wheel: set[str]) -> None:
    roots = {name.split("/")[0] for name in wheel if ".dist-info/" not in name}
    assert roots == set(PACKAGES)


def test_the_container_copies_only_files_that_exist_and_are_not_ignored() -> None:
    ignored = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert {*PACKAGES, "pyproject.toml", "script/locks/run.txt"} - {"sandbox"} <= set(copied)
    for source in copied:
        assert any(name == source or name.startswith(f"{source}/") for name in tracked()), source
        assert not any(fnmatch.fnmatch(source, pattern) for pattern in ignored), source


def test_the_container_has_no_simulated_workspace() -> None:
    """It accepts tokens that everybody knows, and only the demo needs it."""
    assert not re.search(r"^COPY .*\bsandbox\b", DOCKERFILE, re.MULTILINE)


def test_the_images_are_fixed_by_the_same_digest() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(images) == 2
    assert len(set(images)) == 1
    assert re.fullmatch(r"python:3\.12-slim@sha256:[0-9a-f]{64}", images[0])


def test_secrets_and_data_are_not_copied_to_the_container() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {".env", ".git", ".venv", "**/*.db*"} <= set(lines)


def test_the_container_runs_an_existing_command_as_an_unprivileged_user() -> None:
    last = DOCKERFILE.strip().splitlines()[-1]
    assert last == 'CMD ["firstcall", "run"]'
    assert PROJECT["project"]["scripts"]["firstcall"] == "bot.cli:main"
    assert (ROOT / "bot" / "cli" / "run.py").is_file()
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["firstcall"]
    assert "RUN . script/environment && install_lock /opt/firstcall/bin/python script/locks/run.txt\n" in DOCKERFILE


def test_the_containers_health_check_compiles_and_requests_a_path_of_the_server() -> None:
    [check] = re.findall(r'^HEALTHCHECK .* CMD \["python", "-c", "(.+)"\]$', DOCKERFILE, re.MULTILINE)
    compile(check, "HEALTHCHECK", "exec")
    assert "/healthz" in check
    assert '"/healthz"' in (ROOT / "bot" / "http" / "server.py").read_text("utf-8")


def test_the_container_uses_a_supported_python() -> None:
    for version in re.findall(r"^FROM python:3\.(\d+)-slim", DOCKERFILE, re.MULTILINE):
        assert int(version) >= int(PROJECT["project"]["requires-python"].removeprefix(">=3."))
