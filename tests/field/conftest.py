"""Every case in this folder names the report that it comes from; the bots are those of tests/slack and tests/teams."""

import re

import pytest

from tests.slack.conftest import office
from tests.teams.conftest import company, logged, plain_tracebacks, settings, teams

__all__ = ["company", "logged", "office", "plain_tracebacks", "settings", "teams"]

SOURCE = re.compile(r"[\w.-]+/[\w.-]+#\d+|page: \S.*|own trial: \S.*")


measured_tests: set[str] = set()


def pytest_itemcollected(item: pytest.Item) -> None:
    test = item.nodeid.partition("[")[0]
    if test in measured_tests:
        item.add_marker("unmeasured")
    measured_tests.add(test)
    sources = [source for mark in item.iter_markers("reported") for source in mark.args]
    if not sources:
        raise pytest.UsageError(f"{item.nodeid} names no source: give it the mark `reported`")
    for source in sources:
        if not SOURCE.fullmatch(source):
            raise pytest.UsageError(f"{item.nodeid}: {source!r} is no source; tests/field/README.md says what is one")
