"""The team on a deal: who is on it, what each may do, who is reminded of what, and how it is named with the win."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy.orm import Session

from bot.interactions.deal_team import _read
from bot.interactions.interaction import Command
from bot.slack.mrkdwn import mentioned_people
from handlers.call import card_actions, deal_search
from handlers.call.deal_search import DealSearch
from handlers.deal.deal_access import acts_as_rep, may_see, may_settle
from handlers.deal_team import keepers, members
from handlers.deal_team.keepers import KeeperChosen
from handlers.deal_team.members import Colleague, ColleagueNamed, HelpersAdded, MemberRemoved, TeamSaved
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.method.promise_outcomes import PromiseState
from handlers.method.reminders_due import DueReason, Kind
from handlers.method.team_roles import TeamRole, cut_role
from handlers.promises import board, completion, settle
from handlers.promises.board import BoardRequest
from handlers.promises.settle import PromiseRequest, PromiseSettled
from handlers.reminders import my_reminders, promised_occasions
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import RemindersRequest
from handlers.reminders.promised_occasions import OccasionRequest
from handlers.requests import Caller, DealRequest, Profile
from handlers.review import deal_review
from handlers.screens.call import RecordScreen
from handlers.screens.deal_team import DealTeamScreen, KeeperForm, MemberLeft, TeamWelcome
from handlers.screens.promises import BoardScreen, PromiseAnswered
from handlers.screens.reminders import Digest, Nudge
from handlers.team import departures, handover, wins
from handlers.team.departures import PresenceSeen
from handlers.team.handover import HandoverFilled
from handlers.team.wins import TeamRequest
from storage.database import Database
from storage.models import Deal, DealMember, OutboxRow, Person, PromiseOutcome
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, WORKSPACE, World

pytestmark = pytest.mark.both_databases

CARLA, DAN = "U_CARLA", "U_DAN"
GO_LIVE = "Go-live by 1 May"
FRIDAYS = "A call every Friday"


def add(world: World, deal: int, person: str, role: TeamRole = TeamRole.ENGINEER, *, by: str = ANNA) -> DealTeamScreen:
    request = TeamSaved(world.caller(by), deal, Colleague(person, Profile(person.title(), "UTC")), role, "")
    return world.do(members.save, request)


def remove(world: World, deal: int, person: str, *, by: str = ANNA) -> DealTeamScreen:
    return world.do(members.remove, MemberRemoved(world.caller(by), deal, person))


def promise(world: World, deal: int, wording: str, person: str = ANNA) -> PromiseRequest:
    found = next(each for each in world.statements(deal) if each.wording == wording)
    return PromiseRequest(world.caller(person), deal, found.id, found.version)


def give(world: World, deal: int, wording: str, person: str, *, by: str = ANNA) -> BoardScreen:
    return world.do(keepers.assign, KeeperChosen(promise(world, deal, wording, by), person))


def kept(world: World, deal: int, wording: str, person: str) -> object:
    return world.do(settle.settle, PromiseSettled(promise(world, deal, wording, person), PromiseState.KEPT))


def show_board(world: World, deal: int, person: str) -> BoardScreen:
    return world.do(board.show, BoardRequest(world.caller(person, event=""), deal))


def known(world: World, external_id: str) -> Person:
    return next(each for each in world.all(Person) if each.external_id == external_id)


def planned(world: World, person: str, kind: Kind) -> list[OutboxRow]:
    return [row for row in world.queued(kind) if row.person_id == known(world, person).id]


def sent_to(world: World, person: str) -> list[object]:
    """What is due now for this person is delivered; what others get is, too."""
    found: list[object] = []
    while (composed := compose_next(world)) is not None:
        if isinstance(composed, OutboundMessage) and composed.person == person:
            found.append(composed.screen)
    return found


@pytest.fixture
def deal(world: World) -> int:
    return world.a_recapped_deal()


# --- who may do what ---


def test_a_co_owner_acts_as_the_rep_does(world: World, deal: int) -> None:
    with pytest.raises(NotYoursError):
        world.click(card_actions.show_record, deal, BEN)
    add(world, deal, BEN, TeamRole.CO_OWNER)

    assert world.click(card_actions.show_record, deal, BEN).acts
    kept(world, deal, GO_LIVE, BEN)
    world.click(completion.keep_the_rest, deal, BEN)
    assert {row.recorded_by for row in world.all(PromiseOutcome)} == {known(world, BEN).id}
    found = world.do(deal_search.my_deals, DealSearch(world.caller(BEN, event="")))
    assert [each.deal.id for each in found.deals] == [deal]
    remove(world, deal, BEN)
    with pytest.raises(NotYoursError):
        world.click(card_actions.show_record, deal, BEN)


def test_a_co_owner_reads_no_answers_of_the_reps_private_review(world: World, deal: int) -> None:
    add(world, deal, BEN, TeamRole.CO_OWNER)
    world.click(completion.keep_the_rest, deal)
    world.click(completion.complete, deal)
    filled = deal_review.ReviewFilled(world.caller(), deal, did="I hurried", more="", without_us="")
    world.do(deal_review.save, filled)

    form = world.click(deal_review.show, deal, BEN, event="")
    assert (form.did, form.last_time) == ("", "")


@pytest.mark.parametrize("role", [TeamRole.ENGINEER, TeamRole.PARTNER, TeamRole.CUSTOMER_SUCCESS])
def test_the_others_see_the_promises_and_settle_what_is_theirs(world: World, deal: int, role: TeamRole) -> None:
    add(world, deal, BEN, role)
    give(world, deal, GO_LIVE, BEN)

    seen = show_board(world, deal, BEN)
    theirs = promise(world, deal, GO_LIVE).statement_id
    assert (seen.own, seen.assigns) == (False, False)
    assert [each.statement.id for each in seen.promises if each.may_settle] == [theirs]
    assert [each.kept_by for each in seen.promises if each.statement.id == theirs] == [BEN]
    assert not world.click(card_actions.show_record, deal, BEN).acts
    answered = kept(world, deal, GO_LIVE, BEN)
    assert isinstance(answered, PromiseAnswered)
    assert not answered.own
    with pytest.raises(NotYoursError):
        kept(world, deal, FRIDAYS, BEN)
    for handler in (completion.keep_the_rest, completion.complete, card_actions.continue_call, members.show):
        with pytest.raises(NotYoursError):
            world.click(handler, deal, BEN)
    with pytest.raises(NotYoursError):
        give(world, deal, FRIDAYS, BEN, by=BEN)
    with pytest.raises(NotYoursError):
        add(world, deal, CARLA, by=BEN)
    with pytest.raises(NotNowError):  # none of their own
        world.do(deal_search.continue_call, DealSearch(world.caller(BEN), "northwind"))
    assert isinstance(world.do(deal_search.show_record, DealSearch(world.caller(BEN), "northwind")), RecordScreen)
    assert isinstance(world.do(board.find, DealSearch(world.caller(BEN), "northwind")), BoardScreen)


# --- getting on the team ---


def test_nobody_gets_on_the_team_by_being_named_in_the_post(world: World) -> None:
    deal = world.a_deal(helped_by=(BEN, "the whole office"))
    assert world.card(deal).helpers == (BEN, "the whole office")
    with pytest.raises(NotYoursError):
        world.click(card_actions.show_record, deal, BEN)

    card = world.do(members.add_helpers, HelpersAdded(world.caller(), deal, (Colleague(BEN),)))
    assert [(each.person, each.role) for each in card.team] == [(BEN, TeamRole.ENGINEER)]
    assert card.helpers == ("the whole office",)
    remove(world, deal, BEN)
    assert world.card(deal).helpers == ("the whole office",)  # not offered again


def test_a_new_member_is_told_once_what_they_can_do(world: World, deal: int) -> None:
    add(world, deal, BEN)
    add(world, deal, BEN)
    [told] = [each for each in sent_to(world, BEN) if isinstance(each, TeamWelcome)]
    assert (told.deal.customer, told.role, told.by, told.has_promises) == (
        "Northwind Dental",
        TeamRole.ENGINEER,
        ANNA,
        True,
    )
    add(world, deal, BEN, TeamRole.CO_OWNER)
    [told] = [each for each in sent_to(world, BEN) if isinstance(each, TeamWelcome)]
    assert told.role is TeamRole.CO_OWNER
    assert world.actions(deal).count("team_added") == 1
    assert world.actions(deal)[-1] == "team_role"


@pytest.mark.reported("Expensify/App#25404")
def test_who_was_removed_before_the_message_came_hears_nothing(world: World, deal: int) -> None:
    add(world, deal, BEN)
    remove(world, deal, BEN)
    assert not any(isinstance(each, TeamWelcome) for each in sent_to(world, BEN))


@pytest.mark.reported("odoo/odoo#98863")
def test_the_rep_and_who_left_the_company_are_not_added(world: World, deal: int) -> None:
    with pytest.raises(InvalidEntryError):
        add(world, deal, ANNA)
    add(world, deal, CARLA)
    remove(world, deal, CARLA)
    world.do(departures.presence_seen, PresenceSeen("slack", WORKSPACE, CARLA, active=False))
    with pytest.raises(InvalidEntryError) as refused:
        add(world, deal, CARLA)
    assert refused.value.key == "dealteam.left_company"
    assert world.do(members.show, DealRequest(world.caller(), deal)).members == ()


def test_a_command_adds_to_the_named_deal_and_keeps_a_known_role(world: World, deal: int) -> None:
    def named(role: TeamRole | None) -> object:
        return world.do(members.add_named, ColleagueNamed(world.caller(), "northwind", Colleague(BEN), role))

    named(TeamRole.PARTNER)
    screen = named(None)
    assert isinstance(screen, DealTeamScreen)
    assert [(each.person, each.role) for each in screen.members] == [(BEN, TeamRole.PARTNER)]


@pytest.mark.reported("microsoft/teams.ts#833", "operable/cog#264")
@pytest.mark.parametrize(
    ("rest", "mentions", "customer", "named", "role"),
    [
        ("northwind @Bruno engineer", {"@Bruno": "U2"}, "northwind", "U2", TeamRole.ENGINEER),
        ("northwind @Bruno", {"@Bruno": "U2"}, "northwind", "U2", None),
        ("@Bruno Northwind Dental", {"@Bruno": "U2"}, "Northwind Dental", "U2", None),
        ("Northwind Bruno Maier as co-owner", {"Bruno Maier": "Bruno Maier"}, "Northwind", "Bruno Maier", "co_owner"),
        ("northwind and @Bruno Maier (CSM)", {}, "northwind", "Bruno Maier", TeamRole.CUSTOMER_SUCCESS),
        ("northwind engineer @Bruno", {"@Bruno": "U2"}, "northwind engineer", "U2", None),
        ("Partner Foods", {}, "Partner Foods", "", None),
        ("", {}, "", "", None),
    ],
)
def test_the_command_is_read(
    rest: str, mentions: dict[str, str], customer: str, named: str, role: TeamRole | None
) -> None:
    who = Caller("slack", "T1", ANNA, "")
    typed = _read(Command(who, who, rest, "D1", True, mentions=mentions), rest)
    assert (typed.customer, typed.named, typed.role) == (customer, named, role)


def test_a_mention_is_read_with_and_without_its_label() -> None:
    text = "northwind <@U2|bruno> and <@U3> in <#C1|wins> &lt;@U4&gt;"
    assert mentioned_people(text, {"U3": "Carla Diaz"}) == {"@bruno": "U2", "@Carla Diaz": "U3"}


@given(st.text(max_size=40))
def test_a_role_is_cut_only_from_the_end(typed: str) -> None:
    rest, role = cut_role(typed)
    assert typed.strip().startswith(rest)
    assert role is not None or rest == typed.strip()


# --- reminders ---


def test_the_keeper_is_reminded_in_their_hours_and_the_rep_hears_of_silence(world: World, deal: int) -> None:
    """M7.1: somebody answers for each promise."""
    add(world, deal, BEN)
    give(world, deal, GO_LIVE, BEN)

    theirs = planned(world, BEN, Kind.PROMISE)
    assert [row.payload["why"] for row in theirs] == [DueReason.DAY_NEAR, DueReason.DAY_COME]
    [echo] = planned(world, ANNA, Kind.PROMISE)
    assert echo.payload["why"] == DueReason.UNANSWERED
    assert echo.due_at > theirs[-1].due_at

    world.now = theirs[0].due_at
    [nudge] = [each for each in sent_to(world, BEN) if isinstance(each, Nudge)]
    world.now = theirs[1].due_at
    assert sum(isinstance(each, Nudge) for each in sent_to(world, BEN)) == 1
    assert (nudge.wording, nudge.for_keeper, nudge.keeper) == (GO_LIVE, True, "")
    world.now = echo.due_at
    digests = [each for each in sent_to(world, ANNA) if isinstance(each, Digest)]
    [line] = [item for each in digests for item in each.items if item.kind is Kind.PROMISE]
    assert (line.wording, line.keeper) == (GO_LIVE, BEN)


def test_what_the_keeper_answered_does_not_reach_the_rep(world: World, deal: int) -> None:
    add(world, deal, BEN)
    give(world, deal, GO_LIVE, BEN)
    kept(world, deal, GO_LIVE, BEN)
    assert planned(world, ANNA, Kind.PROMISE) == planned(world, BEN, Kind.PROMISE) == []


def test_a_promise_that_recurs_is_answered_by_its_keeper(world: World, deal: int) -> None:
    """M3.1."""
    add(world, deal, BEN)
    give(world, deal, FRIDAYS, BEN)
    [due] = planned(world, BEN, Kind.UPDATE)
    assert [row.payload["why"] for row in planned(world, ANNA, Kind.UPDATE)] == [DueReason.UNANSWERED]
    world.now = due.due_at
    sent_to(world, BEN)
    occasion = datetime.fromisoformat(due.payload["occasion"]).date()
    request = OccasionRequest(world.caller(BEN), deal, due.payload["statement"], due.payload["number"], occasion)
    world.do(promised_occasions.mark_done, request)

    [following] = planned(world, BEN, Kind.UPDATE)
    assert following.payload["occasion"] > due.payload["occasion"]
    assert [row.payload["occasion"] for row in planned(world, ANNA, Kind.UPDATE)] == [following.payload["occasion"]]
    request = OccasionRequest(world.caller(CARLA), deal, due.payload["statement"], 0, occasion)
    with pytest.raises(NotYoursError):
        world.do(promised_occasions.mark_done, request)


@pytest.mark.reported("go-vikunja/vikunja#1581", "hauke96/simple-task-manager#51")
def test_who_is_removed_is_reminded_no_more_and_the_rep_is_again(world: World, deal: int) -> None:
    add(world, deal, BEN)
    give(world, deal, GO_LIVE, BEN)
    give(world, deal, FRIDAYS, BEN)
    remove(world, deal, BEN)

    assert [row for kind in (Kind.PROMISE, Kind.UPDATE) for row in planned(world, BEN, kind)] == []
    assert [row.payload["why"] for row in planned(world, ANNA, Kind.PROMISE)] == [
        DueReason.DAY_NEAR,
        DueReason.DAY_COME,
    ]
    add(world, deal, BEN)  # on the team again, but nothing is theirs by that
    assert planned(world, BEN, Kind.PROMISE) == []
    with pytest.raises(NotYoursError):
        kept(world, deal, GO_LIVE, BEN)


def test_a_reminder_that_is_on_its_way_to_who_was_removed_is_not_sent(world: World, deal: int) -> None:
    add(world, deal, BEN)
    give(world, deal, GO_LIVE, BEN)
    world.now = planned(world, BEN, Kind.PROMISE)[-1].due_at

    def drop_silently(session: Session) -> None:
        for row in session.query(DealMember):
            row.removed_at = world.now

    world.write(drop_silently)
    assert not any(isinstance(each, Nudge | Digest) for each in sent_to(world, BEN))


def test_of_what_a_keeper_without_reminders_keeps_the_rep_is_reminded(world: World, deal: int) -> None:
    add(world, deal, BEN)
    give(world, deal, GO_LIVE, BEN)

    world.do(my_reminders.opt_out, RemindersRequest(world.caller(BEN)))
    assert planned(world, BEN, Kind.PROMISE) == []
    assert {row.payload["why"] for row in planned(world, ANNA, Kind.PROMISE)} == {"day_near", "day_come"}

    world.do(my_reminders.opt_in, RemindersRequest(world.caller(BEN)))
    assert len(planned(world, BEN, Kind.PROMISE)) == 2
    assert {row.payload["why"] for row in planned(world, ANNA, Kind.PROMISE)} == {"unanswered"}


# --- leaving, handing over, the win ---


def test_the_rep_is_told_when_a_member_left_the_company(world: World, deal: int) -> None:
    """M9.4."""
    add(world, deal, BEN)
    give(world, deal, GO_LIVE, BEN)
    sent_to(world, ANNA)
    world.do(departures.presence_seen, PresenceSeen("slack", WORKSPACE, BEN, active=False))

    [told] = [each for each in sent_to(world, ANNA) if isinstance(each, MemberLeft)]
    assert (told.person, told.promises) == (BEN, 1)
    assert world.card(deal).team == ()
    assert "team_left" in world.actions(deal)


def test_a_handover_keeps_the_team_except_for_the_new_rep(world: World, deal: int) -> None:
    """M9.4."""
    add(world, deal, BEN, TeamRole.CO_OWNER)
    add(world, deal, CARLA)
    give(world, deal, GO_LIVE, CARLA)
    give(world, deal, FRIDAYS, BEN)
    world.do(handover.hand_over_deals, HandoverFilled(world.caller(), "", BEN, None, "", is_admin=False))

    assert [each.person for each in world.card(deal).team] == [CARLA]
    assert len(planned(world, CARLA, Kind.PROMISE)) == 2
    assert [row.payload["why"] for row in planned(world, BEN, Kind.UPDATE)] == [DueReason.AGREED_OFTEN]
    with pytest.raises(NotYoursError):
        world.click(card_actions.show_record, deal, ANNA)
    back = HandoverFilled(world.caller(BEN), "", ANNA, None, "", is_admin=False)
    world.do(handover.hand_over_deals, back)
    add(world, deal, BEN)
    assert planned(world, BEN, Kind.UPDATE) == []  # nothing comes back with them


def test_the_team_is_named_with_the_win_and_the_split_only_noted(world: World, deal: int) -> None:
    world.do(members.save, TeamSaved(world.caller(), deal, Colleague(BEN), TeamRole.PARTNER, "60 / 40"))
    [win] = world.do(wins.team_wins, TeamRequest(world.caller(event=""))).this_week.wins
    assert win.team == (BEN,)
    assert world.deal(deal).split == "60 / 40"
    assert "60" not in repr(win)
    with pytest.raises(InvalidEntryError):
        world.do(members.save, TeamSaved(world.caller(), deal, None, "", "x" * 101))


def test_the_form_offers_the_team_as_keepers(world: World, deal: int) -> None:
    add(world, deal, BEN)
    form = world.do(keepers.ask, promise(world, deal, GO_LIVE))
    assert isinstance(form, KeeperForm)
    assert [each.person for each in form.members] == [BEN]
    assert form.keeper == ""
    with pytest.raises(InvalidEntryError):
        give(world, deal, GO_LIVE, CARLA)


def test_the_same_form_twice_is_one_change(world: World, deal: int) -> None:
    saved = TeamSaved(world.caller(event="form"), deal, Colleague(BEN), TeamRole.PARTNER, "")
    world.do(members.save, saved)
    before = world.all_rows()
    world.do(members.save, saved)
    assert world.all_rows() == before


PEOPLE = st.sampled_from([BEN, CARLA, DAN])
BY = st.sampled_from([ANNA, BEN, CARLA, DAN])
WORDINGS = st.sampled_from([GO_LIVE, FRIDAYS])


class Team(RuleBasedStateMachine):
    """No order of adding, removing, assigning and settling lets somebody act who is not on the team."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        number = next(NUMBERS)
        self.world = World(self.database, workspace=f"T_TEAM_{number}")
        self.deal = self.world.a_recapped_deal()
        self.roles: dict[str, TeamRole] = {}
        self.keeps: dict[str, str] = {}

    def _is_rep(self, who: str) -> bool:
        return who == ANNA or self.roles.get(who) is TeamRole.CO_OWNER

    def _try(self, allowed: bool, act: object) -> None:
        try:
            act()  # type: ignore[operator]
        except NotYoursError:
            assert not allowed
        else:
            assert allowed

    @rule(who=PEOPLE, role=st.sampled_from(TeamRole), by=BY)
    def add(self, who: str, role: TeamRole, by: str) -> None:
        allowed = self._is_rep(by)
        self._try(allowed, lambda: add(self.world, self.deal, who, role, by=by))
        if allowed:
            self.roles[who] = role

    @rule(who=PEOPLE, by=BY)
    def remove(self, who: str, by: str) -> None:
        allowed = self._is_rep(by)
        self._try(allowed, lambda: remove(self.world, self.deal, who, by=by))
        if allowed:
            self.roles.pop(who, None)
            self.keeps = {wording: keeper for wording, keeper in self.keeps.items() if keeper != who}

    @rule(wording=WORDINGS, who=PEOPLE, by=BY)
    def assign(self, wording: str, who: str, by: str) -> None:
        allowed = self._is_rep(by)
        try:
            self._try(allowed, lambda: give(self.world, self.deal, wording, who, by=by))
        except InvalidEntryError:
            assert allowed
            assert who not in self.roles
        else:
            if allowed:
                self.keeps[wording] = who

    @rule(wording=WORDINGS, by=BY)
    def settle(self, wording: str, by: str) -> None:
        allowed = self._is_rep(by) or self.keeps.get(wording) == by
        self._try(allowed, lambda: kept(self.world, self.deal, wording, by))

    @invariant()
    def only_the_team_acts(self) -> None:
        statements = {each.wording: each.id for each in self.world.statements(self.deal)}

        def check(session: Session) -> None:
            deal = session.get_one(Deal, self.deal)
            for who in session.query(Person):
                name = who.external_id
                assert acts_as_rep(session, who, deal) == self._is_rep(name)
                assert may_see(session, who, deal) == (name == ANNA or name in self.roles)
                for wording in (GO_LIVE, FRIDAYS):
                    theirs = self._is_rep(name) or self.keeps.get(wording) == name
                    assert may_settle(session, who, deal, statements[wording]) == theirs

        self.world.read(check)

    def _reader(self, session: Session) -> int:
        return session.query(Person).filter_by(external_id=self.keeps.get(GO_LIVE, ANNA)).one().id

    @invariant()
    def only_who_keeps_it_is_reminded(self) -> None:
        for row in self.world.queued(Kind.PROMISE):
            if row.deal_id == self.deal and row.payload["why"] != DueReason.UNANSWERED:
                assert row.person_id == self.world.read(self._reader)


NUMBERS = iter(range(1_000_000))


def test_no_order_lets_a_stranger_act(database: Database) -> None:
    Team.database = database
    Team.TestCase.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
    Team.TestCase("runTest").runTest()
