"""Each rule of the method is followed by code and proved by a test."""

from __future__ import annotations

from script import method_coverage
from script.method_coverage import coverage


def test_the_page_of_the_docs_is_current() -> None:
    """If not: script/method-coverage."""
    assert method_coverage.page() == method_coverage.PAGE.read_text("utf-8")


def test_every_rule_is_followed_and_proved_or_open_with_a_reason() -> None:
    found = coverage()
    lacking = [rule for rule in found.titles if not (found.code.get(rule) and found.tests.get(rule))]
    assert lacking == sorted(found.open, key=list(found.titles).index)


def test_only_rules_of_the_method_are_named() -> None:
    found = coverage()
    assert {*found.code, *found.open} <= set(found.titles)
