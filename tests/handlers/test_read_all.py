"""Several statements on one screen: marked one by one, or, but for the two that matter most, by one act (M4)."""

from __future__ import annotations

import pytest

from handlers.call import read_all
from handlers.call.read_all import STATEMENTS_PER_SCREEN, ReadAllRequest
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError
from handlers.method.stages import Stage
from handlers.method.statement_lists import most_important
from handlers.method.statements import Said
from handlers.screens.call import ChecklistScreen, ReadAllScreen, ReadBackScreen, ShownVersions, WrapUpScreen
from storage.models import Confirmation
from tests.handlers.world import World


@pytest.fixture
def deal(world: World) -> int:
    """A deal with three statements to read. The first expectation and the first priority matter most."""
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "fast")
    return deal


@pytest.fixture
def longer(world: World) -> int:
    """A deal with five statements to read: the two that matter most, and three others."""
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises\nparking", "fast\ncheap")
    return deal


def answer_the_two(world: World, deal: int) -> None:
    for statement in most_important(world.statements(deal)):
        world.answer(deal, statement)


def show(world: World, deal: int, seen: ShownVersions = ()) -> object:
    return world.do(read_all.show, ReadAllRequest(world.caller(event=""), deal, seen))


def confirmations(world: World) -> list[tuple[int, int, str, str]]:
    """All confirmations: statement, version, answer, manner."""
    return [(c.statement_id, c.version, c.said, c.manner) for c in world.all(Confirmation)]


def wordings(screen: object) -> list[str]:
    assert isinstance(screen, ReadAllScreen)
    return [s.wording for s in screen.statements]


# --- the screen ---


def test_the_screen_shows_all_unsettled_statements_and_changes_nothing(world: World, deal: int) -> None:
    first, *others = world.statements(deal)
    world.answer(deal, first)
    before = world.all_rows()

    screen = show(world, deal)

    assert isinstance(screen, ReadAllScreen)
    assert list(screen.statements) == others
    assert (screen.progress.settled, screen.progress.total, screen.later) == (1, 3, 0)
    assert (screen.reached, screen.people, screen.changed) == ("Olga Petrova", (), frozenset())
    assert world.all_rows() == before


def test_more_statements_follow_on_the_next_screen(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "\n".join(f"line {n}" for n in range(STATEMENTS_PER_SCREEN + 2)), "fast")
    page = world.statements(deal)[:STATEMENTS_PER_SCREEN]

    screen = show(world, deal)
    assert isinstance(screen, ReadAllScreen)
    assert (list(screen.statements), screen.later) == (page, 3)

    world.mark_one(deal, page[0], Said.AGREED, *page)
    screen = world.read_all(deal, *page)

    assert wordings(screen) == [f"line {STATEMENTS_PER_SCREEN}", f"line {STATEMENTS_PER_SCREEN + 1}", "fast"]
    assert len(confirmations(world)) == STATEMENTS_PER_SCREEN
    world.read_all(deal, *screen.statements)  # type: ignore[union-attr]
    assert isinstance(world.mark_one(deal, world.statements(deal)[-1], Said.AGREED), WrapUpScreen)


def test_with_nothing_to_read_it_is_the_next_step(world: World, deal: int) -> None:
    world.agree_to_all(deal)
    assert isinstance(show(world, deal), WrapUpScreen)
    assert isinstance(show(world, world.a_deal("Contoso")), ChecklistScreen)


# --- agreeing to all ---


def test_agreement_to_all_is_recorded_as_such(world: World, longer: int) -> None:
    """All but the two that matter most: they wait for an answer of their own."""
    call, surprises, parking, fast, cheap = seen = world.statements(longer)

    screen = world.read_all(longer, *seen)

    assert isinstance(screen, ReadAllScreen)
    assert screen.one_by_one == {call.id, fast.id}
    assert confirmations(world) == [(s.id, 1, "agreed", "read_all") for s in (surprises, parking, cheap)]
    assert {c.contact for c in world.all(Confirmation)} == {"Olga Petrova"}
    assert world.actions(longer)[-1] == "read_all"
    assert world.all_rows()["audit_log"][-1].detail == {"statements": 3}
    assert isinstance(world.mark_one(longer, call, Said.AGREED, *seen), ReadAllScreen)
    assert isinstance(world.mark_one(longer, fast, Said.AGREED, *seen), WrapUpScreen)


def test_a_competitors_promise_is_corrected_or_withdrawn_never_agreed(world: World, longer: int) -> None:
    """M1.2: not by the tick, not on its own, not by a button of an older screen; what was said instead can be."""
    _, surprises, *_ = seen = world.statements(longer)
    world.note_details(longer, surprises, origin="competitor")
    answer_the_two(world, longer)

    screen = world.read_all(longer, *seen)
    assert isinstance(screen, ReadAllScreen)
    assert [s.wording for s in screen.statements if not s.settled] == ["no surprises"]
    assert "no surprises" in screen.competitor_scripts[surprises.id]
    assert isinstance(world.mark_one(longer, surprises, Said.AGREED, *seen), ReadAllScreen)
    assert isinstance(world.answer(longer, surprises), ReadBackScreen)
    assert not [row for row in confirmations(world) if row[0] == surprises.id]

    world.mark_one(longer, surprises, "the bill stays at $200", *seen)
    assert isinstance(world.answer(longer, world.statements(longer)[1]), WrapUpScreen)


def test_an_agreed_statement_that_turns_out_to_be_a_competitors_is_open_again(world: World, deal: int) -> None:
    world.agree_to_all(deal)
    call, *_ = world.statements(deal)
    world.note_details(deal, call, origin="competitor")
    assert [s.said for s in world.statements(deal)] == [None, Said.AGREED, Said.AGREED]


def test_nothing_is_agreed_without_ticking_the_box(world: World, deal: int) -> None:
    """M4.2."""
    before = world.all_rows()

    with pytest.raises(InvalidEntryError) as refused:
        world.read_all(deal, *world.statements(deal), confirmed=False)

    assert refused.value.field == "read_all"
    assert world.all_rows() == before


def test_statements_that_were_not_on_the_screen_are_not_agreed(world: World, deal: int) -> None:
    first, second, _ = world.statements(deal)

    screen = world.read_all(deal, first, second)

    assert wordings(screen) == ["weekly call", "no surprises"]
    assert [s.said for s in world.statements(deal)] == [None, Said.AGREED, None]
    world.read_all(deal)
    assert len(confirmations(world)) == 1


def test_a_statement_changed_in_the_meantime_is_shown_again_not_agreed(world: World, deal: int) -> None:
    """M4.3."""
    answer_the_two(world, deal)
    seen = world.statements(deal)
    world.correct(deal, seen[1], "no surprises on the bill")

    screen = world.read_all(deal, *seen)

    assert isinstance(screen, ReadAllScreen)
    assert [(s.wording, s.said) for s in screen.statements] == [
        ("weekly call", Said.AGREED),
        ("no surprises on the bill", None),
        ("fast", Said.AGREED),
    ]
    assert screen.changed == {seen[1].id}
    assert isinstance(world.read_all(deal, *screen.statements), WrapUpScreen)


def test_a_statement_answered_individually_keeps_its_answer(world: World, deal: int) -> None:
    seen = world.statements(deal)
    world.mark_one(deal, seen[0], Said.WITHDRAWN, *seen)
    world.mark_one(deal, seen[2], Said.AGREED, *seen)

    world.read_all(deal, *seen)

    assert confirmations(world) == [
        (seen[0].id, 1, "withdrawn", "each"),
        (seen[2].id, 1, "agreed", "each"),
        (seen[1].id, 1, "agreed", "read_all"),
    ]


def test_a_redelivered_submission_is_applied_once(world: World, longer: int) -> None:
    deal = longer
    answer_the_two(world, deal)
    seen = world.statements(deal)
    world.read_all(deal, *seen, event="form:1")
    before = world.all_rows()

    assert isinstance(world.read_all(deal, *seen, event="form:1"), WrapUpScreen)
    assert isinstance(world.read_all(deal, *seen, event="form:1", confirmed=False), WrapUpScreen)
    assert world.all_rows() == before
    assert isinstance(world.read_all(deal, *seen), WrapUpScreen)
    assert len(confirmations(world)) == 5


def test_nothing_is_agreed_on_a_dismissed_deal(world: World, deal: int) -> None:
    world.dismiss(deal)
    before = world.all_rows()

    with pytest.raises(NotNowError):
        world.read_all(deal, *world.statements(deal))

    assert world.all_rows() == before


def test_a_statement_of_another_deal_cannot_be_agreed(world: World, deal: int) -> None:
    other = world.a_deal("Contoso")
    world.capture(other)

    world.read_all(deal, *world.statements(other))

    assert not confirmations(world)
    with pytest.raises(NoSuchDealError):
        world.mark_one(deal, world.statements(other)[0], Said.AGREED)


def test_reopened_statements_can_be_read_on_one_screen(world: World) -> None:
    deal = world.a_recapped_deal()
    first, second, *_ = world.statements(deal)
    world.reopen(deal, first, second)
    assert isinstance(world.read_all(deal, *world.statements(deal)), ReadAllScreen)
    assert isinstance(world.answer(deal, world.statements(deal)[0]), WrapUpScreen)

    assert world.stage(deal) == Stage.IN_CALL
    assert confirmations(world)[-2:] == [(second.id, 2, "agreed", "read_all"), (first.id, 2, "agreed", "each")]


# --- marking one ---


def test_a_marked_statement_stays_in_its_place(world: World, deal: int) -> None:
    seen = world.statements(deal)

    screen = world.mark_one(deal, seen[0], Said.AGREED, *seen)

    assert isinstance(screen, ReadAllScreen)
    assert [s.said for s in screen.statements] == [Said.AGREED, None, None]
    screen = world.mark_one(deal, seen[0], Said.WITHDRAWN, *seen)
    assert isinstance(screen, ReadAllScreen)
    assert [s.said for s in screen.statements] == [Said.WITHDRAWN, None, None]


def test_a_corrected_statement_is_read_again_before_it_is_agreed(world: World, deal: int) -> None:
    """M4.3."""
    seen = world.statements(deal)

    screen = world.mark_one(deal, seen[1], "no surprises on the bill", *seen)

    assert isinstance(screen, ReadAllScreen)
    assert (screen.statements[1].wording, screen.statements[1].said) == ("no surprises on the bill", None)
    assert screen.changed == {seen[1].id}
    world.read_all(deal, *screen.statements)
    assert confirmations(world)[:2] == [(seen[1].id, 1, "corrected", "each"), (seen[1].id, 2, "agreed", "read_all")]


def test_the_last_mark_leads_to_the_next_step(world: World, deal: int) -> None:
    seen = world.statements(deal)
    for statement in seen[:-1]:
        world.mark_one(deal, statement, Said.AGREED, *seen)

    assert isinstance(world.mark_one(deal, seen[-1], Said.WITHDRAWN, *seen), WrapUpScreen)


def test_a_mark_on_an_outdated_version_is_not_recorded(world: World, deal: int) -> None:
    seen = world.statements(deal)
    world.correct(deal, seen[0], "call on Fridays")
    before = confirmations(world)

    screen = world.mark_one(deal, seen[0], Said.AGREED, *seen)

    assert confirmations(world) == before
    assert isinstance(screen, ReadAllScreen)
    assert screen.changed == {seen[0].id}


# --- the list changes ---


def test_withdrawing_a_priority_moves_the_others_up_to_be_read_again(world: World) -> None:
    """M3.2, M4.3: nobody agreed to the new ranks. Each keeps its place on the screen."""
    deal = world.a_deal()
    world.capture(deal, "weekly call", "fast\ncheap\nsafe")
    call, fast, cheap, safe = seen = world.statements(deal)
    world.mark_one(deal, cheap, Said.AGREED, *seen)
    world.mark_one(deal, call, Said.AGREED, *seen)

    screen = world.mark_one(deal, fast, Said.WITHDRAWN, *seen)

    assert isinstance(screen, ReadAllScreen)
    assert [(s.wording, s.position, s.said) for s in screen.statements] == [
        ("weekly call", 1, Said.AGREED),
        ("fast", 1, Said.WITHDRAWN),
        ("cheap", 1, None),
        ("safe", 2, None),
    ]
    assert screen.changed == {cheap.id, safe.id}

    after = world.read_all(deal, *seen)

    assert isinstance(after, ReadAllScreen), "the statements on the screen were read at another rank"
    assert [(s.wording, s.said) for s in world.statements(deal)] == [
        ("weekly call", Said.AGREED),
        ("fast", Said.WITHDRAWN),
        ("cheap", None),
        ("safe", None),
    ]
    assert isinstance(world.read_all(deal, *after.statements), WrapUpScreen)
    assert [s.said for s in world.statements(deal) if s.active] == [Said.AGREED] * 3


def test_a_statement_keeps_its_place_when_the_ranks_change(world: World) -> None:
    """The withdrawn priority and the one that took its rank have the same rank; their order must not change."""
    deal = world.a_deal()
    world.capture(deal, "", "fast\ncheap")
    world.edit(deal, world.statements(deal)[1], rank="1")
    screen = show(world, deal)
    assert wordings(screen) == ["cheap", "fast"]
    assert isinstance(screen, ReadAllScreen)

    screen = world.mark_one(deal, screen.statements[0], Said.WITHDRAWN, *screen.statements)

    assert wordings(screen) == ["cheap", "fast"]


def test_statements_off_the_list_are_not_on_the_screen(world: World, deal: int) -> None:
    call, surprises, fast = seen = world.statements(deal)
    world.remove(deal, surprises)

    assert wordings(show(world, deal)) == ["weekly call", "fast"]
    assert wordings(show(world, deal, tuple((s.id, s.version) for s in seen))) == ["weekly call", "fast"]
    world.mark_one(deal, call, Said.AGREED, *seen)
    assert isinstance(world.mark_one(deal, fast, Said.AGREED, *seen), WrapUpScreen)
    assert confirmations(world) == [(call.id, 1, "agreed", "each"), (fast.id, 1, "agreed", "each")]
