"""Writes docs/method-coverage.md: each rule of the sales method, the code that follows it, the tests that prove it.

Code follows a rule when it names the rule's id; a test proves it when its docstring or its name does.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "method-coverage.md"
RULES = Path(__file__).with_name("method_rules.toml")
CODE = ("handlers", "bot", "storage", "prompts")
ID = re.compile(r"\bM\d{1,2}\.(?:\d{1,2}|[abc])(?!\w)")
IN_A_NAME = re.compile(r"_m(\d{1,2})_(\d{1,2})(?=_)")
SHOWN = 3
"""Places that a row of the page lists."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where each rule is followed and proved, by id. `open` has the reason why a rule is not followed yet."""

    titles: Mapping[str, str]
    open: Mapping[str, str]
    code: Mapping[str, list[str]]
    tests: Mapping[str, list[str]]


@cache
def coverage() -> Coverage:
    """Read the rules, the code and the tests."""
    listed = tomllib.loads(RULES.read_text("utf-8"))
    code: defaultdict[str, list[str]] = defaultdict(list)
    for folder in CODE:
        for path in sorted(each for each in (ROOT / folder).rglob("*.*") if each.suffix in (".py", ".toml")):
            text = path.read_text("utf-8")
            for rule in dict.fromkeys(ID.findall(text)):
                code[rule].append(str(path.relative_to(ROOT)))
    tests: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for rule, name in _proofs(path):
            tests[rule].append(f"{path.relative_to(ROOT)}::{name}")
    return Coverage(listed["rules"], listed["open"], code, tests)


def _proofs(path: Path) -> Iterator[tuple[str, str]]:
    """The rules that the docstrings and names of a file's tests name, with the name of the test."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            named = [f"M{block}.{number}" for block, number in IN_A_NAME.findall(node.name)]
            for rule in dict.fromkeys([*ID.findall(ast.get_docstring(node) or ""), *named]):
                yield rule, node.name


def page() -> str:
    """The page, as Markdown."""
    found = coverage()
    lines = [
        "# The method, rule by rule",
        "",
        "Written by `script/method-coverage`. `tests/repo/test_method_coverage.py` fails when it is out of date, and",
        "when a rule has no test.",
        "A test proves a rule that its name or its docstring names.",
        "",
        "| rule | what it asks for | where | proved by |",
        "|---|---|---|---|",
    ]
    for rule, title in found.titles.items():
        where = found.open[rule] if rule in found.open else _listed(found.code.get(rule, []))
        lines.append(f"| {rule} | {title} | {where} | {_listed(found.tests.get(rule, []))} |")
    return "\n".join(lines) + "\n"


def _listed(places: list[str]) -> str:
    shown = "<br>".join(f"`{place}`" for place in places[:SHOWN])
    return f"{shown}<br>and {len(places) - SHOWN} more" if len(places) > SHOWN else shown


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
