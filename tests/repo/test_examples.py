"""CI tries the same examples for the same commit; a run on a developer's machine tries others each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test


def texts() -> list[str]:
    """What a rule about any text is tried with."""
    tried: list[str] = []

    @settings(max_examples=25)
    @given(st.text())
    def note(text: str) -> None:
        tried.append(text)

    note()
    return tried


def steps() -> list[int]:
    """What the rule of a state machine is tried with."""
    tried: list[int] = []

    class Machine(RuleBasedStateMachine):
        @rule(number=st.integers())
        def note(self, number: int) -> None:
            tried.append(number)

    run_state_machine_as_test(Machine, settings=settings(max_examples=5, stateful_step_count=5))
    return tried


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> Iterator[None]:
    """The named one of tests/conftest.py."""
    before = settings.get_current_profile_name()
    settings.load_profile(request.param)
    yield
    settings.load_profile(before)


@pytest.mark.parametrize("examples", [texts, steps])
@pytest.mark.parametrize(
    ("profile", "same"), [("all examples", True), ("few examples", False), ("explore", False)], indirect=["profile"]
)
@pytest.mark.usefixtures("profile")
def test_only_ci_tries_the_same_examples_again(examples: Callable[[], list[object]], same: bool) -> None:
    assert (examples() == examples()) is same
