"""Every import contract of pyproject.toml notices when it is broken, in each way in which it can be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from itertools import chain, permutations
from pathlib import Path
from typing import Any

import pytest

from tests.repo.tracked import PACKAGES, ROOT

CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]


def forbidden_imports(contract: dict[str, Any]) -> list[tuple[str, str]]:
    """Every pair (who, what) that the contract forbids."""
    if contract["type"] == "layers":
        layers = [layer.split(" | ") for layer in contract["layers"]]
        upward = [(low, high) for index, lows in enumerate(layers) for low in lows for high in chain(*layers[:index])]
        return upward + [pair for beside in layers for pair in permutations(beside, 2)]
    return [(who, what) for who in contract["source_modules"] for what in contract["forbidden_modules"]]


def lint(folder: Path) -> tuple[int, str]:
    """What import-linter says of the packages in the folder; it comes first on the path, so they are the ones."""
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    return result.returncode, re.sub(r"\x1b\[\d*m", "", result.stdout)


def violation(folder: Path, who: str, what: str, number: int) -> tuple[str, str]:
    """Import what is forbidden: in a module of its own when `who` is a package. Gives who imports what then."""
    place = folder / who.replace(".", "/")
    if not place.is_dir():
        module = place.with_suffix(".py")
        module.write_text(f"{module.read_text('utf-8')}\nimport {what}\n", "utf-8")
        return who, what
    (place / f"violation{number}.py").write_text(f"import {what}\n")
    return f"{who}.violation{number}", what


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The packages and their contracts, where they may be broken."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.js", "*.css", "*.json")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_are_the_ones_that_were_agreed() -> None:
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


def test_they_hold(copied: Path) -> None:
    code, said = lint(copied)
    assert code == 0, said
    for contract in CONTRACTS:
        assert f"{contract['name']} KEPT" in said


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["id"])
def test_a_violation_is_caught(contract: dict[str, Any], copied: Path) -> None:
    broken = [violation(copied, who, what, number) for number, (who, what) in enumerate(forbidden_imports(contract))]
    code, said = lint(copied)
    assert code != 0
    assert f"{contract['name']} BROKEN" in said
    for who, what in broken:
        assert re.search(rf"{re.escape(who)} -> {re.escape(what)}\b", said), f"{who} -> {what}"
