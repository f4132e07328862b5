"""Every commit listed in .git-blame-ignore-revs exists, under the subject that its comment gives."""

from __future__ import annotations

import itertools
import subprocess

import pytest

from tests.repo.tracked import ROOT


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def listed() -> list[tuple[str, str]]:
    """Each commit with the comment above it."""
    lines = (ROOT / ".git-blame-ignore-revs").read_text("utf-8").splitlines()
    return [
        (commit, comment.removeprefix("# "))
        for comment, commit in itertools.pairwise(lines)
        if not commit.startswith("#")
    ]


def test_every_listed_commit_exists_under_its_subject() -> None:
    if git("rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("a shallow clone does not have the commits")
    commits = listed()
    assert len(commits) >= 18
    for commit, subject in commits:
        assert git("show", "--no-patch", "--format=%H %s", commit) == f"{commit} {subject}"


def test_no_commit_is_listed_twice() -> None:
    commits = [commit for commit, _ in listed()]
    assert len(commits) == len(set(commits))
