"""Every import contract of pyproject.toml detects each import that it forbids."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import chain, permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.repo.tracked import PACKAGES, ROOT

CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]
BY_ID = {contract["id"]: contract for contract in CONTRACTS}


def forbidden_imports(contract: dict[str, Any]) -> list[tuple[str, str]]:
    """Every pair (importer, imported) that the contract forbids."""
    if contract["type"] == "layers":
        layers = [layer.split(" | ") for layer in contract["layers"]]
        upward = [(low, high) for index, lows in enumerate(layers) for low in lows for high in chain(*layers[:index])]
        return upward + [pair for beside in layers for pair in permutations(beside, 2)]
    return [(who, what) for who in contract["source_modules"] for what in contract["forbidden_modules"]]


LINT = """
import contextlib, io, json, os, sys

from importlinter.cli import lint_imports

results = {}
for folder in sys.argv[1:]:
    os.chdir(folder)  # lint_imports puts it first on the path, so the packages there are the ones
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = lint_imports(no_cache=True)
    results[folder] = code, said.getvalue()
print(json.dumps(results))
"""


def lint(*folders: Path) -> dict[Path, tuple[int, str]]:
    """Import-linter's exit code and output for the packages in each folder, from one process."""
    result = subprocess.run(
        [sys.executable, "-c", LINT, *map(str, folders)], capture_output=True, text=True, check=True, timeout=120
    )
    found = json.loads(result.stdout)
    return {folder: (found[str(folder)][0], re.sub(r"\x1b\[\d*m", "", found[str(folder)][1])) for folder in folders}


def violation(folder: Path, who: str, what: str, number: int) -> tuple[str, str]:
    """Add a forbidden import, in a new module if `who` is a package; returns the importer and the imported module."""
    place = folder / who.replace(".", "/")
    if not place.is_dir():
        module = place.with_suffix(".py")
        module.write_text(f"{module.read_text('utf-8')}\nimport {what}\n", "utf-8")
        return who, what
    (place / f"violation{number}.py").write_text(f"import {what}\n")
    return f"{who}.violation{number}", what


def copy(folder: Path) -> Path:
    """Copy the packages and their contracts."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.js", "*.css", "*.json")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


class Violated(NamedTuple):
    """A copy in which one contract is broken in every way, and import-linter's result."""

    broken: list[tuple[str, str]]
    code: int
    said: str


@pytest.fixture(scope="module")
def violated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Violated]:
    """By the id of the broken contract; the empty id is the copy without violations."""
    folders = {id_: copy(tmp_path_factory.mktemp("copy")) for id_ in ("", *BY_ID)}
    broken = {
        id_: [
            violation(folders[id_], who, what, number)
            for number, (who, what) in enumerate(forbidden_imports(BY_ID[id_]) if id_ else ())
        ]
        for id_ in folders
    }
    said = lint(*folders.values())
    return {id_: Violated(broken[id_], *said[folder]) for id_, folder in folders.items()}


def test_no_contract_is_missing() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {
        "one-way-down",
        "rooms-of-the-handlers",
        "no-platform-below",
        "sdk-behind-teams",
        "pure-method",
        "surfaces-know-no-platform",
        "rooms-of-the-bot",
        "sandbox-stands-alone",
        "product-without-sandbox",
    }


# On one worker, so that the process runs only once.
@pytest.mark.xdist_group("import contracts")
def test_they_hold(violated: dict[str, Violated]) -> None:
    _, code, said = violated[""]
    assert code == 0, said
    for contract in CONTRACTS:
        assert f"{contract['name']} KEPT" in said


@pytest.mark.xdist_group("import contracts")
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["id"])
def test_a_violation_is_caught(contract: dict[str, Any], violated: dict[str, Violated]) -> None:
    broken, code, said = violated[contract["id"]]
    assert broken
    assert code != 0
    assert f"{contract['name']} BROKEN" in said
    for who, what in broken:
        assert re.search(rf"{re.escape(who)} -> {re.escape(what)}\b", said), f"{who} -> {what}"
