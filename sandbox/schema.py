"""Compile the vendored Block Kit schema into functions that return what is wrong and where.

A general JSON Schema validator tries every alternative of a union. A block names its own `type`, so here a union is one
dictionary look-up: errors are precise, and the check is fast enough for load tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Problem = tuple[str, str]
"""A JSON pointer below the checked value, and the message."""

Check = Callable[[Any], list[Problem]]
"""Takes a value, returns its problems; an empty list means that the value is valid."""

SCHEMA = Path(__file__).parent / "contracts" / "slack-blockkit.schema.json"
FINE: list[Problem] = []


class Schema:
    """The definitions of the schema, each compiled once on first use."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions
        self._compiled: dict[str, Check] = {}

    @classmethod
    def vendored(cls) -> Schema:
        """The schema in `sandbox/contracts`."""
        return cls(json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"])

    def check(self, name: str) -> Check:
        """The compiled check of a definition such as `SectionBlock`."""
        known = self._compiled.get(name)
        if known is None:
            # A definition may refer to itself: this placeholder is found while the real check is being built.
            self._compiled[name] = self._later(name)
            known = self._compiled[name] = self._compile(self._definitions[name])
        return known

    def _later(self, name: str) -> Check:
        def check_later(value: Any) -> list[Problem]:
            return self._compiled[name](value)

        return check_later

    def _compile(self, schema: dict[str, Any]) -> Check:
        if "$ref" in schema:
            return self.check(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            return self._union(schema["anyOf"])
        if "const" in schema or "enum" in schema:
            return _one_of(schema.get("enum") or [schema["const"]])
        kind = schema["type"]
        if kind == "object":
            return self._object(schema)
        return _array(self._compile(schema["items"])) if kind == "array" else SCALARS[kind]

    def _object(self, schema: dict[str, Any]) -> Check:
        checks = {name: self._compile(each) for name, each in schema.get("properties", {}).items()}
        required = frozenset(schema.get("required", ()))

        def check_object(value: Any) -> list[Problem]:
            if type(value) is not dict:
                return [("", "must be an object")]
            problems = FINE
            if not required <= value.keys():
                problems = [("", f"missing required field: {each}") for each in sorted(required - value.keys())]
            for name, each in value.items():
                check = checks.get(name)
                if check is None:
                    problems = [*problems, ("", f"invalid additional property: {name}")]
                elif found := check(each):
                    problems = [*problems, *((f"/{name}{where}", what) for where, what in found)]
            return problems

        return check_object

    def _union(self, branches: list[dict[str, Any]]) -> Check:
        flat = self._flatten(branches)
        by_type: dict[str, list[Check]] = {}
        for branch in flat:
            kind = branch.get("properties", {}).get("type", {}).get("const")
            if kind is None:
                return _any_of([self._compile(each) for each in flat])
            by_type.setdefault(kind, []).append(self._compile(branch))
        return _by_type({kind: each[0] if len(each) == 1 else _any_of(each) for kind, each in by_type.items()})

    def _flatten(self, branches: list[dict[str, Any]]) -> list[dict[str, Any]]:
        flat: list[dict[str, Any]] = []
        for branch in branches:
            resolved = branch
            while "$ref" in resolved:
                resolved = self._definitions[resolved["$ref"].rpartition("/")[2]]
            flat.extend(self._flatten(resolved["anyOf"]) if "anyOf" in resolved else [resolved])
        return flat


def _by_type(checks: dict[str, Check]) -> Check:
    def check_by_type(value: Any) -> list[Problem]:
        if type(value) is not dict:
            return [("", "must be an object")]
        kind = value.get("type")
        if kind is None:
            return [("", "missing required field: type")]
        check = checks.get(kind) if type(kind) is str else None
        return [("/type", f"unsupported type: {kind}")] if check is None else check(value)

    return check_by_type


def _any_of(checks: list[Check]) -> Check:
    def check_any(value: Any) -> list[Problem]:
        nearest: list[Problem] | None = None
        for check in checks:
            problems = check(value)
            if not problems:
                return FINE
            if nearest is None or len(problems) < len(nearest):
                nearest = problems
        return nearest or FINE

    return check_any


def _array(item: Check) -> Check:
    def check_array(value: Any) -> list[Problem]:
        if type(value) is not list:
            return [("", "must be an array")]
        problems = FINE
        for index, each in enumerate(value):
            if found := item(each):
                problems = [*problems, *((f"/{index}{where}", what) for where, what in found)]
        return problems

    return check_array


def _one_of(allowed: list[Any]) -> Check:
    def check_one_of(value: Any) -> list[Problem]:
        for each in allowed:
            if value == each and type(value) is type(each):
                return FINE
        return [("", "must be one of: " + ", ".join(str(each) for each in allowed))]

    return check_one_of


def _string(value: Any) -> list[Problem]:
    return FINE if type(value) is str else [("", "must be a string")]


def _boolean(value: Any) -> list[Problem]:
    return FINE if type(value) is bool else [("", "must be a boolean")]


def _number(value: Any) -> list[Problem]:
    return FINE if type(value) in {int, float} else [("", "must be a number")]


SCALARS: dict[str, Check] = {"string": _string, "boolean": _boolean, "number": _number}
