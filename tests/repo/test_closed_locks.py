"""The locks are closed: on every supported machine they give all that pyproject.toml and their packages ask for."""

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
"""The extras of ours that a lock holds besides what the product asks for."""

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
"""Every kind of machine that the locks are for, as markers see it."""

ONLY_ON_WINDOWS = {"colorama", "tzdata"}
"""What asks for nothing itself, and need not be installed here to know that."""


def wanted(which: str) -> list[Requirement]:
    """What pyproject.toml asks this lock for."""
    optional = PROJECT["optional-dependencies"]
    return [Requirement(line) for line in (*PROJECT["dependencies"], *(r for e in EXTRAS[which] for r in optional[e]))]


def asked_by(name: str) -> list[Requirement]:
    """What a package asks for, which has to be installed here."""
    return [] if name in ONLY_ON_WINDOWS else [Requirement(line) for line in metadata.requires(name) or ()]


def unmet(
    roots: Iterable[Requirement], locked: list[Entry], asks: Callable[[str], list[Requirement]], machine: dict[str, str]
) -> list[str]:
    """What the roots or a package of the lock ask for on this machine, with all extras, and the lock does not give."""
    given = {entry.name: entry.version for entry in locked if entry.is_for(machine)}
    missing: list[str] = []
    seen: set[tuple[NormalizedName, str]] = set()
    waiting: list[tuple[NormalizedName, str]] = [(name, "") for name in given]

    def meet(requirement: Requirement, whose: str) -> None:
        name = canonicalize_name(requirement.name)
        if name not in given:
            missing.append(f"{whose} asks for {requirement}, which is not locked")
        elif not requirement.specifier.contains(given[name], prereleases=True):
            missing.append(f"{whose} asks for {requirement}, and {given[name]} is locked")
        else:
            waiting.extend((name, extra) for extra in requirement.extras)

    for requirement in roots:
        if requirement.marker is None or requirement.marker.evaluate({**machine}):
            meet(requirement, "pyproject.toml")
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for requirement in asks(name):
            if requirement.marker is None or requirement.marker.evaluate({**machine, "extra": extra}):
                meet(requirement, f"{name}[{extra}]" if extra else name)
    return missing


@pytest.mark.parametrize("which", LOCKS)
def test_the_lock_is_closed(which: str) -> None:
    locked = entries(lock(which))
    for machine in MACHINES:
        assert unmet(wanted(which), locked, asked_by, machine) == [], f"run script/lock; seen for {machine}"


@pytest.mark.parametrize("which", LOCKS)
def test_what_is_asked_about_is_what_is_locked(which: str) -> None:
    """Else the test above would judge the lock by what other versions ask for."""
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
asked==1.0 \\
    --hash=sha256:00
asking==1.0 \\
    --hash=sha256:00
more==1.0 ; sys_platform == 'linux' \\
    --hash=sha256:00
"""
ASKED = {"asking": ["asked[extra]>=1"], "asked": ["more; extra == 'extra' and python_version < '3.12'"], "more": []}


@pytest.mark.parametrize(
    ("left_out", "python", "system", "said"),
    [
        ("", "3.11.0", "linux", []),
        ("more", "3.11.0", "linux", ["asked[extra] asks for more; REST, which is not locked"]),
        ("", "3.11.0", "win32", ["asked[extra] asks for more; REST, which is not locked"]),
        ("more", "3.12.0", "linux", []),
        ("asked", "3.12.0", "linux", ["asking asks for asked[extra]>=1, which is not locked"]),
        ("asking", "3.12.0", "linux", ["pyproject.toml asks for asking, which is not locked"]),
    ],
)
def test_what_a_lock_lacks_is_named(left_out: str, python: str, system: str, said: list[str]) -> None:
    [machine] = [
        machine
        for machine in MACHINES
        if (machine["python_full_version"], machine["sys_platform"]) == (python, system)
        and machine["platform_machine"] in {"x86_64", "AMD64"}
    ]
    locked = [entry for entry in entries(ENTRIES) if entry.name != left_out]
    found = unmet([Requirement("asking")], locked, lambda name: [Requirement(line) for line in ASKED[name]], machine)
    assert [re.sub(r"; .*,", "; REST,", line) for line in found] == said


def test_a_version_that_is_too_old_is_named() -> None:
    found = unmet([Requirement("asking>=2")], entries(ENTRIES), lambda _: [], MACHINES[0])
    assert found == ["pyproject.toml asks for asking>=2, and 1.0 is locked"]
