"""Several statements on one screen: marked one by one, or agreed by one deliberate act to what was seen (M4)."""

from __future__ import annotations

import pytest

from handlers.call import read_all
from handlers.call.read_all import A_SCREEN, ReadAllRequest
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError
from handlers.method.stages import Stage
from handlers.method.statements import Said
from handlers.screens.call import ChecklistScreen, ReadAllScreen, ShownVersions, WrapUpScreen
from storage.models import Confirmation
from tests.handlers.world import World


@pytest.fixture
def deal(world: World) -> int:
    """A deal with three statements that are to be read."""
    deal = world.a_deal()
    world.capture(deal, "weekly call\nno surprises", "fast")
    return deal


def show(world: World, deal: int, seen: ShownVersions = ()) -> object:
    return world.do(read_all.show, ReadAllRequest(world.caller(event=""), deal, seen))


def words(world: World) -> list[tuple[int, int, str, str]]:
    """Everything that was said: statement, version, word, manner."""
    return [(c.statement_id, c.version, c.said, c.manner) for c in world.all(Confirmation)]


def wordings(screen: object) -> list[str]:
    assert isinstance(screen, ReadAllScreen)
    return [s.wording for s in screen.statements]


# --- what is on the screen ---


def test_all_that_wait_are_on_the_screen_and_looking_changes_nothing(world: World, deal: int) -> None:
    first, *others = world.statements(deal)
    world.answer(deal, first)
    before = world.everything()

    screen = show(world, deal)

    assert isinstance(screen, ReadAllScreen)
    assert list(screen.statements) == others
    assert (screen.progress.settled, screen.progress.total, screen.later) == (1, 3, 0)
    assert (screen.reached, screen.people, screen.changed) == ("Olga Petrova", (), frozenset())
    assert world.everything() == before


def test_more_than_one_reads_in_one_go_come_on_the_next_screen(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "\n".join(f"line {n}" for n in range(A_SCREEN + 2)), "fast")
    page = world.statements(deal)[:A_SCREEN]

    screen = show(world, deal)
    assert isinstance(screen, ReadAllScreen)
    assert (list(screen.statements), screen.later) == (page, 3)

    screen = world.read_all(deal, *page)

    assert wordings(screen) == [f"line {A_SCREEN}", f"line {A_SCREEN + 1}", "fast"]
    assert len(words(world)) == A_SCREEN
    assert isinstance(world.read_all(deal, *screen.statements), WrapUpScreen)  # type: ignore[union-attr]


def test_with_nothing_to_read_it_is_the_step_that_is_next(world: World, deal: int) -> None:
    world.agree_to_all(deal)
    assert isinstance(show(world, deal), WrapUpScreen)
    assert isinstance(show(world, world.a_deal("Contoso")), ChecklistScreen)


# --- all by one act ---


def test_all_are_agreed_by_one_act_and_recorded_as_that(world: World, deal: int) -> None:
    seen = world.statements(deal)

    screen = world.read_all(deal, *seen)

    assert isinstance(screen, WrapUpScreen)
    assert words(world) == [(s.id, 1, "agreed", "read_all") for s in seen]
    assert {c.contact for c in world.all(Confirmation)} == {"Olga Petrova"}
    assert world.actions(deal)[-1] == "read_all"
    assert world.everything()["audit_log"][-1].detail == {"statements": 3}


def test_nothing_is_agreed_without_the_tick(world: World, deal: int) -> None:
    """M4.2."""
    before = world.everything()

    with pytest.raises(InvalidEntryError) as refused:
        world.read_all(deal, *world.statements(deal), confirmed=False)

    assert refused.value.field == "read_all"
    assert world.everything() == before


def test_what_was_not_on_the_screen_is_not_agreed(world: World, deal: int) -> None:
    first, second, _ = world.statements(deal)

    screen = world.read_all(deal, first, second)

    assert wordings(screen) == ["fast"]
    assert [s.said for s in world.statements(deal)] == [Said.AGREED, Said.AGREED, None]
    world.read_all(deal)
    assert len(words(world)) == 2


def test_what_changed_meanwhile_is_not_agreed_and_shown_again(world: World, deal: int) -> None:
    """M4.3."""
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


def test_what_was_answered_by_itself_keeps_its_answer(world: World, deal: int) -> None:
    seen = world.statements(deal)
    world.mark(deal, seen[0], Said.WITHDRAWN, *seen)
    world.mark(deal, seen[2], Said.AGREED, *seen)

    world.read_all(deal, *seen)

    assert words(world) == [
        (seen[0].id, 1, "withdrawn", "each"),
        (seen[2].id, 1, "agreed", "each"),
        (seen[1].id, 1, "agreed", "read_all"),
    ]


def test_the_same_act_twice_counts_once(world: World, deal: int) -> None:
    seen = world.statements(deal)
    world.read_all(deal, *seen, event="form:1")
    before = world.everything()

    assert isinstance(world.read_all(deal, *seen, event="form:1"), WrapUpScreen)
    assert isinstance(world.read_all(deal, *seen, event="form:1", confirmed=False), WrapUpScreen)
    assert world.everything() == before
    assert isinstance(world.read_all(deal, *seen), WrapUpScreen)
    assert len(words(world)) == 3


def test_nothing_is_agreed_on_a_deal_that_was_given_up(world: World, deal: int) -> None:
    world.dismiss(deal)
    before = world.everything()

    with pytest.raises(NotNowError):
        world.read_all(deal, *world.statements(deal))

    assert world.everything() == before


def test_a_statement_of_another_deal_is_not_agreed_here(world: World, deal: int) -> None:
    other = world.a_deal("Contoso")
    world.capture(other)

    world.read_all(deal, *world.statements(other))

    assert not words(world)
    with pytest.raises(NoSuchDealError):
        world.mark(deal, world.statements(other)[0], Said.AGREED)


def test_after_a_correction_of_the_recap_all_that_was_touched_can_be_read_on_one_screen(world: World) -> None:
    deal = world.a_recapped_deal()
    first, second, *_ = world.statements(deal)
    world.reopen(deal, first, second)

    assert isinstance(world.read_all(deal, *world.statements(deal)), WrapUpScreen)

    assert world.stage(deal) == Stage.IN_CALL
    assert words(world)[-2:] == [(first.id, 2, "agreed", "read_all"), (second.id, 2, "agreed", "read_all")]


# --- one of them ---


def test_a_mark_stays_on_the_screen_and_in_its_place(world: World, deal: int) -> None:
    seen = world.statements(deal)

    screen = world.mark(deal, seen[0], Said.AGREED, *seen)

    assert isinstance(screen, ReadAllScreen)
    assert [s.said for s in screen.statements] == [Said.AGREED, None, None]
    screen = world.mark(deal, seen[0], Said.WITHDRAWN, *seen)
    assert isinstance(screen, ReadAllScreen)
    assert [s.said for s in screen.statements] == [Said.WITHDRAWN, None, None]


def test_a_corrected_one_is_read_again_before_it_is_agreed(world: World, deal: int) -> None:
    """M4.3."""
    seen = world.statements(deal)

    screen = world.mark(deal, seen[0], "call on Fridays", *seen)

    assert isinstance(screen, ReadAllScreen)
    assert (screen.statements[0].wording, screen.statements[0].said) == ("call on Fridays", None)
    assert screen.changed == {seen[0].id}
    world.read_all(deal, *screen.statements)
    assert words(world)[:2] == [(seen[0].id, 1, "corrected", "each"), (seen[0].id, 2, "agreed", "read_all")]


def test_the_last_mark_leads_on(world: World, deal: int) -> None:
    seen = world.statements(deal)
    for statement in seen[:-1]:
        world.mark(deal, statement, Said.AGREED, *seen)

    assert isinstance(world.mark(deal, seen[-1], Said.WITHDRAWN, *seen), WrapUpScreen)


def test_a_mark_on_an_older_version_is_not_recorded(world: World, deal: int) -> None:
    seen = world.statements(deal)
    world.correct(deal, seen[0], "call on Fridays")
    before = words(world)

    screen = world.mark(deal, seen[0], Said.AGREED, *seen)

    assert words(world) == before
    assert isinstance(screen, ReadAllScreen)
    assert screen.changed == {seen[0].id}


# --- the list behind it changes ---


def test_a_priority_that_is_withdrawn_moves_the_others_up_and_they_are_read_again(world: World) -> None:
    """M3.2, M4.3: nobody agreed to the new rank. Each keeps its place on the screen."""
    deal = world.a_deal()
    world.capture(deal, "weekly call", "fast\ncheap\nsafe")
    _, fast, cheap, safe = seen = world.statements(deal)
    world.mark(deal, cheap, Said.AGREED, *seen)

    screen = world.mark(deal, fast, Said.WITHDRAWN, *seen)

    assert isinstance(screen, ReadAllScreen)
    assert [(s.wording, s.position, s.said) for s in screen.statements] == [
        ("weekly call", 1, None),
        ("fast", 1, Said.WITHDRAWN),
        ("cheap", 1, None),
        ("safe", 2, None),
    ]
    assert screen.changed == {cheap.id, safe.id}

    after = world.read_all(deal, *seen)

    assert isinstance(after, ReadAllScreen), "what was on the screen before was read at another rank"
    assert [(s.wording, s.said) for s in world.statements(deal)] == [
        ("weekly call", Said.AGREED),
        ("fast", Said.WITHDRAWN),
        ("cheap", None),
        ("safe", None),
    ]
    assert isinstance(world.read_all(deal, *after.statements), WrapUpScreen)
    assert [s.said for s in world.statements(deal) if s.active] == [Said.AGREED] * 3


def test_a_statement_keeps_its_place_when_the_ranks_close(world: World) -> None:
    """The withdrawn one and the one that took its rank have the same; the older one must not jump ahead."""
    deal = world.a_deal()
    world.capture(deal, "", "fast\ncheap")
    world.edit(deal, world.statements(deal)[1], rank="1")
    screen = show(world, deal)
    assert wordings(screen) == ["cheap", "fast"]
    assert isinstance(screen, ReadAllScreen)

    screen = world.mark(deal, screen.statements[0], Said.WITHDRAWN, *screen.statements)

    assert wordings(screen) == ["cheap", "fast"]


def test_what_the_rep_took_off_the_list_is_not_on_the_screen(world: World, deal: int) -> None:
    call, surprises, fast = seen = world.statements(deal)
    world.take_off(deal, surprises)

    assert wordings(show(world, deal)) == ["weekly call", "fast"]
    assert wordings(show(world, deal, tuple((s.id, s.version) for s in seen))) == ["weekly call", "fast"]
    assert isinstance(world.read_all(deal, *seen), WrapUpScreen)
    assert words(world) == [(call.id, 1, "agreed", "read_all"), (fast.id, 1, "agreed", "read_all")]
