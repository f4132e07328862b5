"""Statements that the customer corrects after the recap are read back again; the rest stays agreed (M4.3, M6.3)."""

from __future__ import annotations

import pytest

from handlers.call import reopening
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.stages import Stage
from handlers.method.statements import Said
from handlers.screens.call import ReadBackScreen, RecapScreen, ReopenScreen, WrapUpScreen
from storage.models import Confirmation, Recap
from tests.handlers.world import World


@pytest.fixture
def deal(world: World) -> int:
    """A recapped deal with two expectations and two priorities."""
    return world.a_recapped_deal()


def test_the_choice_has_the_agreed_statements(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "fast")
    world.answer(deal, world.statements(deal)[0], Said.WITHDRAWN)
    world.agree_to_all(deal)
    world.wrap_up(deal)
    before = world.all_rows()

    screen = world.click(reopening.ask_what_changed, deal, event="")

    assert [s.wording for s in screen.statements] == ["no surprises", "fast"]
    assert world.all_rows() == before


def test_ticked_statements_are_read_back_and_the_rest_stays_agreed(world: World, deal: int) -> None:
    _, second, third, _ = world.statements(deal)
    world.advance(days=1)

    screen = world.reopen(deal, third, second)

    assert isinstance(screen, ReadBackScreen)
    assert (screen.statement.id, screen.statement.version, screen.statement.said) == (second.id, 2, None)
    assert screen.statement.wording == second.wording
    assert [s.said for s in world.statements(deal)] == [Said.AGREED, None, None, Said.AGREED]
    assert world.stage(deal) == Stage.IN_CALL
    assert world.actions(deal)[-2:] == ["reopened", "in_call"]
    *_, corrected, _ = world.all(Confirmation)
    assert (corrected.statement_id, corrected.version, corrected.said) == (second.id, 1, Said.CORRECTED)
    assert (corrected.contact, corrected.at) == ("Olga Petrova", world.now)


def test_after_the_read_back_a_new_version_of_the_mail_is_drafted(world: World, deal: int) -> None:
    first, *_ = world.statements(deal)
    world.reopen(deal, first)
    again, *_ = world.statements(deal)
    world.correct(deal, again, "A call every Thursday")
    assert isinstance(world.agree_to_all(deal), WrapUpScreen)

    screen = world.wrap_up(deal)

    assert isinstance(screen, RecapScreen)
    old, new = world.all(Recap)
    assert (old.version, old.sent_at is None, new.version, new.sent_at) == (1, False, 2, None)
    assert ("call from me every Friday" in old.body, "call from me every Thursday" in new.body) == (True, True)
    assert "Friday" not in new.body


def test_an_aligned_deal_without_a_sent_mail_can_be_reopened(world: World) -> None:
    deal = world.an_aligned_deal()

    assert isinstance(world.reopen(deal, world.statements(deal)[0]), ReadBackScreen)


def test_nothing_ticked_changes_nothing(world: World, deal: int) -> None:
    before = world.all_rows()

    with pytest.raises(InvalidEntryError) as refused:
        world.reopen(deal)

    assert refused.value.field == "statements"
    assert world.all_rows() == before


def test_an_outdated_version_is_ignored(world: World, deal: int) -> None:
    seen, *_ = world.statements(deal)
    world.reopen(deal, seen)
    world.agree_to_all(deal)
    world.wrap_up(deal)
    words = len(world.all(Confirmation))

    screen = world.reopen(deal, seen)

    assert isinstance(screen, ReopenScreen)
    assert [s.version for s in screen.statements] == [2, 1, 1, 1]
    assert (world.stage(deal), len(world.all(Confirmation))) == (Stage.ALIGNED, words)


def test_a_redelivered_submission_is_applied_once(world: World, deal: int) -> None:
    first, second, *_ = world.statements(deal)
    world.reopen(deal, first, event="form:1")
    before = world.all_rows()

    assert isinstance(world.reopen(deal, first, event="form:1"), ReadBackScreen)
    assert world.all_rows() == before
    assert isinstance(
        world.reopen(deal, second, event=""), ReadBackScreen
    )  # an outdated form: the call is open already
    assert world.all_rows() == before


def test_a_call_that_is_not_done_cannot_be_reopened(world: World) -> None:
    deal = world.a_deal()

    with pytest.raises(NotNowError):
        world.click(reopening.ask_what_changed, deal)
    with pytest.raises(NotNowError):
        world.reopen(deal)
