"""Undo reverts the rep's last change by a new version, once, and never the customer's answers (M4.3)."""

from __future__ import annotations

import pytest

from handlers.errors import NotNowError
from handlers.method.details import Details
from handlers.method.statements import Kind, Said
from handlers.screens.call import CoachingScreen
from storage.models import StatementVersion
from tests.handlers.world import World


@pytest.fixture
def deal(world: World) -> int:
    """A deal with one expectation and three priorities, all agreed."""
    deal = world.a_deal()
    world.capture(deal, "weekly call", "40 seats\n20 mpg\n3 reports a day")
    world.agree_to_all(deal)
    return deal


def test_every_change_by_the_rep_can_be_undone_and_stays_on_record(world: World, deal: int) -> None:
    changes = [
        lambda: world.edit(deal, world.statements(deal)[0], "a call every Friday"),
        lambda: world.edit(deal, world.statements(deal)[3], rank=1),
        lambda: world.edit(deal, world.statements(deal)[1], kind=Kind.EXPECTATION),
        lambda: world.add(deal, "one more", Kind.PRIORITY),
        lambda: world.remove(deal, world.statements(deal)[1]),
        lambda: world.capture(deal, "weekly call\nand more", "20 mpg"),
    ]
    for change in changes:
        before = [(s.wording, s.kind, s.position, s.target) for s in world.statements(deal) if s.active]
        versions = len(world.all(StatementVersion))
        change()
        assert world.list(deal).undo is not None

        screen = world.undo(deal)

        assert [(s.wording, s.kind, s.position, s.target) for s in world.statements(deal) if s.active] == before
        assert screen.undo is None
        assert world.actions(deal)[-1] == "undone"
        assert len(world.all(StatementVersion)) > versions + 1
        world.agree_to_all(deal)


def test_restored_statements_are_read_back_again(world: World, deal: int) -> None:
    world.edit(deal, world.statements(deal)[0], "a call every Friday")
    world.agree_to_all(deal)
    world.undo(deal)

    (statement, *_) = world.statements(deal)
    assert (statement.wording, statement.version, statement.said) == ("weekly call", 3, None)


def test_details_are_undone_too(world: World, deal: int) -> None:
    statement = world.statements(deal)[0]
    world.note_details(deal, statement, owner="rep")
    world.note_details(deal, statement, owner="delivery")
    world.undo(deal)
    assert world.details(deal, statement).owner == "rep"

    other = world.statements(deal)[1]
    world.note_details(deal, other, origin="assumption")
    world.undo(deal)
    assert world.details(deal, other) == Details()
    assert world.statements(deal)[0] == statement


def test_changes_on_the_coaching_screen_are_undone(world: World) -> None:
    deal = world.a_deal()
    screen = world.capture(deal, "keep me posted", "", coached=False)
    assert isinstance(screen, CoachingScreen)
    world.answer_coaching(deal, screen, {screen.unanswered[0].statement.id: "a call every Friday"})
    world.undo(deal)
    assert world.wordings(deal, Kind.EXPECTATION) == ["keep me posted"]


def test_only_the_last_change_that_was_shown_can_be_undone(world: World, deal: int) -> None:
    world.edit(deal, world.statements(deal)[0], "a call every Friday")
    shown = world.list(deal).undo
    world.edit(deal, world.statements(deal)[1], "50 seats")
    with pytest.raises(NotNowError, match="nothing_to_undo"):
        world.undo(deal, shown)

    world.undo(deal)
    with pytest.raises(NotNowError, match="nothing_to_undo"):
        world.undo(deal)


def test_a_redelivered_undo_is_applied_once(world: World, deal: int) -> None:
    world.edit(deal, world.statements(deal)[0], "a call every Friday")
    change = world.list(deal).undo
    world.undo(deal, change, event="tap:1")
    before = world.all_rows()
    world.undo(deal, change, event="tap:1")
    assert world.all_rows() == before


def test_the_customers_answers_are_not_undone(world: World, deal: int) -> None:
    world.edit(deal, world.statements(deal)[0], "a call every Friday")
    world.correct(deal, world.statements(deal)[0], "a call every Monday")
    with pytest.raises(NotNowError, match="changed_since"):
        world.undo(deal)

    world.edit(deal, world.statements(deal)[0], "a call every Tuesday")
    world.answer(deal, world.statements(deal)[0], Said.WITHDRAWN)
    with pytest.raises(NotNowError, match="changed_since"):
        world.undo(deal)
