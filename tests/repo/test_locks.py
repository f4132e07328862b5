"""The locks contain every package with its hashes and without URLs; the changelog starts with this version."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.repo.locks import ENTRY, LINES, LOCKS, entries, lock
from tests.repo.tracked import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize("which", LOCKS)
def test_every_entry_has_hashes(which: str) -> None:
    named = [line for line in lock(which).splitlines() if re.match(r"[\w.-]+==", line)]
    assert len(named) == len(list(ENTRY.finditer(lock(which)))) > 30
    assert all(" --hash=sha256:" in f" {line.strip()}" for line in lock(which).splitlines() if "--hash" in line)


@pytest.mark.parametrize("which", LOCKS)
def test_a_lock_contains_only_entries_hashes_and_comments(which: str) -> None:
    for line in lock(which).splitlines():
        assert LINES.fullmatch(line), line
        assert "://" not in line


def test_the_development_lock_includes_the_production_lock() -> None:
    run, dev = entries(lock("run")), entries(lock("dev"))
    assert {entry.name: entry.version for entry in run}.items() <= {entry.name: entry.version for entry in dev}.items()


def test_the_changelog_starts_with_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == PROJECT["version"]
    assert len(headings) == len(set(headings))
