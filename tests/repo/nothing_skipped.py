"""A pytest plugin: with CI=true, a skipped test fails the run; otherwise, one line reports the skips."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


class Skips:
    """Collects skips from reports; under xdist, in the process that gets the reports of all workers."""

    def __init__(self, *, forbidden: bool) -> None:
        self.forbidden = forbidden
        self.reasons: list[str] = []

    def _note(self, report: pytest.CollectReport | pytest.TestReport) -> None:
        # An expected failure is also reported as skipped.
        if report.skipped and not hasattr(report, "wasxfail"):
            where = report.longrepr
            reason = str(where[2]) if isinstance(where, tuple) else str(where)
            self.reasons.append(f"{report.nodeid}: {reason.removeprefix('Skipped: ')}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        if self.reasons and self.forbidden and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.reasons:
            return
        if self.forbidden:
            terminalreporter.section("skipped, although CI=true: the run fails", red=True)
            for reason in self.reasons:
                terminalreporter.line(reason)
        else:
            count = len(self.reasons)
            many = "1 test was skipped here" if count == 1 else f"{count} tests were skipped here, for example"
            terminalreporter.line(f"{many}: {self.reasons[0]}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Skips(forbidden=os.environ.get("CI") == "true"), "nothing-skipped")
