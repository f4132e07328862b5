"""The brief is kept step by step, each change as a version, and goes to its rep only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from handlers.call import brief, card_actions, scheduling
from handlers.call.brief import (
    LONGEST_REQUIREMENT,
    MOST_REQUIREMENTS,
    CommitmentsPrepared,
    WhoPrepared,
    WordsPrepared,
)
from handlers.call.scheduling import CallTyped
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.brief import Requirement
from handlers.method.urgency import Level, Sellers
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.outcomes import Pointless
from handlers.screens.brief import BriefScreen, BriefStep, BriefWhoScreen, BriefWordsScreen, CommitmentsScreen
from handlers.screens.call import ChecklistScreen
from handlers.screens.deals import DealCard
from handlers.screens.reminders import CallSoon
from storage.models import Brief, OutboxRow
from tests.handlers.test_compose import compose_next, letter
from tests.handlers.world import ANNA, BEN, World
from tests.wording import wording

NEEDS = "Check-in in 2 minutes\n40 seats"


def who(
    world: World,
    deal: int,
    decision_maker: str = "Dana Whitfield",
    functional: str = "Olga Petrova",
    sellers: str = "",
    needs: str = NEEDS,
    event: str | None = None,
) -> BriefStep:
    request = WhoPrepared(world.caller(event=event), deal, decision_maker, functional, sellers, needs)
    return world.do(brief.save_who, request)


def commit(
    world: World, deal: int, version: int, commitments: Mapping[int, str], event: str | None = None
) -> BriefStep:
    return world.do(brief.save_commitments, CommitmentsPrepared(world.caller(event=event), deal, version, commitments))


def say(
    world: World,
    deal: int,
    opening: str = "",
    elephant: str = "",
    proposal: str = "",
    notes: str = "",
    event: str | None = None,
) -> BriefStep:
    return world.do(
        brief.save_words, WordsPrepared(world.caller(event=event), deal, opening, elephant, proposal, notes)
    )


def ask(world: World, deal: int) -> BriefStep:
    return world.tap(brief.show, deal, event="")


def versions(world: World) -> list[int]:
    return [row.version for row in world.all(Brief)]


def test_from_nothing_to_a_whole_brief(world: World) -> None:
    deal = world.a_deal()
    before = world.everything()
    first = ask(world, deal)
    assert isinstance(first, BriefWhoScreen)
    assert first.no_decision_maker
    assert world.everything() == before

    second = who(world, deal, sellers=Sellers.TWO_OR_THREE)
    assert isinstance(second, CommitmentsScreen)
    assert [each.number for each in second.requirements] == [1, 2]
    third = commit(world, deal, second.version, {1: "Under 90 seconds", 2: ""})
    assert isinstance(third, BriefWordsScreen)
    assert third.opening == wording("opening.line", name="Dana")
    whole = say(world, deal, third.opening, "The price", "https://example.com/p", "met twice")

    assert isinstance(whole, BriefScreen)
    assert whole == ask(world, deal)
    known = whole.prepared
    assert known.requirements == (Requirement("Check-in in 2 minutes", "Under 90 seconds"), Requirement("40 seats"))
    assert (known.elephant, known.proposal, known.notes) == ("The price", "https://example.com/p", "met twice")
    assert known.opening == ""  # the suggested line was not theirs
    assert versions(world) == [1, 2, 3]
    assert world.actions(deal) == ["heard", "prepared", "prepared", "prepared"]


def test_the_sellers_make_the_call_more_urgent_and_the_card_says_so(world: World) -> None:
    deal = world.a_deal()
    letter(world)
    who(world, deal, sellers=Sellers.FOUR_OR_MORE)

    assert world.deal(deal).sellers == 4
    card = letter(world)
    assert isinstance(card.screen, DealCard)
    assert (card.screen.urgency.level, card.screen.urgency.sellers) == (Level.SOON_BLURRED, 4)
    who(world, deal, sellers="")  # no answer leaves the known one
    assert world.deal(deal).sellers == 4


def test_what_was_saved_unchanged_is_no_new_version(world: World) -> None:
    deal = world.a_deal()
    assert isinstance(who(world, deal, "", "", "", ""), BriefWordsScreen)
    assert versions(world) == []
    who(world, deal)
    step = who(world, deal)
    assert isinstance(step, CommitmentsScreen)
    commit(world, deal, step.version, {1: "", 2: ""})

    assert versions(world) == [1]


def test_the_same_step_delivered_twice_counts_once_and_answers_the_same(world: World) -> None:
    deal = world.a_deal()
    assert who(world, deal, event="form:1") == who(world, deal, event="form:1")
    assert commit(world, deal, 1, {1: "x", 2: ""}, "form:2") == commit(world, deal, 1, {1: "x", 2: ""}, "form:2")
    assert say(world, deal, elephant="e", event="form:3") == say(world, deal, elephant="e", event="form:3")

    assert versions(world) == [1, 2, 3]


def test_preparing_in_steps_is_read_as_one_line(world: World) -> None:
    deal = world.a_deal()
    who(world, deal)
    say(world, deal, elephant="The price")
    world.capture(deal)
    say(world, deal, elephant="The costs")

    record = world.tap(card_actions.show_record, deal, event="")
    told = [entry.action for entry in record.timeline]
    assert told[:2] == ["heard", "prepared"]
    assert told.count("prepared") == 2


def test_many_requirements_take_several_screens(world: World) -> None:
    deal = world.a_deal()
    step = who(world, deal, needs="\n".join(f"need {n}" for n in range(1, 10)))
    seen = []
    while isinstance(step, CommitmentsScreen):
        numbers = [each.number for each in step.requirements]
        seen.append(numbers)
        step = commit(world, deal, step.version, {number: f"promise {number}" for number in numbers})

    assert seen == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]
    whole = say(world, deal)
    assert isinstance(whole, BriefScreen)
    assert [each.commitment for each in whole.prepared.requirements] == [f"promise {n}" for n in range(1, 10)]


def test_a_screen_from_before_another_change_hits_its_own_requirement(world: World) -> None:
    deal = world.a_deal()
    stale = who(world, deal)
    assert isinstance(stale, CommitmentsScreen)
    who(world, deal, needs="40 seats\nNew\nCheck-in in 2 minutes")
    commit(world, deal, stale.version, {1: "Under 90 seconds", 2: ""})

    whole = ask(world, deal)
    assert isinstance(whole, BriefScreen)
    assert {each.need: each.commitment for each in whole.prepared.requirements} == {
        "40 seats": "",
        "New": "",
        "Check-in in 2 minutes": "Under 90 seconds",
    }
    who(world, deal, needs="")
    before = world.everything()
    with pytest.raises(NotNowError):
        commit(world, deal, stale.version, {1: "Under 80 seconds"})
    for odd in ({99: "x"}, {0: "x"}):
        with pytest.raises(NotNowError):
            commit(world, deal, stale.version, odd)
    with pytest.raises(NotNowError):
        commit(world, deal, 99, {1: "x"})
    assert world.everything() == before


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"decision_maker": "x" * 151}, "decision_maker"),
        ({"functional": "x" * 151}, "functional_decision_maker"),
        ({"needs": "\n".join(map(str, range(MOST_REQUIREMENTS + 1)))}, "requirements"),
        ({"needs": "x" * (LONGEST_REQUIREMENT + 1)}, "requirements"),
    ],
)
def test_what_is_too_much_is_refused_below_its_field(world: World, entries: dict[str, str], field: str) -> None:
    deal = world.a_deal()
    before = world.everything()
    with pytest.raises(InvalidEntryError) as refused:
        who(world, deal, **entries)
    assert refused.value.field == field
    assert world.everything() == before


@pytest.mark.parametrize(
    "proposal", ["javascript:alert(1)", "ftp://a.b/c", "example.com", "https://", "https://a b", "https://a|b", "x"]
)
def test_a_proposal_is_a_web_address(world: World, proposal: str) -> None:
    deal = world.a_deal()
    with pytest.raises(InvalidEntryError) as refused:
        say(world, deal, proposal=proposal)
    assert refused.value.field == "proposal"


@pytest.mark.parametrize("field", ["opening", "elephant", "notes"])
def test_a_text_of_an_endless_length_is_refused_below_its_field(world: World, field: str) -> None:
    deal = world.a_deal()
    with pytest.raises(InvalidEntryError) as refused:
        say(world, deal, **{field: "x" * 3001})
    assert refused.value.field == field
    with pytest.raises(InvalidEntryError) as refused:
        who(world, deal), commit(world, deal, 1, {1: "x" * 1001})
    assert refused.value.field == "commitment_1"


def test_the_suggested_line_follows_the_name_and_an_own_line_stays(world: World) -> None:
    deal = world.a_deal()
    step = who(world, deal, needs="")
    assert isinstance(step, BriefWordsScreen)
    say(world, deal, f"{step.opening}\r\n")
    who(world, deal, "Igor Stein", needs="")
    whole = ask(world, deal)
    assert isinstance(whole, BriefScreen)
    assert whole.opening.startswith("Igor,")

    say(world, deal, "Hello Igor, as promised.")
    who(world, deal, "Ruth Berg", needs="")
    whole = ask(world, deal)
    assert isinstance(whole, BriefScreen)
    assert whole.opening == "Hello Igor, as promised."


def test_a_name_that_was_cleared_is_not_known_any_more(world: World) -> None:
    deal = world.a_deal()
    who(world, deal)
    who(world, deal, decision_maker="")

    whole = ask(world, deal)
    assert isinstance(whole, BriefScreen)
    assert (whole.prepared.decision_maker, whole.prepared.functional_decision_maker) == ("", "Olga Petrova")


def test_the_checklist_begins_with_the_opening_line_and_the_elephant(world: World) -> None:
    deal = world.a_deal()
    screen = world.tap(card_actions.continue_call, deal)
    assert isinstance(screen, ChecklistScreen)
    assert (screen.opening, screen.elephant) == ("", "")

    say(world, deal, "Hello, as promised.", "The price")
    screen = world.tap(card_actions.continue_call, deal)
    assert isinstance(screen, ChecklistScreen)
    assert (screen.opening, screen.elephant) == ("Hello, as promised.", "The price")


def test_the_word_before_the_planned_call_is_the_reps_own(world: World) -> None:
    deal = world.a_deal()
    say(world, deal, "Hello, as promised.")
    world.do(scheduling.save_typed, CallTyped(world.caller(), deal, "in 2 hours"))
    world.later(minutes=110)
    screens = []
    while isinstance(composed := compose_next(world), OutboundMessage):
        screens.append(composed.screen)

    assert [each.opening for each in screens if isinstance(each, CallSoon)] == ["Hello, as promised."]


def send(world: World, deal: int, event: str | None = None) -> BriefScreen:
    return world.tap(brief.send, deal, event=event)


def briefs_out(world: World) -> list[OutboxRow]:
    return [row for row in world.all(OutboxRow) if row.kind == "brief"]


def test_it_is_sent_as_one_message_that_says_what_is_known_then(world: World) -> None:
    deal = world.a_deal()
    letter(world)
    assert send(world, deal, "tap:1").sent
    send(world, deal, "tap:1")
    send(world, deal, "tap:2")
    assert len(briefs_out(world)) == 1
    say(world, deal, elephant="The price")

    out = letter(world)
    assert (out.person, out.replaces) == (ANNA, None)
    assert isinstance(out.screen, BriefScreen)
    assert (out.screen.prepared.elephant, out.screen.sent) == ("The price", False)
    send(world, deal)
    assert isinstance(letter(world).screen, BriefScreen)


def test_a_brief_that_waits_has_lost_its_point_once_the_deal_is_anothers_or_none(world: World) -> None:
    deal, other = world.a_deal(), world.a_deal("Contoso")
    letter(world), letter(world)
    send(world, deal)
    send(world, other)
    world.fix(deal, owner=BEN)
    world.dismiss(other)

    found = []
    while (composed := compose_next(world)) is not None:
        found.append(composed)
    assert sum(isinstance(each, Pointless) for each in found) == 2
    assert not any(isinstance(each, OutboundMessage) and isinstance(each.screen, BriefScreen) for each in found)


def test_the_new_rep_finds_what_was_prepared(world: World) -> None:
    deal = world.a_deal()
    say(world, deal, elephant="The price")
    world.fix(deal, owner=BEN)

    whole = world.tap(brief.show, deal, BEN, event="")
    assert isinstance(whole, BriefScreen)
    assert whole.prepared.elephant == "The price"


def test_what_is_no_deal_is_not_prepared_and_a_brief_can_still_be_read(world: World) -> None:
    deal = world.a_deal()
    world.dismiss(deal)
    for attempt in (brief.show, brief.edit, brief.send):
        with pytest.raises(NotNowError):
            world.tap(attempt, deal)
    world.stand_by(deal)
    world.later(seconds=timedelta(minutes=1).total_seconds())
    say(world, deal, elephant="The price")
    world.dismiss(deal)
    assert isinstance(ask(world, deal), BriefScreen)
    with pytest.raises(NotNowError):
        say(world, deal, elephant="None")


def test_during_and_after_the_call_it_can_still_be_changed(world: World) -> None:
    deal = world.a_recapped_deal()
    whole = say(world, deal, notes="met twice")
    assert isinstance(whole, BriefScreen)
    assert whole.prepared.decision_maker == "Olga Petrova"  # whom the checklist named
