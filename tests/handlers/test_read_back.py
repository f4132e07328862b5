"""The customer answers each statement in its current wording; every version and answer is kept (M4)."""

from __future__ import annotations

import pytest

from handlers.call import read_back
from handlers.call.read_back import CorrectionRequest
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError
from handlers.method.stages import Stage
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH
from handlers.method.statements import Said
from handlers.screens.call import CorrectionScreen, ReadBackScreen, WrapUpScreen
from storage.models import Confirmation, Recap, StatementVersion
from tests.handlers.world import ANNA, World


@pytest.fixture
def deal(world: World) -> int:
    """A deal with two statements to read."""
    deal = world.a_deal()
    world.capture(deal, "keep me posted", "fast")
    return deal


def confirmations(world: World) -> list[tuple[int, int, str]]:
    """All confirmations: statement, version, answer."""
    return [(c.statement_id, c.version, c.said) for c in world.all(Confirmation)]


def test_an_answer_is_recorded_with_its_contact_and_leads_to_the_next_statement(world: World, deal: int) -> None:
    first, second = world.statements(deal)

    screen = world.answer(deal, first)

    (confirmation,) = world.all(Confirmation)
    assert (confirmation.statement_id, confirmation.version, confirmation.said) == (first.id, 1, "agreed")
    assert (confirmation.contact, confirmation.at) == ("Olga Petrova", world.now)
    assert isinstance(screen, ReadBackScreen)
    assert screen.statement == second
    assert screen.reached == "Olga Petrova"


def test_an_unknown_contact_is_not_invented(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, reached="")
    world.answer(deal, world.statements(deal)[0])

    assert world.all(Confirmation)[0].contact is None


def test_the_last_answer_leads_to_the_wrap_up(world: World, deal: int) -> None:
    first, second = world.statements(deal)
    world.answer(deal, first, Said.WITHDRAWN)

    assert isinstance(world.answer(deal, second), WrapUpScreen)


def test_a_repeated_answer_is_one_confirmation(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    world.answer(deal, first, event="tap:1")
    world.answer(deal, first, event="tap:1")
    world.answer(deal, first, event="tap:2")

    assert confirmations(world) == [(first.id, 1, "agreed")]


def test_another_answer_to_the_same_version_is_added_to_the_first(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    world.answer(deal, first)
    world.answer(deal, first, Said.WITHDRAWN)

    assert confirmations(world) == [(first.id, 1, "agreed"), (first.id, 1, "withdrawn")]
    assert world.statements(deal)[0].said is Said.WITHDRAWN


def test_an_answer_to_an_outdated_version_is_not_recorded_and_the_current_one_is_shown(world: World, deal: int) -> None:
    """M4.3."""
    old, _ = world.statements(deal)
    world.correct(deal, old, "by phone, weekly")
    before = confirmations(world)

    screen = world.answer(deal, old, version=1)

    assert isinstance(screen, ReadBackScreen)
    assert screen.changed
    assert (screen.statement.wording, screen.statement.version) == ("by phone, weekly", 2)
    assert confirmations(world) == before


def test_a_correction_keeps_the_old_version_and_reads_back_the_new_one(world: World, deal: int) -> None:
    first, second = world.statements(deal)
    world.answer(deal, first)

    screen = world.correct(deal, first, "  by phone,\n weekly ")

    assert confirmations(world) == [(first.id, 1, "agreed"), (first.id, 1, "corrected")]
    versions = [(v.version, v.wording, v.position) for v in world.all(StatementVersion) if v.statement_id == first.id]
    assert versions == [(1, "keep me posted", 1), (2, "by phone, weekly", 1)]
    assert world.statements(deal) == [screen.statement, second] if isinstance(screen, ReadBackScreen) else False
    assert world.statements(deal)[0].said is None
    assert world.actions(deal)[-1] == "corrected"


def test_a_priority_corrected_after_it_was_withdrawn_takes_its_rank_again(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, expectations="", priorities="fast\non budget")
    first, _ = world.statements(deal)
    world.answer(deal, first, Said.WITHDRAWN)
    assert [(s.wording, s.position) for s in world.statements(deal) if s.active] == [("on budget", 1)]

    world.correct(deal, first, "live by May")

    ranks = {s.wording: s.position for s in world.statements(deal) if s.active}
    assert ranks == {"live by May": 1, "on budget": 2}


def test_a_correction_of_an_outdated_version_is_not_recorded(world: World, deal: int) -> None:
    old, _ = world.statements(deal)
    world.correct(deal, old, "by phone, weekly")
    before = confirmations(world)

    screen = world.correct(deal, old, "by mail", version=1)

    assert isinstance(screen, ReadBackScreen)
    assert screen.changed
    assert screen.statement.wording == "by phone, weekly"
    assert confirmations(world) == before


def test_a_redelivered_correction_is_one_version(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    world.correct(deal, first, "by phone, weekly", event="form:1")
    before = world.all_rows()

    again = world.correct(deal, first, "by phone, weekly", event="form:1")

    assert isinstance(again, ReadBackScreen)
    assert again.statement.version == 2
    assert world.all_rows() == before


def test_an_invalid_correction_is_refused(world: World, deal: int) -> None:
    corrections = [
        ("", "refusal.wording_missing"),
        (" \n ", "refusal.wording_missing"),
        ("x" * (MAX_STATEMENT_LENGTH + 1), "refusal.statement_too_long"),
        (" keep  me posted", "refusal.wording_unchanged"),
    ]
    before = world.all_rows()

    for wording, key in corrections:
        with pytest.raises(InvalidEntryError) as refused:
            world.correct(deal, world.statements(deal)[0], wording)
        assert (refused.value.field, refused.value.key) == ("wording", key)

    assert world.all_rows() == before


def test_opening_the_correction_form_changes_nothing(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    before = world.all_rows()

    screen = world.do(read_back.ask_correction, CorrectionRequest(world.caller(event=""), deal, first.id))

    assert isinstance(screen, CorrectionScreen)
    assert screen.statement == first
    assert world.all_rows() == before


def test_a_statement_of_another_deal_cannot_be_answered(world: World, deal: int) -> None:
    other = world.a_deal("Contoso")
    world.capture(other)

    with pytest.raises(NoSuchDealError):
        world.answer(deal, world.statements(other)[0])


# --- after the call ---


@pytest.mark.parametrize("said", [Said.WITHDRAWN, Said.CORRECTED])
def test_a_different_answer_after_the_alignment_reopens_the_call(world: World, said: Said) -> None:
    """M6.3: recap and referral are based on what was agreed, so they are repeated."""
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
    assert "a call from me every Friday" in first_mail.body
    assert "every Friday" not in second_mail.body


def test_the_same_answer_after_the_alignment_changes_nothing(world: World) -> None:
    deal = world.an_aligned_deal()
    before = confirmations(world)

    world.answer(deal, world.statements(deal)[0])

    assert world.stage(deal) == Stage.ALIGNED
    assert confirmations(world) == before


def test_nothing_is_recorded_for_a_dismissed_deal(world: World, deal: int) -> None:
    """The modal may still be open on another device."""
    first, _ = world.statements(deal)
    world.dismiss(deal)
    before = world.all_rows()

    with pytest.raises(NotNowError):
        world.answer(deal, first)
    with pytest.raises(NotNowError):
        world.correct(deal, first, "by phone, weekly")

    assert world.all_rows() == before


def test_an_answer_after_undoing_a_dismissal_restarts_the_call(world: World, deal: int) -> None:
    first, _ = world.statements(deal)
    world.dismiss(deal)
    world.advance(seconds=5)
    world.confirm_deal(deal)

    world.answer(deal, first)

    assert world.stage(deal) == Stage.IN_CALL
    assert not world.queued("reminder")


def test_the_owner_is_recorded_with_the_answer(world: World, deal: int) -> None:
    world.answer(deal, world.statements(deal)[0])

    assert world.all(Confirmation)[0].recorded_by == world.deal(deal).owner_id
    assert world.deal(deal).owner.external_id == ANNA
