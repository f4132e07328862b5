"""Coverage pauses in a test with the mark `unmeasured`, for its fixtures and the processes that it starts, too.

To measure a test costs as much again as the test, so those that would find no new line have the mark: a test on its
second database, and each case of a test in tests/field after its first. So have tests of CPU time, which it distorts.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

FOR_PROCESSES = "COVERAGE_PROCESS_CONFIG"
"""The variable by which coverage reaches the processes that a test starts."""


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
