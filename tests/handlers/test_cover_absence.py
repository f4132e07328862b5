"""An absence changes, of the rep or of the stand-in: covers follow it, and no question is left without an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.cover import asking, patience
from handlers.cover import away as away_rules
from handlers.cover.asking import CoverBackRequest, CoverRequest, OtherAsked
from handlers.cover.away import StandInPicked
from handlers.cover.patience import StandInForCall
from handlers.deal.covering import ASK, WHO
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.reminders import my_reminders
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import HoursSaved
from handlers.screens.cover import Away, CoverAnswered, CoverAsk, CoverBack, CoverMoved, CoverWho
from handlers.team import departures
from handlers.team.departures import PresenceSeen
from handlers.workspace import profile_changes
from handlers.workspace.profile_changes import QuietSeen
from storage.models import Cover, OutboxRow
from tests.handlers.test_cover import CARA, TOKYO, WORKDAYS, accept, ask, deliver_all, manage_wins, states
from tests.handlers.world import ANNA, BEN, World

A_DAY = timedelta(days=1)


def pause(world: World, until: str, who: str = ANNA) -> None:
    """The person's days away in their settings; an empty text: they are back."""
    world.do(my_reminders.save_hours, HoursSaved(world.caller(who), "08:30-18:00", WORKDAYS, until))


def status(world: World, until: datetime | None, who: str = ANNA) -> None:
    world.do(profile_changes.quiet_seen, QuietSeen("slack", world.workspace, who, until))


def leave(world: World, who: str, *, active: bool = False) -> None:
    world.do(departures.presence_seen, PresenceSeen("slack", world.workspace, who, active=active))


def covered(world: World, until: str = "") -> int:
    """Ben covers for Anna; returns the id."""
    cover = ask(world, until=until).cover_id
    deliver_all(world)
    accept(world, cover)
    deliver_all(world)
    return cover


def days(world: World) -> list[date | None]:
    return [row.until for row in world.all(Cover)]


def told(sent: list[OutboundMessage], person: str) -> list[object]:
    """What the person is told about cover, without updates in place."""
    about = CoverAnswered | CoverAsk | CoverBack | CoverMoved | CoverWho
    return [
        each.screen
        for each in sent
        if each.person == person and each.replaces is None and isinstance(each.screen, about)
    ]


@pytest.mark.parametrize("how", ["pause", "status", "status without an end", "asked before the absence"])
def test_who_is_back_early_has_the_deals_back_and_both_hear_it_once(world: World, how: str) -> None:
    world.a_deal()
    if how == "pause":
        pause(world, "16 March")
    elif how == "status":
        status(world, world.now + timedelta(days=9))
    elif how == "status without an end":
        status(world, world.now + A_DAY)
        world.advance(hours=25)
        status(world, world.now + A_DAY)
        picked = world.do(away_rules.pick, StandInPicked(world.caller(), BEN, TOKYO, None))
        assert (picked.state, picked.until) == ("asked", None)
    covered(world)
    if how == "asked before the absence":
        assert days(world) == [None]
        pause(world, "16 March")
        assert days(world) == [date(2026, 3, 16)]
    world.advance(hours=20)
    pause(world, "") if how in ("pause", "asked before the absence") else status(world, None)

    assert states(world) == ["returned"]
    sent = deliver_all(world, until=world.now + timedelta(days=20))
    assert [len(told(sent, who)) for who in (ANNA, BEN)] == [1, 1]
    [question] = [row for row in world.all(OutboxRow) if row.kind == WHO] or [None]
    assert question is None or question.payload["settled"]


def test_a_night_without_messages_does_not_end_a_cover(world: World) -> None:
    world.a_deal()
    covered(world)
    for hours in (8, 14):
        status(world, world.now + timedelta(hours=hours))
        world.advance(hours=hours)
        status(world, None)
    assert (states(world), days(world)) == (["accepted"], [None])


def test_the_cover_moves_with_the_day_of_the_return(world: World) -> None:
    world.a_deal()
    pause(world, "9 March")
    cover = covered(world)
    pause(world, "16 March")
    [longer] = told(deliver_all(world, until=world.now + A_DAY), BEN)
    assert isinstance(longer, CoverMoved)
    assert (longer.until, longer.standing) == (date(2026, 3, 16), True)
    assert states(world) == ["accepted"]

    pause(world, "12 March")
    sent = deliver_all(world, until=datetime(2026, 3, 12, 8, 0, tzinfo=UTC))
    assert (states(world), told(sent, BEN)) == (["accepted"], [])
    deliver_all(world, until=datetime(2026, 3, 12, 12, 0, tzinfo=UTC))
    assert states(world) == ["returned"]
    assert accept(world, cover).state == "returned"


def test_days_that_were_agreed_on_besides_the_absence_stay(world: World) -> None:
    world.a_deal()
    covered(world, until="20 March")
    pause(world, "9 March")
    pause(world, "10 March")
    pause(world, "")
    assert (states(world), days(world)) == (["accepted"], [date(2026, 3, 20)])


@pytest.mark.parametrize("until", ["Thursday", ""])
def test_a_question_that_nobody_answers_ends_and_the_rep_asks_somebody_else(world: World, until: str) -> None:
    world.a_deal()
    asked = ask(world, until=until).cover_id
    sent = deliver_all(world, until=world.now + timedelta(days=7))

    [news] = told(sent, ANNA)
    assert isinstance(news, CoverAnswered)
    assert (news.state, news.asks) == ("unanswered", True)
    question = [each.screen for each in sent if each.person == BEN and isinstance(each.screen, CoverAsk)][-1]
    assert (question.state, question.briefs) == ("over", ())
    assert accept(world, asked).state == "over"

    with pytest.raises(NotYoursError):
        world.do(asking.ask_again, OtherAsked(world.caller(BEN), asked, CARA))
    again = OtherAsked(world.caller(), asked, CARA)
    assert world.do(asking.ask_again, again) == world.do(asking.ask_again, again)
    assert states(world) == ["returned", "asked"]
    redrawn = [each.screen for each in deliver_all(world) if each.person == ANNA and each.replaces is not None]
    assert [screen.asks for screen in redrawn if isinstance(screen, CoverAnswered)] == [False]
    with pytest.raises(NotNowError):
        world.do(asking.ask_again, OtherAsked(world.caller(), asked, BEN))


def test_an_answer_on_the_day_itself_is_too_late(world: World) -> None:
    world.a_deal()
    asked = ask(world, until="Wednesday").cover_id
    world.now = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # the end was not sent yet
    assert accept(world, asked).state == "over"


@pytest.mark.parametrize("how", ["decline", "give_back", "back"])
@pytest.mark.parametrize("covers", [False, True])
def test_who_gives_up_makes_the_rep_ask_somebody_else(world: World, how: str, covers: bool) -> None:
    world.a_deal()
    cover = covered(world) if covers else ask(world).cover_id
    deliver_all(world)
    if how == "back":
        world.do(asking.back, CoverBackRequest(world.caller(BEN)))
    else:
        handler = asking.give_back if covers or how == "give_back" else asking.decline
        world.do(handler, CoverRequest(world.caller(BEN), cover))
    [news] = told(deliver_all(world, until=world.now + timedelta(hours=2)), ANNA)
    assert isinstance(news, CoverBack | CoverAnswered)
    assert news.asks


@pytest.mark.parametrize("answered", [False, True])
def test_a_stand_in_who_leaves_is_told_to_the_rep_alone(world: World, answered: bool) -> None:
    world.a_deal()
    covered(world) if answered else ask(world)
    deliver_all(world)
    leave(world, BEN)
    leave(world, BEN)
    sent = deliver_all(world, until=world.now + timedelta(days=9))
    [news] = told(sent, ANNA)
    assert isinstance(news, CoverBack if answered else CoverAnswered)
    assert news.asks
    assert told(sent, BEN) == []
    with pytest.raises(InvalidEntryError):
        ask(world)


@pytest.mark.parametrize("answered", [False, True])
def test_a_stand_in_who_goes_away_is_told_to_the_rep_once(world: World, answered: bool) -> None:
    world.a_deal()
    pause(world, "23 March")
    deliver_all(world)
    cover = covered(world) if answered else ask(world).cover_id
    deliver_all(world)
    pause(world, "12 March", BEN)
    pause(world, "13 March", BEN)
    [news] = told(deliver_all(world, until=world.now + timedelta(hours=2)), ANNA)
    assert isinstance(news, CoverAnswered)
    assert (news.away, news.asks) == (Away(date(2026, 3, 13)), True)

    assert accept(world, cover).state == "accepted"
    world.do(asking.ask_again, OtherAsked(world.caller(), cover, CARA))
    assert states(world) == ["returned", "asked"]


@pytest.mark.parametrize("how", ["ask", "pick", "ask_for_call"])
def test_who_is_away_is_not_asked_and_the_rep_hears_until_when(world: World, how: str) -> None:
    deal = world.a_deal()
    world.a_deal("Contoso", person=BEN, owner=BEN)
    status(world, datetime(2026, 3, 9, 0, 0, tzinfo=UTC), BEN)
    pause(world, "16 March")
    asks: dict[str, Callable[[], object]] = {
        "ask": lambda: ask(world),
        "pick": lambda: world.do(away_rules.pick, StandInPicked(world.caller(), BEN, TOKYO, None)),
        "ask_for_call": lambda: world.do(patience.ask_for_call, StandInForCall(world.caller(), deal, BEN, TOKYO)),
    }
    with pytest.raises(InvalidEntryError) as refused:
        asks[how]()
    assert (refused.value.key, refused.value.values["until"]) == ("cover.is_away", "Mon 9 Mar")


def test_a_rep_who_leaves_asks_nobody_and_who_covers_goes_on(world: World) -> None:
    first, second = world.a_deal("Northwind Dental"), world.a_deal("Contoso")
    manage_wins(world, CARA)
    accept(world, ask(world, "Northwind", until="Friday").cover_id)
    ask(world, "Contoso")
    deliver_all(world)
    leave(world, ANNA)
    sent = deliver_all(world, until=world.now + timedelta(days=9))
    assert states(world) == ["accepted", "returned"]
    assert [world.deal(each).covered_by_id is None for each in (first, second)] == [False, True]
    [moved] = [each for each in told(sent, BEN) if isinstance(each, CoverMoved)]
    assert moved.left
    leave(world, ANNA, active=True)
    assert states(world) == ["returned", "returned"]


def test_a_button_of_a_day_that_has_passed_asks_nobody(world: World) -> None:
    world.a_deal()
    pause(world, "9 March")
    deliver_all(world)
    world.now = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
    tap = StandInPicked(world.caller(), BEN, TOKYO, date(2026, 3, 9))
    with pytest.raises(NotNowError, match="who_over"):
        world.do(away_rules.pick, tap)
    pause(world, "30 March")
    assert world.do(away_rules.pick, tap).until == date(2026, 3, 30)


@pytest.mark.parametrize("how", ["pick", "ask_for_call"])
def test_a_tap_that_comes_twice_gets_the_same_answer(world: World, how: str) -> None:
    deal = world.a_deal()
    caller = world.caller()

    def tap() -> CoverAnswered:
        if how == "pick":
            return world.do(away_rules.pick, StandInPicked(caller, BEN, TOKYO, None))
        return world.do(patience.ask_for_call, StandInForCall(caller, deal, BEN, TOKYO))

    assert tap() == tap()
    assert states(world) == ["asked"]


@pytest.mark.parametrize("answered", [False, True])
def test_the_same_colleague_is_asked_once(world: World, answered: bool) -> None:
    world.a_deal()
    first = covered(world) if answered else ask(world).cover_id
    assert ask(world).cover_id == first
    assert ask(world, until="Friday").until == date(2026, 3, 6)
    assert states(world) == ["accepted" if answered else "asked"]
    assert len([row for row in world.all(OutboxRow) if row.kind == ASK]) == 1
    deliver_all(world, until=datetime(2026, 3, 6, 12, 0, tzinfo=UTC))
    assert states(world) == ["returned"]


def test_what_the_rep_did_is_no_news_to_them(world: World) -> None:
    deal = world.a_deal()
    cover = covered(world)
    world.advance(hours=1)
    world.capture(deal)
    world.do(asking.give_back, CoverRequest(world.caller(), cover))
    [news] = told(deliver_all(world, until=world.now + A_DAY), ANNA)
    assert isinstance(news, CoverBack)
    assert news.deals[0].actions == ()


def test_the_next_absence_after_an_early_return_is_asked_about_anew(world: World) -> None:
    world.a_deal()
    pause(world, "16 March")
    world.advance(hours=24)
    pause(world, "")
    world.advance(hours=24)
    pause(world, "20 March")
    assert len([row for row in world.all(OutboxRow) if row.kind == WHO]) == 2
