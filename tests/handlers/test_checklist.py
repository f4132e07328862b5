"""The checklist stores what was captured, agrees to nothing, and is refused as a whole or not at all (M2 - M4)."""

from __future__ import annotations

import pytest

from handlers.call import card_actions
from handlers.call.checklist import SeenVersions
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.stages import Stage
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH, MAX_STATEMENTS
from handlers.method.statements import Kind, Said
from handlers.screens.call import ChecklistScreen, ReadBackScreen, RecapScreen, WrapUpScreen
from storage.models import Attestation, Confirmation, Contact, StatementVersion
from tests.handlers.world import OBJECTIVES, World


def test_captured_statements_are_read_back_and_not_agreed(world: World) -> None:
    """M4.1, M4.2."""
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


def test_statements_of_one_kind_are_enough(world: World) -> None:
    """M3.4 wants several of each kind, but the customer may have none of one."""
    assert isinstance(world.capture(world.a_deal(), "weekly call", ""), ReadBackScreen)
    assert isinstance(world.capture(world.a_deal("Contoso"), "", "fast"), ReadBackScreen)


def test_reminders_end_when_the_call_starts(world: World) -> None:
    deal = world.a_deal()
    assert len(world.queued("reminder")) == 2

    world.capture(deal)

    assert not world.queued("reminder")


def test_a_redelivered_submission_is_applied_once(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, event="form:1")
    before = world.all_rows()

    again = world.capture(deal, "something else", "", event="form:1")

    assert isinstance(again, ReadBackScreen)
    assert world.all_rows() == before


# --- editing the list ---


def test_saving_the_list_unchanged_changes_no_statement(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "fast\ncheap", ticked=OBJECTIVES)
    world.agree_to_all(deal)
    before = world.all_rows()

    screen = world.capture(deal, "weekly call", "fast\ncheap", ticked=OBJECTIVES)

    assert isinstance(screen, WrapUpScreen)
    after = world.all_rows()
    for table in ("statements", "statement_versions", "confirmations", "attestations", "audit_log", "deals"):
        assert after[table] == before[table]


def test_a_moved_priority_is_read_back_again_but_a_moved_expectation_is_not(world: World) -> None:
    """M3.1, M3.2, M4.3."""
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


def test_a_removed_line_is_off_the_list_but_not_withdrawn_by_the_customer(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "fast")

    world.capture(deal, "weekly call", "fast")

    dropped = next(s for s in world.statements(deal) if s.wording == "no surprises")
    assert (dropped.version, dropped.said, dropped.on_list, dropped.active) == (2, None, False, False)
    assert not world.all(Confirmation)
    assert [v.on_list for v in world.all(StatementVersion)] == [True, True, True, False]
    assert world.actions(deal) == ["heard", "in_call", "captured", "taken_off"]


def test_saving_the_list_again_keeps_a_corrected_wording(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "keep me posted", "fast")
    world.correct(deal, world.statements(deal)[0], "- by phone,\n every week")
    world.agree_to_all(deal)

    world.capture(deal, "\n".join(world.wordings(deal, Kind.EXPECTATION)), "fast")

    assert [(s.wording, s.said) for s in world.statements(deal)] == [
        ("by phone, every week", Said.AGREED),
        ("fast", Said.AGREED),
    ]


def test_a_change_after_the_alignment_reopens_the_call(world: World) -> None:
    """M6.3."""
    deal = world.a_recapped_deal()
    both = {kind: "\n".join(world.wordings(deal, kind)) for kind in Kind}

    world.capture(deal, both[Kind.EXPECTATION], both[Kind.PRIORITY])
    assert world.stage(deal) == Stage.RECAPPED

    world.capture(deal, f"{both[Kind.EXPECTATION]}\none more", both[Kind.PRIORITY])
    assert world.stage(deal) == Stage.IN_CALL


# --- a list too long for its field ---


def test_lines_added_to_a_long_list_are_appended_without_duplicates(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "fast")

    world.capture(deal, "one more\nNo surprises", "fast", adding=frozenset({Kind.EXPECTATION}))

    assert world.wordings(deal, Kind.EXPECTATION) == ["weekly call", "no surprises", "one more"]
    assert [s.version for s in world.statements(deal)] == [1, 1, 1, 1]


def test_adding_nothing_keeps_a_long_list(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "fast")

    world.capture(deal, "", "fast", adding=frozenset({Kind.EXPECTATION}))

    assert world.wordings(deal, Kind.EXPECTATION) == ["weekly call"]


def test_a_long_list_has_a_limit(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "\n".join(f"line {n}" for n in range(MAX_STATEMENTS)), "fast")
    before = world.all_rows()

    with pytest.raises(InvalidEntryError) as refused:
        world.capture(deal, "one too many", "fast", adding=frozenset({Kind.EXPECTATION}))

    assert refused.value.field == "expectations"
    assert world.all_rows() == before


# --- concurrent changes ---


def as_seen(world: World, deal: int) -> SeenVersions:
    screen = world.click(card_actions.show_checklist, deal)
    assert isinstance(screen, ChecklistScreen)
    return frozenset(screen.seen)


def test_concurrent_changes_and_typed_text_are_both_kept(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "20 mpg")
    seen = as_seen(world, deal)
    world.add(deal, "go-live by 1 May")
    before = world.all_rows()["statement_versions"]

    screen = world.capture(deal, "a call every Friday", "20 mpg", seen=seen)

    assert isinstance(screen, ChecklistScreen)
    assert screen.typed == {Kind.EXPECTATION: "a call every Friday\ngo-live by 1 May", Kind.PRIORITY: "20 mpg"}
    assert world.all_rows()["statement_versions"] == before
    world.capture(deal, screen.typed[Kind.EXPECTATION], screen.typed[Kind.PRIORITY], seen=frozenset(screen.seen))
    assert world.wordings(deal, Kind.EXPECTATION) == ["a call every Friday", "go-live by 1 May"]


def test_a_line_removed_elsewhere_is_not_restored(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call\ngo-live by 1 May", "20 mpg")
    seen = as_seen(world, deal)
    world.remove(deal, world.statements(deal)[0])

    assert isinstance(world.capture(deal, "weekly call\ngo-live by 1 May", "20 mpg", seen=seen), ChecklistScreen)
    assert world.wordings(deal, Kind.EXPECTATION) == ["go-live by 1 May"]


def test_unchanged_or_append_only_submissions_are_accepted(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "20 mpg")
    seen = as_seen(world, deal)
    world.add(deal, "go-live by 1 May")

    same = world.capture(deal, "weekly call\ngo-live by 1 May", "20 mpg", seen=seen)
    assert isinstance(same, ReadBackScreen)
    world.capture(deal, "and a mail by Monday", "20 mpg", seen=seen, adding=frozenset({Kind.EXPECTATION}))
    assert len(world.wordings(deal, Kind.EXPECTATION)) == 3


# --- refusals ---


def test_an_invalid_list_changes_nothing(world: World) -> None:
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
    before = world.all_rows()

    for expectations, priorities, field, key in lists:
        with pytest.raises(InvalidEntryError) as refused:
            world.capture(deal, expectations, priorities, reached="Somebody else", ticked=OBJECTIVES)
        assert (refused.value.field, refused.value.key) == (field, key)

    assert world.all_rows() == before


def test_a_list_at_the_limits_is_accepted(world: World) -> None:
    deal = world.a_deal()
    most = "\n".join(f"{n:03}{'x' * (MAX_STATEMENT_LENGTH - 3)}" for n in range(MAX_STATEMENTS))

    world.capture(deal, most, most)

    assert len(world.statements(deal)) == 2 * MAX_STATEMENTS


def test_nothing_is_captured_for_a_dismissed_deal(world: World) -> None:
    deal = world.a_deal()
    world.dismiss(deal)
    before = world.all_rows()

    with pytest.raises(NotNowError):
        world.capture(deal)

    assert world.all_rows() == before


# --- contact and ticks ---


def test_the_contact_is_stored_and_an_empty_field_keeps_it(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, reached="  Olga \n Petrova ")
    world.capture(deal, reached="")
    assert [(c.role, c.name) for c in world.all(Contact)] == [("decision_maker", "Olga Petrova")]

    world.capture(deal, reached="Ivan" + "x" * 300)
    assert [len(c.name) for c in world.all(Contact)] == [255]


def test_ticks_are_stored_when_they_change_and_unknown_rules_are_ignored(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, ticked=frozenset({"M2.1", "M2.2", "M2.a", "M9.9"}))
    world.capture(deal, ticked=frozenset({"M2.1"}))

    assert [(a.item, a.holds) for a in world.all(Attestation)] == [("M2.1", True), ("M2.2", True), ("M2.2", False)]
    screen = world.click(card_actions.show_checklist, deal)
    assert isinstance(screen, ChecklistScreen)
    assert [tick.rule for tick in screen.steps if tick.holds] == ["M2.1"]


def test_the_checklist_shows_what_was_filled_in(world: World) -> None:
    deal = world.a_deal()
    empty = world.next_screen(deal)
    assert isinstance(empty, ChecklistScreen)
    assert (empty.expectations, empty.priorities, empty.reached) == ((), (), "")
    assert not any(tick.holds for tick in empty.steps)

    world.capture(deal, "weekly call", "fast\ncheap", reached="Olga")

    filled = world.click(card_actions.show_checklist, deal)
    assert isinstance(filled, ChecklistScreen)
    assert (filled.expectations, filled.priorities, filled.reached) == (("weekly call",), ("fast", "cheap"), "Olga")


def test_the_call_returns_to_the_checklist_if_all_was_withdrawn(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "")
    world.answer(deal, world.statements(deal)[0], Said.WITHDRAWN)

    assert isinstance(world.next_screen(deal), ChecklistScreen)


def test_the_call_resumes_where_it_was_interrupted(world: World) -> None:
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
