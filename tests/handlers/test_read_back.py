"""The customer answers each statement in its present wording; every version and every word is kept (M4)."""

from __future__ import annotations

import pytest

from handlers.call import read_back
from handlers.call.read_back import CorrectionAsked
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError
from handlers.method.stages import Stage
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH
from handlers.method.statements import Said
from handlers.screens.call import CorrectionScreen, ReadBackScreen, WrapUpScreen
from storage.models import Confirmation, Recap, StatementVersion
from tests.handlers.world import ANNA, World


@pytest.fixture
def deal(world: World) -> int:
    """A deal with two statements that are to be read."""
    deal = world.a_deal()
    world.capture(deal, "keep me posted", "fast")
    return deal


def words(world: World) -> list[tuple[int, int, str]]:
    """Everything that was said: statement, version, word."""
    return [(c.statement_id, c.version, c.said) for c in world.all(Confirmation)]


def test_an_answer_is_recorded_with_who_gave_it_and_leads_to_the_next_statement(world: World, deal: int) -> None:
    first, second = world.statements(deal)

    screen = world.answer(deal, first)

    (confirmation,) = world.all(Confirmation)
    assert (confirmation.statement_id, confirmation.version, confirmation.said) == (first.id, 1, "agreed")
    assert (confirmation.contact, confirmation.at) == ("Olga Petrova", world.now)
    assert isinstance(screen, ReadBackScreen)
    assert screen.statement == second
    assert screen.reached == "Olga Petrova"


def test_who_is_not_known_is_not_made_up(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, reached="")
    world.answer(deal, world.statements(deal)[0])

    assert world.all(Confirmation)[0].contact is None


def test_the_last_answer_leads_to_the_end_of_the_call(world: World, deal: int) -> None:
    first, second = world.statements(deal)
    world.answer(deal, first, Said.WITHDRAWN)

    assert isinstance(world.answer(deal, second), WrapUpScreen)


def test_a_second_tap_is_one_confirmation(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    world.answer(deal, first, event="tap:1")
    world.answer(deal, first, event="tap:1")
    world.answer(deal, first, event="tap:2")

    assert words(world) == [(first.id, 1, "agreed")]


def test_another_answer_to_the_same_version_is_added_to_the_first(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    world.answer(deal, first)
    world.answer(deal, first, Said.WITHDRAWN)

    assert words(world) == [(first.id, 1, "agreed"), (first.id, 1, "withdrawn")]
    assert world.statements(deal)[0].said is Said.WITHDRAWN


def test_an_answer_to_an_older_version_is_not_recorded_and_the_present_one_is_shown(world: World, deal: int) -> None:
    """M4.3."""
    old, _ = world.statements(deal)
    world.correct(deal, old, "by phone, weekly")
    before = words(world)

    screen = world.answer(deal, old, version=1)

    assert isinstance(screen, ReadBackScreen)
    assert screen.changed
    assert (screen.statement.wording, screen.statement.version) == ("by phone, weekly", 2)
    assert words(world) == before


def test_a_correction_keeps_the_old_version_and_asks_for_the_new_one(world: World, deal: int) -> None:
    first, second = world.statements(deal)
    world.answer(deal, first)

    screen = world.correct(deal, first, "  by phone,\n weekly ")

    assert words(world) == [(first.id, 1, "agreed"), (first.id, 1, "corrected")]
    versions = [(v.version, v.wording, v.position) for v in world.all(StatementVersion) if v.statement_id == first.id]
    assert versions == [(1, "keep me posted", 1), (2, "by phone, weekly", 1)]
    assert world.statements(deal) == [screen.statement, second] if isinstance(screen, ReadBackScreen) else False
    assert world.statements(deal)[0].said is None
    assert world.actions(deal)[-1] == "corrected"


def test_a_correction_of_an_older_version_is_not_recorded(world: World, deal: int) -> None:
    old, _ = world.statements(deal)
    world.correct(deal, old, "by phone, weekly")
    before = words(world)

    screen = world.correct(deal, old, "by mail", version=1)

    assert isinstance(screen, ReadBackScreen)
    assert screen.changed
    assert screen.statement.wording == "by phone, weekly"
    assert words(world) == before


def test_the_same_correction_twice_is_one_version(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    world.correct(deal, first, "by phone, weekly", event="form:1")
    before = world.everything()

    again = world.correct(deal, first, "by phone, weekly", event="form:1")

    assert isinstance(again, ReadBackScreen)
    assert again.statement.version == 2
    assert world.everything() == before


def test_a_correction_that_says_nothing_is_refused(world: World, deal: int) -> None:
    corrections = [
        ("", "refusal.wording_missing"),
        (" \n ", "refusal.wording_missing"),
        ("x" * (MAX_STATEMENT_LENGTH + 1), "refusal.statement_too_long"),
        (" keep  me posted", "refusal.wording_unchanged"),
    ]
    before = world.everything()

    for wording, key in corrections:
        with pytest.raises(InvalidEntryError) as refused:
            world.correct(deal, world.statements(deal)[0], wording)
        assert (refused.value.field, refused.value.key) == ("wording", key)

    assert world.everything() == before


def test_asking_for_the_field_of_a_correction_changes_nothing(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    before = world.everything()

    screen = world.do(read_back.ask_correction, CorrectionAsked(world.caller(event=""), deal, first.id))

    assert isinstance(screen, CorrectionScreen)
    assert screen.statement == first
    assert world.everything() == before


def test_a_statement_of_another_deal_is_not_answered_here(world: World, deal: int) -> None:
    other = world.a_deal("Contoso")
    world.capture(other)

    with pytest.raises(NoSuchDealError):
        world.answer(deal, world.statements(other)[0])


# --- before and after the call ---


@pytest.mark.parametrize("said", [Said.WITHDRAWN, Said.CORRECTED])
def test_another_word_after_the_alignment_opens_the_call_again(world: World, said: Said) -> None:
    """M6.3: the recap and the referral are for what was agreed, so they are asked for again."""
    deal = world.a_recapped_deal()
    first, *_ = world.statements(deal)

    if said is Said.CORRECTED:
        screen = world.correct(deal, first, "by phone, weekly")
        assert isinstance(screen, ReadBackScreen)
    else:
        screen = world.answer(deal, first, said)
        assert isinstance(screen, WrapUpScreen)

    assert world.stage(deal) == Stage.IN_CALL
    world.agree_to_all(deal)
    world.wrap_up(deal)
    first_mail, second_mail = world.all(Recap)
    assert (first_mail.version, second_mail.version) == (1, 2)
    assert first.wording in first_mail.body
    assert first.wording not in second_mail.body


def test_the_same_answer_after_the_alignment_changes_nothing(world: World) -> None:
    deal = world.an_aligned_deal()
    before = words(world)

    world.answer(deal, world.statements(deal)[0])

    assert world.stage(deal) == Stage.ALIGNED
    assert words(world) == before


def test_nothing_is_recorded_for_a_deal_that_was_given_up(world: World, deal: int) -> None:
    """The modal may still be open on another device."""
    first, _ = world.statements(deal)
    world.dismiss(deal)
    before = world.everything()

    with pytest.raises(NotNowError):
        world.answer(deal, first)
    with pytest.raises(NotNowError):
        world.correct(deal, first, "by phone, weekly")

    assert world.everything() == before


def test_an_answer_after_a_dismissal_was_taken_back_is_on_the_call_again(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    world.dismiss(deal)
    world.later(seconds=5)
    world.stand_by(deal)

    world.answer(deal, first)

    assert world.stage(deal) == Stage.IN_CALL
    assert not world.waiting("reminder")


def test_the_owner_is_who_recorded_it(world: World, deal: int) -> None:
    world.answer(deal, world.statements(deal)[0])

    assert world.all(Confirmation)[0].recorded_by == world.deal(deal).owner_id
    assert world.deal(deal).owner.external_id == ANNA
