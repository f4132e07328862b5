"""Fault injection: errors, slow responses, hanging or reset connections, and duplicated or reordered events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import BadInputError, SlackRefusal

Json = dict[str, Any]


@dataclass(slots=True)
class Rule:
    """One fault of the Web API, `count` times. With `after`, it applies after the call has had its effect."""

    kind: str
    method: str
    count: int
    after: bool
    status: int = 200
    error: str | None = None
    retry_after: int | None = None

    def matches(self, method: str, after: bool) -> bool:
        """Whether this rule applies to the call, before or `after` its effect."""
        return self.count > 0 and self.after is after and self.method in {"*", method}

    def refusal(self) -> SlackRefusal:
        """The response of an `error` rule."""
        limited = self.status == 429 or self.error == "ratelimited"
        name = self.error or ("ratelimited" if limited else "internal_error")
        retry_after = self.retry_after or (1 if limited else None)
        return SlackRefusal(name, status=429 if limited else self.status, retry_after=retry_after)


@dataclass(slots=True)
class Faults:
    """The active faults."""

    rules: list[Rule] = field(default_factory=list)
    slow_ms: float = 0
    duplicate: int = 0
    out_of_order: bool = False
    deliver: bool = True

    def clear(self) -> None:
        """Remove all faults."""
        self.rules.clear()
        self.slow_ms = 0
        self.duplicate = 0
        self.out_of_order = False
        self.deliver = True

    def take(self, method: str, *, after: bool) -> Rule | None:
        """The rule that applies to this call, with its count decreased; None if there is none."""
        for rule in self.rules:
            if rule.matches(method, after):
                rule.count -= 1
                self.rules = [each for each in self.rules if each.count > 0]
                return rule
        return None

    def take_duplicate(self) -> bool:
        """Whether to deliver the next event twice."""
        if self.duplicate <= 0:
            return False
        self.duplicate -= 1
        return True

    def change(self, body: Json) -> None:
        """Set the faults that the body names; `{"clear": true}` removes all others. Raises `BadInputError`."""
        unknown = body.keys() - {
            "after", "clear", "deliver", "duplicate", "errors", "hang", "out_of_order", "reset", "slow_ms",
        }  # fmt: skip
        if unknown:
            raise BadInputError(f"There is no fault called {sorted(unknown)[0]}.")
        after = bool(body.get("after", False))
        new = [*_error_rules(body, after), *_rules(body, "hang", after), *_rules(body, "reset", after)]
        slow_ms = _number(body.get("slow_ms", self.slow_ms), "slow_ms")
        duplicate = int(_number(body.get("duplicate", self.duplicate), "duplicate"))
        deliver = body.get("deliver", "on" if self.deliver else "off")
        if deliver not in {"on", "off"}:
            raise BadInputError("deliver is on or off.")
        if body.get("clear"):
            self.clear()
        replaced = {"errors": "error", "hang": "hang", "reset": "reset"}
        gone = {kind for name, kind in replaced.items() if name in body}
        self.rules = [each for each in self.rules if each.kind not in gone] + new
        if "slow_ms" in body:
            self.slow_ms = slow_ms
        if "duplicate" in body:
            self.duplicate = duplicate
        if "out_of_order" in body:
            self.out_of_order = bool(body["out_of_order"])
        if "deliver" in body:
            self.deliver = deliver == "on"

    def shown(self) -> Json:
        """The active faults, in the format in which they are set."""
        return {
            "errors": {
                each.method: {
                    "status": each.status,
                    "error": each.error,
                    "retry_after": each.retry_after,
                    "count": each.count,
                    "after": each.after,
                }
                for each in self.rules
                if each.kind == "error"
            },
            "hang": [self._rule_json(each) for each in self.rules if each.kind == "hang"],
            "reset": [self._rule_json(each) for each in self.rules if each.kind == "reset"],
            "slow_ms": self.slow_ms,
            "duplicate": self.duplicate,
            "out_of_order": self.out_of_order,
            "deliver": "on" if self.deliver else "off",
        }

    @staticmethod
    def _rule_json(rule: Rule) -> Json:
        return {"method": rule.method, "count": rule.count, "after": rule.after}


def _error_rules(body: Json, after: bool) -> list[Rule]:
    errors = body.get("errors")
    if errors is None:
        return []
    if not isinstance(errors, dict):
        raise BadInputError("errors is an object: method name to what goes wrong.")
    rules = []
    for method, each in errors.items():
        if not isinstance(each, dict):
            raise BadInputError("An error is an object with status or error, and a count.")
        retry_after = each.get("retry_after")
        rules.append(
            Rule(
                "error",
                str(method),
                int(_number(each.get("count", 1), "count")),
                bool(each.get("after", after)),
                int(_number(each.get("status", 200), "status")),
                each.get("error"),
                None if retry_after is None else int(_number(retry_after, "retry_after")),
            )
        )
    return rules


def _rules(body: Json, kind: str, after: bool) -> list[Rule]:
    value = body.get(kind)
    if value is None:
        return []
    rules = []
    for each in value if isinstance(value, list) else [value]:
        rule = each if isinstance(each, dict) else {"count": each}
        rules.append(
            Rule(
                kind,
                str(rule.get("method", "*")),
                int(_number(rule.get("count", 1), kind)),
                bool(rule.get("after", after)),
            )
        )
    return rules


def _number(value: Any, name: str) -> float:
    if type(value) not in {int, float} or not 0 <= value <= 1_000_000:
        raise BadInputError(f"{name} is a number that is not negative.")
    return float(value)
