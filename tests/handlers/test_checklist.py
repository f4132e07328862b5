"""The checklist keeps what was captured, agrees to nothing, and is refused as a whole or not at all (M2 - M4)."""

from __future__ import annotations

import pytest

from handlers.call import card_actions
from handlers.call.checklist import Seen
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.stages import Stage
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH, MAX_STATEMENTS
from handlers.method.statements import Kind, Said
from handlers.screens.call import ChecklistScreen, ReadBackScreen, RecapScreen, WrapUpScreen
from storage.models import Attestation, Confirmation, Contact, StatementVersion
from tests.handlers.world import OBJECTIVES, World


def test_what_was_captured_is_read_back_and_nothing_is_agreed(world: World) -> None:
    deal = world.a_deal()

    screen = world.capture(deal, "weekly call\nno surprises", "fast\ncheap")

    assert isinstance(screen, ReadBackScreen)
    assert screen.statement.wording == "weekly call"
    assert [(s.kind, s.wording, s.position, s.version, s.said) for s in world.statements(deal)] == [
        (Kind.EXPECTATION, "weekly call", 1, 1, None),
        (Kind.EXPECTATION, "no surprises", 2, 1, None),
        (Kind.PRIORITY, "fast", 1, 1, None),
        (Kind.PRIORITY, "cheap", 2, 1, None),
    ]
    assert not world.all(Confirmation)
    assert world.stage(deal) == Stage.IN_CALL
    assert world.actions(deal) == ["heard", "in_call", "captured"]


def test_one_kind_is_enough_to_go_on(world: World) -> None:
    """M3.4 wants several of each, and the customer may have none of one kind."""
    assert isinstance(world.capture(world.a_deal(), "weekly call", ""), ReadBackScreen)
    assert isinstance(world.capture(world.a_deal("Contoso"), "", "fast"), ReadBackScreen)


def test_the_reminders_end_when_the_call_is_made(world: World) -> None:
    deal = world.a_deal()
    assert len(world.waiting("reminder")) == 2

    world.capture(deal)

    assert not world.waiting("reminder")


def test_the_same_submission_twice_counts_once(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, event="form:1")
    before = world.everything()

    again = world.capture(deal, "something else", "", event="form:1")

    assert isinstance(again, ReadBackScreen)
    assert world.everything() == before


# --- edits of the list ---


def test_saving_the_list_unchanged_touches_no_statement(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "fast\ncheap", ticked=OBJECTIVES)
    world.agree_to_all(deal)
    before = world.everything()

    screen = world.capture(deal, "weekly call", "fast\ncheap", ticked=OBJECTIVES)

    assert isinstance(screen, WrapUpScreen)
    after = world.everything()
    for table in ("statements", "statement_versions", "confirmations", "attestations", "audit_log", "deals"):
        assert after[table] == before[table]


def test_a_priority_that_moved_is_asked_for_again_and_an_expectation_is_not(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "fast\ncheap")
    world.agree_to_all(deal)

    world.capture(deal, "no surprises\nweekly call", "cheap\nfast")

    assert [(s.wording, s.version, s.said) for s in world.statements(deal)] == [
        ("weekly call", 1, Said.AGREED),
        ("no surprises", 1, Said.AGREED),
        ("cheap", 2, None),
        ("fast", 2, None),
    ]


def test_a_line_that_was_dropped_is_off_the_list_and_the_customer_said_nothing(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "fast")

    world.capture(deal, "weekly call", "fast")

    dropped = next(s for s in world.statements(deal) if s.wording == "no surprises")
    assert (dropped.version, dropped.said, dropped.on_list, dropped.active) == (2, None, False, False)
    assert not world.all(Confirmation)
    assert [v.on_list for v in world.all(StatementVersion)] == [True, True, True, False]
    assert world.actions(deal) == ["heard", "in_call", "captured", "taken_off"]


def test_a_corrected_wording_reads_the_same_when_the_list_is_saved_again(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "keep me posted", "fast")
    world.correct(deal, world.statements(deal)[0], "- by phone,\n every week")
    world.agree_to_all(deal)

    world.capture(deal, "\n".join(world.wordings(deal, Kind.EXPECTATION)), "fast")

    assert [(s.wording, s.said) for s in world.statements(deal)] == [
        ("by phone, every week", Said.AGREED),
        ("fast", Said.AGREED),
    ]


def test_a_change_after_the_alignment_opens_the_call_again(world: World) -> None:
    """M6.3."""
    deal = world.a_recapped_deal()
    both = {kind: "\n".join(world.wordings(deal, kind)) for kind in Kind}

    world.capture(deal, both[Kind.EXPECTATION], both[Kind.PRIORITY])
    assert world.stage(deal) == Stage.RECAPPED

    world.capture(deal, f"{both[Kind.EXPECTATION]}\none more", both[Kind.PRIORITY])
    assert world.stage(deal) == Stage.IN_CALL


# --- a list that was too long for its field ---


def test_what_is_added_to_a_long_list_comes_behind_it_once(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "fast")

    world.capture(deal, "one more\nNo surprises", "fast", adding=frozenset({Kind.EXPECTATION}))

    assert world.wordings(deal, Kind.EXPECTATION) == ["weekly call", "no surprises", "one more"]
    assert [s.version for s in world.statements(deal)] == [1, 1, 1, 1]


def test_adding_nothing_to_a_long_list_keeps_it(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "fast")

    world.capture(deal, "", "fast", adding=frozenset({Kind.EXPECTATION}))

    assert world.wordings(deal, Kind.EXPECTATION) == ["weekly call"]


def test_a_long_list_has_an_end_too(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "\n".join(f"line {n}" for n in range(MAX_STATEMENTS)), "fast")
    before = world.everything()

    with pytest.raises(InvalidEntryError) as refused:
        world.capture(deal, "one too many", "fast", adding=frozenset({Kind.EXPECTATION}))

    assert refused.value.field == "expectations"
    assert world.everything() == before


# --- two at the same time ---


def as_seen(world: World, deal: int) -> Seen:
    screen = world.tap(card_actions.show_checklist, deal)
    assert isinstance(screen, ChecklistScreen)
    return frozenset(screen.seen)


def test_what_came_meanwhile_is_not_overwritten_and_what_was_typed_is_kept(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "20 mpg")
    seen = as_seen(world, deal)
    world.add(deal, "go-live by 1 May")
    before = world.everything()["statement_versions"]

    screen = world.capture(deal, "a call every Friday", "20 mpg", seen=seen)

    assert isinstance(screen, ChecklistScreen)
    assert screen.typed == {Kind.EXPECTATION: "a call every Friday\ngo-live by 1 May", Kind.PRIORITY: "20 mpg"}
    assert world.everything()["statement_versions"] == before
    world.capture(deal, screen.typed[Kind.EXPECTATION], screen.typed[Kind.PRIORITY], seen=frozenset(screen.seen))
    assert world.wordings(deal, Kind.EXPECTATION) == ["a call every Friday", "go-live by 1 May"]


def test_a_line_that_went_meanwhile_is_not_put_back(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call\ngo-live by 1 May", "20 mpg")
    seen = as_seen(world, deal)
    world.take_off(deal, world.statements(deal)[0])

    assert isinstance(world.capture(deal, "weekly call\ngo-live by 1 May", "20 mpg", seen=seen), ChecklistScreen)
    assert world.wordings(deal, Kind.EXPECTATION) == ["go-live by 1 May"]


def test_who_changes_nothing_or_only_adds_is_not_stopped(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "20 mpg")
    seen = as_seen(world, deal)
    world.add(deal, "go-live by 1 May")

    same = world.capture(deal, "weekly call\ngo-live by 1 May", "20 mpg", seen=seen)
    assert isinstance(same, ReadBackScreen)
    world.capture(deal, "and a mail by Monday", "20 mpg", seen=seen, adding=frozenset({Kind.EXPECTATION}))
    assert len(world.wordings(deal, Kind.EXPECTATION)) == 3


# --- refusals ---


def test_a_list_that_cannot_be_taken_leaves_everything_as_it_was(world: World) -> None:
    too_long = "x" * (MAX_STATEMENT_LENGTH + 1)
    too_many = "\n".join(map(str, range(MAX_STATEMENTS + 1)))
    lists = [
        ("", "", "expectations", "refusal.no_statement"),
        (" \n -\n", "\n", "expectations", "refusal.no_statement"),
        (too_long, "fast", "expectations", "refusal.statement_too_long"),
        ("weekly", too_long, "priorities", "refusal.statement_too_long"),
        (too_many, "", "expectations", "refusal.too_many_statements"),
        ("weekly", too_many, "priorities", "refusal.too_many_statements"),
    ]
    deal = world.a_deal()
    world.capture(deal)
    before = world.everything()

    for expectations, priorities, field, key in lists:
        with pytest.raises(InvalidEntryError) as refused:
            world.capture(deal, expectations, priorities, reached="Somebody else", ticked=OBJECTIVES)
        assert (refused.value.field, refused.value.key) == (field, key)

    assert world.everything() == before


def test_as_much_as_is_allowed_can_be_taken(world: World) -> None:
    deal = world.a_deal()
    most = "\n".join(f"{n:03}{'x' * (MAX_STATEMENT_LENGTH - 3)}" for n in range(MAX_STATEMENTS))

    world.capture(deal, most, most)

    assert len(world.statements(deal)) == 2 * MAX_STATEMENTS


def test_nothing_is_captured_for_a_deal_that_was_given_up(world: World) -> None:
    deal = world.a_deal()
    world.dismiss(deal)
    before = world.everything()

    with pytest.raises(NotNowError):
        world.capture(deal)

    assert world.everything() == before


# --- who was reached, and what is ticked ---


def test_who_was_reached_is_kept_and_an_empty_field_does_not_take_it_away(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, reached="  Olga \n Petrova ")
    world.capture(deal, reached="")
    assert [(c.role, c.name) for c in world.all(Contact)] == [("decision_maker", "Olga Petrova")]

    world.capture(deal, reached="Ivan" + "x" * 300)
    assert [len(c.name) for c in world.all(Contact)] == [255]


def test_ticks_are_kept_as_they_change_and_what_nobody_knows_is_not(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, ticked=frozenset({"M2.1", "M2.2", "M2.a", "M9.9"}))
    world.capture(deal, ticked=frozenset({"M2.1"}))

    assert [(a.item, a.holds) for a in world.all(Attestation)] == [("M2.1", True), ("M2.2", True), ("M2.2", False)]
    screen = world.tap(card_actions.show_checklist, deal)
    assert isinstance(screen, ChecklistScreen)
    assert [tick.rule for tick in screen.steps if tick.holds] == ["M2.1"]


def test_the_checklist_shows_what_was_filled_in(world: World) -> None:
    deal = world.a_deal()
    empty = world.next_screen(deal)
    assert isinstance(empty, ChecklistScreen)
    assert (empty.expectations, empty.priorities, empty.reached) == ((), (), "")
    assert not any(tick.holds for tick in empty.steps)

    world.capture(deal, "weekly call", "fast\ncheap", reached="Olga")

    filled = world.tap(card_actions.show_checklist, deal)
    assert isinstance(filled, ChecklistScreen)
    assert (filled.expectations, filled.priorities, filled.reached) == (("weekly call",), ("fast", "cheap"), "Olga")


def test_where_all_was_withdrawn_the_call_goes_on_with_the_list(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "")
    world.answer(deal, world.statements(deal)[0], Said.WITHDRAWN)

    assert isinstance(world.next_screen(deal), ChecklistScreen)


def test_the_call_goes_on_where_it_was_left_after_any_break(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "")
    world.answer(deal, world.statements(deal)[0])

    screen = world.next_screen(deal)
    assert isinstance(screen, ReadBackScreen)
    assert screen.statement.wording == "no surprises"
    assert (screen.progress.settled, screen.progress.total) == (1, 2)

    world.agree_to_all(deal)
    assert isinstance(world.next_screen(deal), WrapUpScreen)
    world.wrap_up(deal)
    assert isinstance(world.next_screen(deal), RecapScreen)
