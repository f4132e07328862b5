"""Coverage pauses in a test with the mark `unmeasured`, for its fixtures and the processes that it starts, too.

To measure a test costs as much again as the test, so those that would find no new line have the mark: a test on its
second database, each case of a test with a database after its first one, and a test that plays for long through what
others measure. So have tests of CPU time, which it distorts. Cases without a database are cheap, and often stand for a
line each: all of them are measured.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

FOR_PROCESSES = "COVERAGE_PROCESS_CONFIG"
"""The variable by which coverage reaches the processes that a test starts."""
OF_THEIR_OWN = ("database_kind", "platform")
"""What has code of its own: the first case of a test is measured on each of them."""


@pytest.hookimpl(trylast=True)  # when it is known which cases run
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    measured = set()
    for item in items:
        parameters = getattr(item, "callspec", None)
        if parameters is None or "database_kind" not in parameters.params:
            continue
        of_their_own = [parameters.params.get(name) for name in OF_THEIR_OWN]
        case = (item.nodeid.partition("[")[0], *of_their_own)
        if case in measured:
            item.add_marker("unmeasured")
        measured.add(case)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    plugin = item.config.pluginmanager.getplugin("_cov")
    if plugin is None or plugin.cov_controller is None or item.get_closest_marker("unmeasured") is None:
        return (yield)
    plugin.cov_controller.pause()
    for_processes = os.environ.pop(FOR_PROCESSES, None)
    try:
        return (yield)
    finally:
        if for_processes is not None:
            os.environ[FOR_PROCESSES] = for_processes
        plugin.cov_controller.resume()
