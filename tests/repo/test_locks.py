"""The locks hold every package with its hashes and no address, and they belong to pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repo.tracked import ROOT

LOCKS = ("run", "dev")
ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>\S+)(?: ; [^\\]+?)? \\\n(?:    --hash=\S+.*\n)+", re.MULTILINE
)
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def lock(which: str) -> str:
    return (ROOT / "script" / "locks" / f"{which}.txt").read_text("utf-8")


def versions(which: str) -> dict[str, str]:
    return {canonicalize_name(entry["name"]): entry["version"] for entry in ENTRY.finditer(lock(which))}


@pytest.mark.parametrize("which", LOCKS)
def test_every_entry_has_hashes(which: str) -> None:
    named = [line for line in lock(which).splitlines() if re.match(r"[\w.-]+==", line)]
    assert len(named) == len(list(ENTRY.finditer(lock(which)))) > 30
    assert all(" --hash=sha256:" in f" {line.strip()}" for line in lock(which).splitlines() if "--hash" in line)


@pytest.mark.parametrize("which", LOCKS)
def test_nothing_but_packages_hashes_and_reasons_is_in_it(which: str) -> None:
    entry = r"[\w.-]+(\[[\w,-]+\])?==\S+( ; .+)? \\"
    digest = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    reason = r"    # .*"
    for line in lock(which).splitlines():
        assert re.fullmatch(f"{entry}|{digest}|{reason}", line), line
        assert "://" not in line


def test_whoever_tests_tests_what_people_run() -> None:
    run, dev = versions("run"), versions("dev")
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize(("which", "extras"), [("run", ["build"]), ("dev", ["build", "dev"])])
def test_the_lock_satisfies_the_project(which: str, extras: list[str]) -> None:
    locked = versions(which)
    wanted = [*PROJECT["dependencies"], *(each for extra in extras for each in PROJECT["optional-dependencies"][extra])]
    for requirement in map(Requirement, wanted):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not locked: run script/lock"
        assert requirement.specifier.contains(version, prereleases=True), (
            f"{requirement} but {version}: run script/lock"
        )


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == PROJECT["version"]
    assert len(headings) == len(set(headings))
