"""Editing one statement: what is read back again and what is not, outdated forms, details (M4.3)."""

from __future__ import annotations

import pytest

from handlers.call.statement_list import PAGE_SIZE
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError
from handlers.method.details import Details, Owner, PromisedBy, Source
from handlers.method.stages import Stage
from handlers.method.statement_capture import MAX_STATEMENTS
from handlers.method.statements import Kind, Said
from handlers.screens.call import DetailsForm, ListScreen, StatementForm, WrapUpScreen
from storage.models import Confirmation, StatementDetails, StatementVersion
from tests.handlers.world import World


@pytest.fixture
def deal(world: World) -> int:
    """A deal with two expectations and three priorities, all agreed."""
    deal = world.a_deal()
    world.capture(deal, "weekly call\ngo-live by 1 May", "40 seats\n20 mpg\n3 reports a day")
    world.agree_to_all(deal)
    return deal


def state(world: World, deal: int) -> list[tuple[str, int, int, Said | None]]:
    return [(s.wording, s.position, s.version, s.said) for s in world.statements(deal) if s.active]


def test_a_new_wording_is_read_back_and_the_others_stay_agreed(world: World, deal: int) -> None:
    screen = world.edit(deal, world.statements(deal)[0], "a call every Friday")

    assert isinstance(screen, ListScreen)
    assert [(s.wording, s.version, s.said) for s in world.statements(deal)][:2] == [
        ("a call every Friday", 2, None),
        ("go-live by 1 May", 1, Said.AGREED),
    ]
    assert world.actions(deal)[-1] == "edited"


def test_a_new_rank_moves_only_the_priorities_in_between(world: World, deal: int) -> None:
    world.edit(deal, world.statements(deal)[4], rank=2)

    assert state(world, deal)[2:] == [
        ("40 seats", 1, 1, Said.AGREED),
        ("3 reports a day", 2, 2, None),
        ("20 mpg", 3, 2, None),
    ]


def test_saving_unchanged_changes_nothing(world: World, deal: int) -> None:
    shown = world.list(deal).listed[2]
    before = world.all_rows()

    world.edit(deal, shown.statement, rank=1, target=shown.measure, event="")

    assert world.all_rows() == before


def test_moving_to_the_other_list_appends_a_new_version(world: World, deal: int) -> None:
    world.edit(deal, world.statements(deal)[2], kind=Kind.EXPECTATION)

    assert world.wordings(deal, Kind.EXPECTATION) == ["weekly call", "go-live by 1 May", "40 seats"]
    assert state(world, deal)[3:] == [("20 mpg", 1, 2, None), ("3 reports a day", 2, 2, None)]
    versions = [v for v in world.all(StatementVersion) if v.wording == "40 seats"]
    assert [v.kind for v in versions] == ["priority", "expectation"]


def test_the_measure_is_read_from_the_wording_or_overridden(world: World, deal: int) -> None:
    statement = world.statements(deal)[0]
    assert world.list(deal).listed[0].measure == "weekly, call"

    world.edit(deal, statement, target="every Friday")
    (now, *_) = world.statements(deal)
    assert (now.version, now.target, now.said) == (2, "every Friday", None)
    assert world.list(deal).listed[0].measure == "every Friday"
    measures = world.all(StatementVersion)[-1].measures
    assert [(part["what"], part["text"]) for part in measures] == [
        ("frequency", "every Friday"),
        ("recurrence", "every Friday"),
    ]

    world.edit(deal, now, target="")
    assert world.statements(deal)[0].target is None


def test_a_date_without_a_year_is_the_next_one_after_the_statement_was_made(world: World, deal: int) -> None:
    found = next(v for v in world.all(StatementVersion) if v.wording == "go-live by 1 May")
    assert {"what": "date", "text": "1 May", "day": "2026-05-01"} in found.measures


def test_removing_a_priority_is_no_answer_and_closes_the_ranks(world: World, deal: int) -> None:
    said = len(world.all(Confirmation))
    world.remove(deal, world.statements(deal)[2])

    assert state(world, deal)[2:] == [("20 mpg", 1, 2, None), ("3 reports a day", 2, 2, None)]
    assert len(world.all(Confirmation)) == said
    assert world.actions(deal)[-1] == "taken_off"


def test_withdrawing_a_priority_closes_the_ranks(world: World, deal: int) -> None:
    world.answer(deal, world.statements(deal)[3], Said.WITHDRAWN)

    assert state(world, deal)[2:] == [("40 seats", 1, 1, Said.AGREED), ("3 reports a day", 2, 2, None)]
    assert world.actions(deal)[-1] == "reranked"


def test_a_priority_agreed_again_gets_its_rank_back(world: World, deal: int) -> None:
    first = world.statements(deal)[2]
    world.answer(deal, first, Said.WITHDRAWN)
    world.answer(deal, first, Said.AGREED)

    assert state(world, deal)[2:] == [
        ("40 seats", 1, 1, Said.AGREED),
        ("20 mpg", 2, 3, None),
        ("3 reports a day", 3, 3, None),
    ]


def test_a_new_statement_is_appended_and_asks_for_details(world: World, deal: int) -> None:
    screen = world.add(deal, "- no invoice before go-live", Kind.EXPECTATION)

    assert isinstance(screen, DetailsForm)
    assert screen.listed.statement.wording == "no invoice before go-live"
    assert "billing" in screen.categories
    assert "speed" not in screen.categories
    assert world.wordings(deal, Kind.EXPECTATION)[-1] == "no invoice before go-live"


def test_details_are_stored_as_rows_and_affect_no_agreement(world: World, deal: int) -> None:
    statement = world.statements(deal)[0]
    world.note_details(deal, statement, category="billing", owner="delivery", origin="customer")
    world.note_details(deal, statement, own_category="Fridays", owner="delivery", origin="assumption")

    assert world.details(deal, statement) == Details("Fridays", Owner.DELIVERY, Source.ASSUMPTION, PromisedBy.US)
    assert [row.category for row in world.all(StatementDetails)] == ["billing", "Fridays"]
    assert world.statements(deal)[0] == statement
    assert isinstance(world.next_screen(deal), WrapUpScreen)


def test_unchanged_details_change_nothing(world: World, deal: int) -> None:
    statement = world.statements(deal)[0]
    world.note_details(deal, statement, owner="rep")
    before = world.all_rows()
    world.note_details(deal, statement, owner="rep", event="")
    assert world.all_rows() == before


def test_an_outdated_form_overwrites_nothing(world: World, deal: int) -> None:
    seen = world.statements(deal)[0]
    world.edit(deal, seen, "a call every Friday")
    before = world.all_rows()

    for screen in (world.edit(deal, seen, "daily", event=""), world.remove(deal, seen, event="")):
        assert isinstance(screen, StatementForm)
        assert screen.changed
        assert screen.listed is not None
        assert screen.listed.statement.wording == "a call every Friday"
    assert world.all_rows() == before


def test_a_redelivered_submission_is_applied_once(world: World, deal: int) -> None:
    for _ in range(2):
        world.add(deal, "one more", event="form:1")
    assert world.wordings(deal, Kind.EXPECTATION).count("one more") == 1


def test_invalid_entries_are_refused_at_their_field(world: World, deal: int) -> None:
    statement, priority = world.statements(deal)[0], world.statements(deal)[2]
    before = world.all_rows()
    attempts = [
        (lambda: world.edit(deal, statement, " - "), "wording", "refusal.statement_empty"),
        (lambda: world.edit(deal, statement, "x" * 1001), "wording", "refusal.statement_too_long"),
        (lambda: world.edit(deal, statement, "Go-live by 1 May"), "wording", "refusal.statement_twice"),
        (lambda: world.edit(deal, statement, kind=""), "kind", "refusal.kind_missing"),
        (lambda: world.edit(deal, priority, rank=4), "rank", "refusal.rank"),
        (lambda: world.edit(deal, priority, rank="first"), "rank", "refusal.rank"),
        (lambda: world.edit(deal, statement, target="x" * 1001), "target", "refusal.statement_too_long"),
        (lambda: world.add(deal, "weekly call"), "wording", "refusal.statement_twice"),
        (
            lambda: world.note_details(deal, statement, own_category="x" * 61),
            "own_category",
            "refusal.category_too_long",
        ),
    ]
    for attempt, field, key in attempts:
        with pytest.raises(InvalidEntryError) as refused:
            attempt()
        assert (refused.value.field, refused.value.key) == (field, key)
    assert world.all_rows() == before


def test_a_list_has_a_limit(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "\n".join(f"line {n}" for n in range(MAX_STATEMENTS)), "40 seats")

    with pytest.raises(InvalidEntryError, match="too_many"):
        world.add(deal, "one too many")
    with pytest.raises(InvalidEntryError, match="too_many"):
        world.edit(deal, world.statements(deal)[-1], kind=Kind.EXPECTATION)


def test_the_list_has_pages(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "\n".join(f"line {n}" for n in range(10)), "40 seats")

    pages = [world.list(deal, page) for page in (0, 1, 2, 9)]
    assert [(p.page, p.pages, len(p.listed), p.total) for p in pages] == [
        (1, 2, PAGE_SIZE, 11),
        (1, 2, PAGE_SIZE, 11),
        (2, 2, 3, 11),
        (2, 2, 3, 11),
    ]
    edited = world.edit(deal, world.statements(deal)[9], "line 9, by 1 May")
    assert isinstance(edited, ListScreen)
    assert edited.page == 2


def test_statements_off_the_list_or_of_another_deal_are_refused(world: World, deal: int) -> None:
    statement = world.statements(deal)[0]
    world.remove(deal, statement)
    with pytest.raises(NoSuchDealError):
        world.edit(deal, statement, "again")
    with pytest.raises(NoSuchDealError):
        world.note_details(world.a_deal("Contoso"), statement)


def test_a_change_after_the_recap_reopens_the_call(world: World) -> None:
    deal = world.a_recapped_deal()
    world.note_details(deal, world.statements(deal)[0], owner="rep")
    assert world.stage(deal) == Stage.RECAPPED

    world.add(deal, "one more, by 1 May")
    assert world.stage(deal) == Stage.IN_CALL


def test_a_dismissed_deal_is_not_changed(world: World, deal: int) -> None:
    world.dismiss(deal)
    with pytest.raises(NotNowError):
        world.add(deal, "one more")
