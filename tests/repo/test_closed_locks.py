"""The locks are complete: they meet all requirements of the project and of their packages, on every machine."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Callable, Iterable
from importlib import metadata
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from tests.repo.locks import LOCKS, Entry, entries, lock
from tests.repo.tracked import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = {"run": ["build"], "dev": ["build", "dev"]}
"""The project's extras that a lock includes besides the dependencies."""

PYTHONS = ("3.11.0", "3.11.14", "3.12.0", "3.12.12", "3.13.0", "3.13.9")
SYSTEMS = (
    ("linux", "Linux", "posix", "x86_64"),
    ("linux", "Linux", "posix", "aarch64"),
    ("darwin", "Darwin", "posix", "x86_64"),
    ("darwin", "Darwin", "posix", "arm64"),
    ("win32", "Windows", "nt", "AMD64"),
)
MACHINES = [
    {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "implementation_name": "cpython",
        "implementation_version": python,
        "platform_python_implementation": "CPython",
        "sys_platform": platform,
        "platform_system": system,
        "os_name": os_name,
        "platform_machine": architecture,
        "platform_release": "",
        "platform_version": "",
    }
    for python, (platform, system, os_name, architecture) in itertools.product(PYTHONS, SYSTEMS)
]
"""Every kind of machine that the locks support, as marker variables."""

ONLY_ON_WINDOWS = {"colorama", "tzdata"}
"""Packages without requirements of their own; not installed on this machine."""


def project_requirements(which: str) -> list[Requirement]:
    """The requirements of pyproject.toml that this lock must meet."""
    optional = PROJECT["optional-dependencies"]
    return [Requirement(line) for line in (*PROJECT["dependencies"], *(r for e in EXTRAS[which] for r in optional[e]))]


def package_requirements(name: str) -> list[Requirement]:
    """The requirements of a package, which must be installed on this machine."""
    return [] if name in ONLY_ON_WINDOWS else [Requirement(line) for line in metadata.requires(name) or ()]


def unmet(
    roots: Iterable[Requirement],
    locked: list[Entry],
    requires: Callable[[str], list[Requirement]],
    machine: dict[str, str],
) -> list[str]:
    """The requirements of the roots and the locked packages, with all extras, that the lock does not meet there."""
    given = {entry.name: entry.version for entry in locked if entry.is_for(machine)}
    missing: list[str] = []
    seen: set[tuple[NormalizedName, str]] = set()
    waiting: list[tuple[NormalizedName, str]] = [(name, "") for name in given]

    def check(requirement: Requirement, dependent: str) -> None:
        name = canonicalize_name(requirement.name)
        if name not in given:
            missing.append(f"{dependent} requires {requirement}, which is not locked")
        elif not requirement.specifier.contains(given[name], prereleases=True):
            missing.append(f"{dependent} requires {requirement}, but {given[name]} is locked")
        else:
            waiting.extend((name, extra) for extra in requirement.extras)

    for requirement in roots:
        if requirement.marker is None or requirement.marker.evaluate({**machine}):
            check(requirement, "pyproject.toml")
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for requirement in requires(name):
            if requirement.marker is None or requirement.marker.evaluate({**machine, "extra": extra}):
                check(requirement, f"{name}[{extra}]" if extra else name)
    return missing


@pytest.mark.parametrize("which", LOCKS)
def test_the_lock_is_complete(which: str) -> None:
    locked = entries(lock(which))
    for machine in MACHINES:
        missing = unmet(project_requirements(which), locked, package_requirements, machine)
        assert missing == [], f"run script/lock; found for {machine}"


@pytest.mark.parametrize("which", LOCKS)
def test_the_installed_versions_are_the_locked_ones(which: str) -> None:
    """Otherwise, the test above would use the requirements of other versions."""
    here = [entry for entry in entries(lock(which)) if entry.name not in ONLY_ON_WINDOWS]
    assert {entry.name: str(entry.version) for entry in here} == {
        entry.name: metadata.version(entry.name) for entry in here
    }


@pytest.mark.parametrize("which", LOCKS)
def test_every_entry_is_for_all_supported_pythons(which: str) -> None:
    for entry in entries(lock(which)):
        if entry.name not in ONLY_ON_WINDOWS:
            supported = SpecifierSet(metadata.metadata(entry.name).get("Requires-Python", ""))
            assert [python for python in PYTHONS if not supported.contains(python)] == [], entry.name


@pytest.mark.parametrize("which", LOCKS)
def test_no_package_is_locked_twice_for_one_machine(which: str) -> None:
    for machine in MACHINES:
        names = [entry.name for entry in entries(lock(which)) if entry.is_for(machine)]
        assert len(names) == len(set(names))


ENTRIES = """\
lib==1.0 \\
    --hash=sha256:00
app==1.0 \\
    --hash=sha256:00
more==1.0 ; sys_platform == 'linux' \\
    --hash=sha256:00
"""
REQUIREMENTS = {"app": ["lib[extra]>=1"], "lib": ["more; extra == 'extra' and python_version < '3.12'"], "more": []}


@pytest.mark.parametrize(
    ("removed", "python", "system", "missing"),
    [
        ("", "3.11.0", "linux", []),
        ("more", "3.11.0", "linux", ["lib[extra] requires more; REST, which is not locked"]),
        ("", "3.11.0", "win32", ["lib[extra] requires more; REST, which is not locked"]),
        ("more", "3.12.0", "linux", []),
        ("lib", "3.12.0", "linux", ["app requires lib[extra]>=1, which is not locked"]),
        ("app", "3.12.0", "linux", ["pyproject.toml requires app, which is not locked"]),
    ],
)
def test_a_missing_requirement_is_found(removed: str, python: str, system: str, missing: list[str]) -> None:
    [machine] = [
        machine
        for machine in MACHINES
        if (machine["python_full_version"], machine["sys_platform"]) == (python, system)
        and machine["platform_machine"] in {"x86_64", "AMD64"}
    ]
    locked = [entry for entry in entries(ENTRIES) if entry.name != removed]
    found = unmet(
        [Requirement("app")], locked, lambda name: [Requirement(line) for line in REQUIREMENTS[name]], machine
    )
    assert [re.sub(r"; .*,", "; REST,", line) for line in found] == missing


def test_a_version_that_is_too_old_is_found() -> None:
    found = unmet([Requirement("app>=2")], entries(ENTRIES), lambda _: [], MACHINES[0])
    assert found == ["pyproject.toml requires app>=2, but 1.0 is locked"]
