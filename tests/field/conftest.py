"""Every case in this folder names the report that it comes from."""

import re

import pytest

SOURCE = re.compile(r"[\w.-]+/[\w.-]+#\d+|page: \S.*|own trial: \S.*")


def pytest_itemcollected(item: pytest.Item) -> None:
    sources = [source for mark in item.iter_markers("reported") for source in mark.args]
    if not sources:
        raise pytest.UsageError(f"{item.nodeid} names no source: give it the mark `reported`")
    for source in sources:
        if not SOURCE.fullmatch(source):
            raise pytest.UsageError(f"{item.nodeid}: {source!r} is no source; tests/field/README.md says what is one")
