"""Announced wins: once, after the rep's word, put right in place, and thanked for."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.slack import blocks
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.texts import Texts
from bot.views import announcements as view
from bot.views import wins as wins_view
from handlers.announcements import posting, thanks, tiers
from handlers.announcements.posting import LONGEST_NOTE, AnnouncementSaved
from handlers.announcements.thanks import ThanksGiven
from handlers.announcements.tiers import TiersChosen, read_tiers
from handlers.call.deal_search import DealSearch
from handlers.deal.announced import ANNOUNCEMENT_UPDATE, EDIT_EVERY
from handlers.deal.order_changes import Amount, Because, change_amount, end_order, refund, reopen
from handlers.detection import Decision
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError, Refusal
from handlers.method.order_changes import OrderChangeKind
from handlers.method.team_roles import TeamRole
from handlers.method.win_tiers import MOST_TIERS, WinTiers, stored_tiers
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.outcomes import Pointless
from handlers.screens.announcements import AnnounceForm, FormNote, WinPost
from handlers.team import channels, wins
from handlers.team.channels import SharingChanged, SummaryChannel
from handlers.team.wins import TeamRequest
from storage.models import Announcement, Deal, OutboxRow, Thanks
from tests.handlers.test_compose import compose_next
from tests.handlers.test_deal_team import add, remove
from tests.handlers.world import ANNA, BEN, WINS, WORKSPACE, World
from tests.wording import wording

pytestmark = pytest.mark.both_databases

CARLA = "U_CARLA"


@pytest.fixture
def texts() -> Texts:
    return Texts(SlackMarkup(), "/firstcall")


@pytest.fixture
def deal(world: World) -> int:
    world.do(channels.start_summaries, SummaryChannel(world.caller(BEN, zone="UTC"), WINS))
    return world.a_deal()


def saved(world: World, deal: int, person: str = ANNA, **how: object) -> AnnouncementSaved:
    request = AnnouncementSaved(world.caller(person), deal, WINS, "Ben's demo won it", shows_amount=True, changes=False)
    return replace(request, **how)


def announce(world: World, deal: int, person: str = ANNA, **how: object) -> AnnounceForm | None:
    return world.do(posting.save, saved(world, deal, person, **how))


def posted(world: World) -> list[OutboundMessage]:
    """What is posted of the announcement now; everything else that is due is delivered, too."""
    found = []
    while (composed := compose_next(world)) is not None:
        if isinstance(composed, OutboundMessage) and isinstance(composed.screen, WinPost):
            found.append(composed)
    return found


def edited(world: World) -> WinPost:
    """The edit that follows a moment later: only one."""
    assert posted(world) == []
    world.advance(seconds=EDIT_EVERY.total_seconds())
    [message] = posted(world)
    assert isinstance(message.screen, WinPost)
    assert message.replaces is not None
    assert message.only_if_there
    return message.screen


def thank(world: World, person: str) -> bool:
    """Say thanks; whether it was new."""
    announcement = world.all(Announcement)[-1].id
    return not world.do(thanks.say_thanks, ThanksGiven(world.caller(person, event=""), announcement)).again


def change(world: World, deal: int, how: object, *more: object) -> None:
    def run(session: Session) -> None:
        found = session.get_one(Deal, deal)
        how(session, found, *more, Because(found.owner_id, world.now))  # type: ignore[operator]

    world.write(run)


# --- posting ---


def test_a_win_is_posted_once_with_its_team_and_the_reps_line(world: World, deal: int) -> None:
    add(world, deal, BEN)
    form = world.do(posting.find, DealSearch(world.caller(event=""), "northwind"))
    assert isinstance(form, AnnounceForm)
    assert ([each.id for each in form.channels], form.team, form.says) == ([WINS], (BEN,), FormNote.NEW)

    first = saved(world, deal, note="  Ben's demo\nwon it ")
    assert world.do(posting.save, first) is None
    assert world.do(posting.save, first) is None  # Slack sends it again
    late = announce(world, deal)  # another window was open
    assert late is not None
    assert late.says is FormNote.ALREADY

    [message] = posted(world)
    assert (message.channel, message.replaces, message.person) == (WINS, None, None)
    assert isinstance(message.screen, WinPost)
    assert (message.screen.note, message.screen.deal.amount) == ("Ben's demo won it", "$45,000")
    assert (message.screen.deal.owner, message.screen.team) == (ANNA, (BEN,))
    assert len(world.all(Announcement)) == 1
    assert world.actions(deal).count("announced") == 1


def test_nothing_is_posted_before_the_rep_stands_by_the_deal(world: World, deal: int) -> None:
    suspected = world.a_deal("Harbor Point Hotels", decision=Decision.MAYBE)
    with pytest.raises(NotNowError):
        announce(world, suspected)
    message = world.new_message()
    doubted = world.a_deal("Cedar Lane", message=message)
    announce(world, doubted)
    world.delete(message)
    assert posted(world) == []  # the doubt came before the post left
    with pytest.raises(NotNowError):
        world.click(posting.show, doubted)
    world.confirm_deal(doubted)
    assert announce(world, doubted) is None  # what never was posted can be tried again
    assert len(posted(world)) == 1


def test_only_who_acts_as_the_rep_announces(world: World, deal: int) -> None:
    add(world, deal, BEN, TeamRole.ENGINEER)
    for person in (BEN, CARLA):
        with pytest.raises(NotYoursError):
            announce(world, deal, person)
    add(world, deal, BEN, TeamRole.CO_OWNER)
    assert announce(world, deal, BEN) is None
    [message] = posted(world)
    assert isinstance(message.screen, WinPost)
    assert message.screen.deal.owner == ANNA


def test_wins_stay_where_they_may_be_posted(world: World, deal: int) -> None:
    with pytest.raises(InvalidEntryError):
        announce(world, deal, channel="C_LUNCH")
    with pytest.raises(InvalidEntryError):
        announce(world, deal, note="x" * (LONGEST_NOTE + 1))
    announce(world, deal)
    world.do(channels.sharing_changed, SharingChanged("slack", WORKSPACE, WINS, "wins", True, "shared"))
    assert posted(world) == []
    with pytest.raises(NotNowError):
        world.click(posting.show, deal)


def test_it_answers_the_message_that_announced_the_deal(world: World, deal: int) -> None:
    def link(session: Session) -> None:
        [sighting] = session.get_one(Deal, deal).sightings
        sighting.link = f"https://acme.example/archives/{WINS}/p1?thread_ts=17.5&cid={WINS}"

    world.write(link)
    announce(world, deal)
    assert [each.thread for each in posted(world)] == ["17.5"]


def test_what_is_posted_can_be_changed_and_is_not_posted_again(world: World, deal: int) -> None:
    announce(world, deal)
    posted(world)
    form = world.click(posting.show, deal)
    assert (form.says, form.note, form.shows_amount) == (FormNote.CHANGE, "Ben's demo won it", True)
    assert announce(world, deal, changes=True, note="", shows_amount=False) is None
    now = edited(world)
    assert (now.note, now.deal.amount) == ("", None)
    assert announce(world, deal, changes=True, note="", shows_amount=False) is None
    world.advance(minutes=1)
    assert posted(world) == []
    assert world.actions(deal).count("announcement_changed") == 1


# --- put right ---


def test_the_post_follows_the_deal(world: World, deal: int) -> None:
    announce(world, deal)
    posted(world)
    change(world, deal, change_amount, Amount(5_200_000, "USD", None))
    assert edited(world).deal.amount == "$52,000"
    world.correct_deal(deal, "Northwind Dental Group", "52000 USD")
    assert edited(world).deal.customer == "Northwind Dental Group"
    add(world, deal, BEN)
    assert edited(world).team == (BEN,)
    remove(world, deal, BEN)
    assert edited(world).team == ()
    world.correct_deal(deal, "Northwind Dental Group", "52000 USD", owner=CARLA)
    assert edited(world).deal.owner == CARLA


@pytest.mark.parametrize("ending", [OrderChangeKind.CANCELLED, OrderChangeKind.LOST, OrderChangeKind.REFUNDED])
def test_a_win_that_is_none_any_more_says_so_and_names_nobody(
    world: World, deal: int, ending: OrderChangeKind, texts: Texts
) -> None:
    add(world, deal, BEN)
    announce(world, deal)
    posted(world)
    if ending is OrderChangeKind.REFUNDED:
        change(world, deal, refund)
    else:
        change(world, deal, end_order, ending)
    now = edited(world)
    assert now.over
    shown = json.dumps(blocks.message(view.post(now, texts)))
    assert "Northwind Dental" in shown
    assert not any(each in shown for each in (ANNA, BEN, "45", "demo", "announce.thanks"))
    with pytest.raises(NotNowError):
        thank(world, CARLA)
    change(world, deal, reopen)
    again = edited(world)
    assert (again.over, again.note, again.deal.amount) == (False, "Ben's demo won it", "$45,000")


def test_a_change_before_the_post_left_is_in_it(world: World, deal: int) -> None:
    announce(world, deal)
    change(world, deal, change_amount, Amount(5_200_000, "USD", None))
    [message] = posted(world)
    assert isinstance(message.screen, WinPost)
    assert message.screen.deal.amount == "$52,000"
    world.advance(minutes=1)
    assert posted(world) == []


def test_an_update_waits_until_the_post_is_there(world: World, deal: int) -> None:
    announce(world, deal)
    while (message := compose_next(world, settle=False)) is not None:  # being sent
        assert not isinstance(message, Pointless)
    change(world, deal, change_amount, Amount(5_200_000, "USD", None))
    world.advance(seconds=10)
    assert [each for each in posted(world) if each.replaces] == []
    [row] = world.queued(ANNOUNCEMENT_UPDATE)
    assert row.reason is not None


# --- the amount ---


amounts = st.none() | st.integers(0, 10**12)


@given(amount=amounts, starts=st.lists(st.integers(1, 10**12), min_size=1, max_size=MOST_TIERS, unique=True))
def test_a_larger_amount_is_in_no_lower_tier(amount: int | None, starts: list[int]) -> None:
    found = WinTiers("USD", tuple(sorted(starts)))
    assert stored_tiers(found.stored()) == found
    assert 0 <= found.tier(amount, "USD") <= len(starts)
    assert found.tier(amount, "EUR") == found.tier(amount, None) == found.tier(None, "USD") == 0
    if amount is not None:
        assert found.tier(amount, "USD") <= found.tier(amount + 1, "USD")


def test_a_hidden_amount_is_nowhere_in_the_post_however_large(world: World, deal: int, texts: Texts) -> None:
    chosen = TiersChosen(world.caller(), "", read_tiers("10k 40k 100k usd"))
    assert world.do(tiers.choose, chosen).starts == ("$10,000", "$40,000", "$100,000")
    other = TiersChosen(world.caller(), "C_OTHER", read_tiers("€1k"))
    assert world.do(tiers.choose, other).starts == ("€1,000",)
    announce(world, deal)
    [message] = posted(world)
    assert isinstance(message.screen, WinPost)
    assert message.screen.tier == 2
    announce(world, deal, changes=True, shows_amount=False)
    shown = []
    for minor in (100, 5_200_000, 10_000_000_000):
        change(world, deal, change_amount, Amount(minor, "USD", "year"))
        shown.append(edited(world))
    assert shown[0] == shown[1] == shown[2]
    assert shown[0].tier == 0
    assert "year" not in json.dumps(blocks.message(view.post(shown[0], texts)))


def test_the_summary_leaves_a_hidden_amount_out_as_well(world: World, deal: int, texts: Texts) -> None:
    def shown() -> str:
        screen = world.do(wins.team_wins, TeamRequest(world.caller())).this_week
        return json.dumps(blocks.message(wins_view.summary(screen, texts)))

    announce(world, deal)
    assert "$45,000" in shown()
    announce(world, deal, changes=True, shows_amount=False)
    assert "$45,000" not in shown()
    assert wording("figures.without_hidden", count=1) in shown()


@pytest.mark.parametrize("typed", ["big", "10k 20k", "$10k €20k", "$20k $10k", "$1k $2k $3k $4k", "$10k big", "$0"])
def test_tiers_that_are_unclear_are_refused(typed: str) -> None:
    with pytest.raises(Refusal):
        read_tiers(typed)


# --- thanks ---


def test_each_colleague_says_thanks_once_and_a_storm_makes_one_edit(world: World, deal: int) -> None:
    announce(world, deal)
    posted(world)
    crowd = [f"U_{n:02}" for n in range(30)]
    assert all(thank(world, person) for person in crowd)
    assert not any(thank(world, person) for person in crowd)
    now = edited(world)
    assert (now.thanks, now.thanked_by) == (30, tuple(crowd[:5]))
    assert len([row for row in world.all(OutboxRow) if row.kind == ANNOUNCEMENT_UPDATE]) == 1
    assert world.actions(deal).count("thanked") == len(world.all(Thanks)) == 30
    with pytest.raises(NotNowError):
        thank(world, ANNA)
    with pytest.raises(NotNowError):
        world.do(thanks.say_thanks, ThanksGiven(world.caller(BEN), 999))


# --- what it looks like ---


def test_the_views_say_where_and_who(world: World, deal: int, texts: Texts) -> None:
    form = view.form(world.click(posting.show, deal), texts)
    assert [each.name for each in form.fields] == ["channel", "note", "amount"]
    announce(world, deal, note="Thanks <!here> & @channel, *all* of you")
    [message] = posted(world)
    assert isinstance(message.screen, WinPost)
    shown = json.dumps(blocks.message(view.post(message.screen, texts)))
    assert "<!here>" not in shown
