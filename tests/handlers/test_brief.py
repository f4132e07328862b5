"""The brief is stored step by step, each change as a version, and only its rep gets it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from handlers.call import brief, card_actions, scheduling
from handlers.call.brief import (
    LONGEST_REQUIREMENT,
    MOST_REQUIREMENTS,
    BriefCommitmentsSaved,
    BriefContactsSaved,
    BriefNotesSaved,
)
from handlers.call.scheduling import CallTyped
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.brief import Requirement
from handlers.method.urgency import Level, Sellers
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.outcomes import Pointless
from handlers.screens.brief import BriefCommitmentsScreen, BriefContactsScreen, BriefNotesScreen, BriefScreen, BriefStep
from handlers.screens.call import ChecklistScreen
from handlers.screens.deals import DealCard
from handlers.screens.reminders import CallSoon
from prompts.playbook import playbook
from storage.models import Brief, OutboxRow
from tests.handlers.test_compose import compose_next, next_message
from tests.handlers.world import ANNA, BEN, World

NEEDS = "Check-in in 2 minutes\n40 seats"


def save_contacts(
    world: World,
    deal: int,
    decision_maker: str = "Dana Whitfield",
    functional: str = "Olga Petrova",
    sellers: str = "",
    needs: str = NEEDS,
    event: str | None = None,
) -> BriefStep:
    request = BriefContactsSaved(world.caller(event=event), deal, decision_maker, functional, sellers, needs)
    return world.do(brief.save_contacts, request)


def save_commitments(
    world: World, deal: int, version: int, commitments: Mapping[int, str], event: str | None = None
) -> BriefStep:
    return world.do(
        brief.save_commitments, BriefCommitmentsSaved(world.caller(event=event), deal, version, commitments)
    )


def save_notes(
    world: World,
    deal: int,
    opening: str = "",
    elephant: str = "",
    proposal: str = "",
    notes: str = "",
    event: str | None = None,
) -> BriefStep:
    return world.do(
        brief.save_notes, BriefNotesSaved(world.caller(event=event), deal, opening, elephant, proposal, notes)
    )


def show(world: World, deal: int) -> BriefStep:
    return world.click(brief.show, deal, event="")


def versions(world: World) -> list[int]:
    return [row.version for row in world.all(Brief)]


def test_a_brief_is_built_step_by_step(world: World) -> None:
    deal = world.a_deal()
    before = world.all_rows()
    first = show(world, deal)
    assert isinstance(first, BriefContactsScreen)
    assert first.no_decision_maker
    assert world.all_rows() == before

    second = save_contacts(world, deal, sellers=Sellers.TWO_OR_THREE)
    assert isinstance(second, BriefCommitmentsScreen)
    assert [each.number for each in second.requirements] == [1, 2]
    third = save_commitments(world, deal, second.version, {1: "Under 90 seconds", 2: ""})
    assert isinstance(third, BriefNotesScreen)
    assert third.opening == playbook().opening.replace("{{ name }}", "Dana")
    whole = save_notes(world, deal, third.opening, "The price", "https://example.com/p", "met twice")

    assert isinstance(whole, BriefScreen)
    assert whole == show(world, deal)
    known = whole.prepared
    assert known.requirements == (Requirement("Check-in in 2 minutes", "Under 90 seconds"), Requirement("40 seats"))
    assert (known.elephant, known.proposal, known.notes) == ("The price", "https://example.com/p", "met twice")
    assert known.opening == ""  # the suggested line is not stored
    assert versions(world) == [1, 2, 3]
    assert world.actions(deal) == ["heard", "prepared", "prepared", "prepared"]


def test_more_sellers_make_the_call_more_urgent_on_the_card(world: World) -> None:
    deal = world.a_deal()
    next_message(world)
    save_contacts(world, deal, sellers=Sellers.FOUR_OR_MORE)

    assert world.deal(deal).sellers == 4
    card = next_message(world)
    assert isinstance(card.screen, DealCard)
    assert (card.screen.urgency.level, card.screen.urgency.sellers) == (Level.SOON_BLURRED, 4)
    save_contacts(world, deal, sellers="")  # no answer keeps the known one
    assert world.deal(deal).sellers == 4


def test_saving_unchanged_adds_no_version(world: World) -> None:
    deal = world.a_deal()
    assert isinstance(save_contacts(world, deal, "", "", "", ""), BriefNotesScreen)
    assert versions(world) == []
    save_contacts(world, deal)
    step = save_contacts(world, deal)
    assert isinstance(step, BriefCommitmentsScreen)
    save_commitments(world, deal, step.version, {1: "", 2: ""})

    assert versions(world) == [1]


def test_a_redelivered_step_is_applied_once_and_gets_the_same_answer(world: World) -> None:
    deal = world.a_deal()
    assert save_contacts(world, deal, event="form:1") == save_contacts(world, deal, event="form:1")
    assert save_commitments(world, deal, 1, {1: "x", 2: ""}, "form:2") == save_commitments(
        world, deal, 1, {1: "x", 2: ""}, "form:2"
    )
    assert save_notes(world, deal, elephant="e", event="form:3") == save_notes(
        world, deal, elephant="e", event="form:3"
    )

    assert versions(world) == [1, 2, 3]


def test_consecutive_steps_are_one_timeline_entry(world: World) -> None:
    deal = world.a_deal()
    save_contacts(world, deal)
    save_notes(world, deal, elephant="The price")
    world.capture(deal)
    save_notes(world, deal, elephant="The costs")

    record = world.click(card_actions.show_record, deal, event="")
    actions = [entry.action for entry in record.timeline]
    assert actions[:2] == ["heard", "prepared"]
    assert actions.count("prepared") == 2


def test_many_requirements_are_split_over_several_screens(world: World) -> None:
    deal = world.a_deal()
    step = save_contacts(world, deal, needs="\n".join(f"need {n}" for n in range(1, 10)))
    seen = []
    while isinstance(step, BriefCommitmentsScreen):
        numbers = [each.number for each in step.requirements]
        seen.append(numbers)
        step = save_commitments(world, deal, step.version, {number: f"promise {number}" for number in numbers})

    assert seen == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]
    whole = save_notes(world, deal)
    assert isinstance(whole, BriefScreen)
    assert [each.commitment for each in whole.prepared.requirements] == [f"promise {n}" for n in range(1, 10)]


def test_a_stale_screen_changes_only_its_own_requirements(world: World) -> None:
    deal = world.a_deal()
    stale = save_contacts(world, deal)
    assert isinstance(stale, BriefCommitmentsScreen)
    save_contacts(world, deal, needs="40 seats\nNew\nCheck-in in 2 minutes")
    save_commitments(world, deal, stale.version, {1: "Under 90 seconds", 2: ""})

    whole = show(world, deal)
    assert isinstance(whole, BriefScreen)
    assert {each.need: each.commitment for each in whole.prepared.requirements} == {
        "40 seats": "",
        "New": "",
        "Check-in in 2 minutes": "Under 90 seconds",
    }
    save_contacts(world, deal, needs="")
    before = world.all_rows()
    with pytest.raises(NotNowError):
        save_commitments(world, deal, stale.version, {1: "Under 80 seconds"})
    for odd in ({99: "x"}, {0: "x"}):
        with pytest.raises(NotNowError):
            save_commitments(world, deal, stale.version, odd)
    with pytest.raises(NotNowError):
        save_commitments(world, deal, 99, {1: "x"})
    assert world.all_rows() == before


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"decision_maker": "x" * 151}, "decision_maker"),
        ({"functional": "x" * 151}, "functional_decision_maker"),
        ({"needs": "\n".join(map(str, range(MOST_REQUIREMENTS + 1)))}, "requirements"),
        ({"needs": "x" * (LONGEST_REQUIREMENT + 1)}, "requirements"),
    ],
)
def test_too_long_or_too_many_entries_are_refused_at_their_field(
    world: World, entries: dict[str, str], field: str
) -> None:
    deal = world.a_deal()
    before = world.all_rows()
    with pytest.raises(InvalidEntryError) as refused:
        save_contacts(world, deal, **entries)
    assert refused.value.field == field
    assert world.all_rows() == before


@pytest.mark.parametrize(
    "proposal", ["javascript:alert(1)", "ftp://a.b/c", "example.com", "https://", "https://a b", "https://a|b", "x"]
)
def test_a_proposal_must_be_a_web_address(world: World, proposal: str) -> None:
    deal = world.a_deal()
    with pytest.raises(InvalidEntryError) as refused:
        save_notes(world, deal, proposal=proposal)
    assert refused.value.field == "proposal"


@pytest.mark.parametrize("field", ["opening", "elephant", "notes"])
def test_an_overlong_text_is_refused_at_its_field(world: World, field: str) -> None:
    deal = world.a_deal()
    with pytest.raises(InvalidEntryError) as refused:
        save_notes(world, deal, **{field: "x" * 3001})
    assert refused.value.field == field
    with pytest.raises(InvalidEntryError) as refused:
        save_contacts(world, deal), save_commitments(world, deal, 1, {1: "x" * 1001})
    assert refused.value.field == "commitment_1"


def test_the_suggested_opening_follows_the_name_and_an_own_one_stays(world: World) -> None:
    deal = world.a_deal()
    step = save_contacts(world, deal, needs="")
    assert isinstance(step, BriefNotesScreen)
    save_notes(world, deal, f"{step.opening}\r\n")
    save_contacts(world, deal, "Igor Stein", needs="")
    whole = show(world, deal)
    assert isinstance(whole, BriefScreen)
    assert whole.opening == playbook().opening.replace("{{ name }}", "Igor")

    save_notes(world, deal, "Hello Igor, as promised.")
    save_contacts(world, deal, "Ruth Berg", needs="")
    whole = show(world, deal)
    assert isinstance(whole, BriefScreen)
    assert whole.opening == "Hello Igor, as promised."


def test_clearing_a_name_removes_the_contact(world: World) -> None:
    deal = world.a_deal()
    save_contacts(world, deal)
    save_contacts(world, deal, decision_maker="")

    whole = show(world, deal)
    assert isinstance(whole, BriefScreen)
    assert (whole.prepared.decision_maker, whole.prepared.functional_decision_maker) == ("", "Olga Petrova")


def test_the_checklist_shows_the_opening_line_and_the_elephant(world: World) -> None:
    deal = world.a_deal()
    screen = world.click(card_actions.continue_call, deal)
    assert isinstance(screen, ChecklistScreen)
    assert (screen.opening, screen.elephant) == (playbook().opening_nobody, "")

    save_notes(world, deal, "Hello, as promised.", "The price")
    screen = world.click(card_actions.continue_call, deal)
    assert isinstance(screen, ChecklistScreen)
    assert (screen.opening, screen.elephant) == ("Hello, as promised.", "The price")


def test_the_reminder_before_a_scheduled_call_has_the_reps_own_opening(world: World) -> None:
    deal = world.a_deal()
    save_notes(world, deal, "Hello, as promised.")
    world.do(scheduling.save_typed, CallTyped(world.caller(), deal, "in 2 hours"))
    world.advance(minutes=110)
    screens = []
    while isinstance(composed := compose_next(world), OutboundMessage):
        screens.append(composed.screen)

    assert [each.opening for each in screens if isinstance(each, CallSoon)] == ["Hello, as promised."]


def send(world: World, deal: int, event: str | None = None) -> BriefScreen:
    return world.click(brief.send, deal, event=event)


def brief_rows(world: World) -> list[OutboxRow]:
    return [row for row in world.all(OutboxRow) if row.kind == "brief"]


def test_it_is_sent_as_one_message_rendered_when_sent(world: World) -> None:
    deal = world.a_deal()
    next_message(world)
    assert send(world, deal, "tap:1").sent
    send(world, deal, "tap:1")
    send(world, deal, "tap:2")
    assert len(brief_rows(world)) == 1
    save_notes(world, deal, elephant="The price")

    out = next_message(world)
    assert (out.person, out.replaces) == (ANNA, None)
    assert isinstance(out.screen, BriefScreen)
    assert (out.screen.prepared.elephant, out.screen.sent) == ("The price", False)
    send(world, deal)
    assert isinstance(next_message(world).screen, BriefScreen)


def test_a_queued_brief_is_pointless_after_a_handover_or_dismissal(world: World) -> None:
    deal, other = world.a_deal(), world.a_deal("Contoso")
    next_message(world), next_message(world)
    send(world, deal)
    send(world, other)
    world.correct_deal(deal, owner=BEN)
    world.dismiss(other)

    found = []
    while (composed := compose_next(world)) is not None:
        found.append(composed)
    assert sum(isinstance(each, Pointless) for each in found) == 2
    assert not any(isinstance(each, OutboundMessage) and isinstance(each.screen, BriefScreen) for each in found)


def test_the_new_owner_sees_the_brief(world: World) -> None:
    deal = world.a_deal()
    save_notes(world, deal, elephant="The price")
    world.correct_deal(deal, owner=BEN)

    whole = world.click(brief.show, deal, BEN, event="")
    assert isinstance(whole, BriefScreen)
    assert whole.prepared.elephant == "The price"


def test_a_dismissed_deal_cannot_be_prepared_but_its_brief_can_be_read(world: World) -> None:
    deal = world.a_deal()
    world.dismiss(deal)
    for attempt in (brief.show, brief.edit, brief.send):
        with pytest.raises(NotNowError):
            world.click(attempt, deal)
    world.confirm_deal(deal)
    world.advance(seconds=timedelta(minutes=1).total_seconds())
    save_notes(world, deal, elephant="The price")
    world.dismiss(deal)
    assert isinstance(show(world, deal), BriefScreen)
    with pytest.raises(NotNowError):
        save_notes(world, deal, elephant="None")


def test_it_can_be_changed_during_and_after_the_call(world: World) -> None:
    deal = world.a_recapped_deal()
    whole = save_notes(world, deal, notes="met twice")
    assert isinstance(whole, BriefScreen)
    assert whole.prepared.decision_maker == "Olga Petrova"  # from the checklist
