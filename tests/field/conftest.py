"""Every case in this folder names the report that it comes from; the bots are those of tests/slack and tests/teams."""

import re

import pytest

from tests.slack.conftest import office
from tests.teams.conftest import company, logged, plain_tracebacks, settings, teams

__all__ = ["company", "logged", "office", "plain_tracebacks", "settings", "teams"]

SOURCE = re.compile(r"[\w.-]+/[\w.-]+#\d+|page: \S.*|own trial: \S.*")


def pytest_itemcollected(item: pytest.Item) -> None:
    sources = [source for mark in item.iter_markers("reported") for source in mark.args]
    if not sources:
        raise pytest.UsageError(f"{item.nodeid} names no source: give it the mark `reported`")
    for source in sources:
        if not SOURCE.fullmatch(source):
            raise pytest.UsageError(f"{item.nodeid}: {source!r} is no source; tests/field/README.md says what is one")
