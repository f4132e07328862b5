"""Cover asked, accepted, declined, ended, and deals handed over and ended meanwhile, in any order: the rules hold."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handlers.call import card_actions
from handlers.cover import asking, patience
from handlers.cover.asking import CoverBackRequest, CoverFilled, CoverRequest, OtherAsked
from handlers.cover.patience import StandInForCall
from handlers.deal.covering import BACK, OFFER, TOLD, CoverState
from handlers.errors import Refusal
from handlers.method.stages import ENDED
from handlers.reminders import my_reminders
from handlers.reminders.my_reminders import HoursSaved
from handlers.team import departures, handover
from handlers.team.departures import PresenceSeen
from handlers.team.handover import HandoverFilled
from handlers.workspace.profile_changes import QuietSeen, quiet_seen
from storage.database import Database
from storage.models import Cover, Deal, OutboxRow, Person
from tests.handlers.test_compose import compose_next
from tests.handlers.test_cover import WORKDAYS
from tests.handlers.world import ANNA, BEN, World

CARA = "U_CARA"
people = st.sampled_from([ANNA, BEN, CARA])
picks = st.integers(0, 5)
STANDING = {CoverState.ASKED, CoverState.ACCEPTED}
NEXT = {
    CoverState.ASKED: {CoverState.ACCEPTED, CoverState.DECLINED, CoverState.RETURNED},
    CoverState.ACCEPTED: {CoverState.RETURNED},
    CoverState.DECLINED: set(),
    CoverState.RETURNED: set(),
}


class CoverMachine(RuleBasedStateMachine):
    """Two deals and three people. Rules do what people can do, refused or not; invariants are checked after each."""

    database: Database
    numbers: itertools.count[int]

    @initialize()
    def two_deals(self) -> None:
        self.world = World(self.database, workspace=f"C{next(self.numbers)}")
        self.deals = [self.world.a_deal("Northwind Dental"), self.world.a_deal("Contoso")]
        self.before: dict[int, str] = {}

    def attempt(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Refusal:
            return

    @rule(rep=people, stand_in=people, customers=st.sampled_from(["", "Northwind", "Contoso"]), until=st.booleans())
    def ask(self, rep: str, stand_in: str, customers: str, until: bool) -> None:
        request = CoverFilled(self.world.caller(rep), stand_in, None, customers, "next Friday" if until else "")
        self.attempt(lambda: self.world.do(asking.ask, request))

    @rule(who=people, pick=picks, how=st.sampled_from(["accept", "decline", "give_back"]))
    def answer(self, who: str, pick: int, how: str) -> None:
        found = self.own(Cover)
        if found:
            request = CoverRequest(self.world.caller(who), found[pick % len(found)].id)
            handlers = {"accept": asking.accept, "decline": asking.decline, "give_back": asking.give_back}
            self.attempt(lambda: self.world.do(handlers[how], request))

    @rule(who=people)
    def back(self, who: str) -> None:
        self.attempt(lambda: self.world.do(asking.back, CoverBackRequest(self.world.caller(who))))

    @rule(giver=people, taker=people)
    def hand_over(self, giver: str, taker: str) -> None:
        request = HandoverFilled(self.world.caller(giver), "", taker, None, "", is_admin=False)
        self.attempt(lambda: self.world.do(handover.hand_over_deals, request))

    @rule(who=people, pick=picks)
    def end(self, who: str, pick: int) -> None:
        self.attempt(lambda: self.world.click(card_actions.dismiss, self.deals[pick % 2], who))

    @rule(who=people, pick=picks)
    def call(self, who: str, pick: int) -> None:
        self.attempt(lambda: self.world.capture(self.deals[pick % 2], person=who))

    @rule(who=people, pick=picks, stand_in=people, yes=st.booleans())
    def answer_the_offer(self, who: str, pick: int, stand_in: str, yes: bool) -> None:
        deal = self.deals[pick % 2]
        request = StandInForCall(self.world.caller(who), deal, stand_in)
        if yes:
            self.attempt(lambda: self.world.do(patience.ask_for_call, request))
        else:
            self.attempt(lambda: self.world.click(patience.not_needed, deal, who))

    @rule(who=people, days=st.sampled_from([0, 1, 3, 9, 20]))
    def pause(self, who: str, days: int) -> None:
        """Go away, stay for longer or shorter, or come back."""
        day = "" if days == 0 else (self.world.now + timedelta(days=days)).strftime("%d %B %Y")
        request = HoursSaved(self.world.caller(who), "08:30-18:00", WORKDAYS, day)
        self.attempt(lambda: self.world.do(my_reminders.save_hours, request))

    @rule(who=people, hours=st.sampled_from([0, 5, 23, 200]))
    def status(self, who: str, hours: int) -> None:
        until = self.world.now + timedelta(hours=hours) if hours else None
        self.world.do(quiet_seen, QuietSeen("slack", self.world.workspace, who, until))

    @rule(who=st.sampled_from([BEN, CARA]), active=st.booleans())
    def leave(self, who: str, active: bool) -> None:
        self.world.do(departures.presence_seen, PresenceSeen("slack", self.world.workspace, who, active=active))

    @rule(who=people, pick=picks, stand_in=people)
    def ask_again(self, who: str, pick: int, stand_in: str) -> None:
        found = self.own(Cover)
        if found:
            request = OtherAsked(self.world.caller(who), found[pick % len(found)].id, stand_in)
            self.attempt(lambda: self.world.do(asking.ask_again, request))

    @rule(hours=st.sampled_from([1, 20, 100]))
    def time_passes(self, hours: int) -> None:
        self.world.advance(hours=hours)
        while compose_next(self.world, workspace=self.world.workspace) is not None:
            pass

    def own(self, model: type[Cover]) -> list[Cover]:
        return [row for row in self.world.all(model) if row.deal_id in self.deals]

    @invariant()
    def what_a_cover_may_become(self) -> None:
        now = {row.id: row.state for row in self.own(Cover)}
        for each, state in now.items():
            before = self.before.get(each, CoverState.ASKED)
            assert state == before or _leads_to(CoverState(before), CoverState(state))
        self.before = now

    @invariant()
    def the_deal_says_who_covers(self) -> None:
        standing = [row for row in self.own(Cover) if row.state in STANDING]
        assert max(Counter(row.deal_id for row in standing).values(), default=0) <= 1
        accepted = {row.deal_id: row.stand_in_id for row in standing if row.state == CoverState.ACCEPTED}
        for deal in (self.world.deal(each) for each in self.deals):
            assert deal.covered_by_id == accepted.get(deal.id)
            assert deal.covered_by_id != deal.owner_id
            if deal.stage in ENDED:
                assert not [row for row in standing if row.deal_id == deal.id]
            assert all(row.rep_id == deal.owner_id for row in standing if row.deal_id == deal.id)

    @invariant()
    def nobody_who_left_or_whose_day_is_over_covers(self) -> None:
        people = {person.id: person for person in self.world.all(Person)}
        for row in self.own(Cover):
            if row.state in STANDING:
                assert people[row.stand_in_id].left_at is None
                assert row.until is None or row.until >= self.world.now.date()
        for deal in self.world.all(Deal):
            assert people[deal.current_rep_id].left_at is None or deal.current_rep_id == deal.owner_id

    @invariant()
    def what_stands_ends(self) -> None:
        """Every question, and every cover with a day, has a timer that is due by then."""
        timers = [row for row in self.world.all(OutboxRow) if row.kind == BACK and row.state == "queued"]
        firsts = {(row.stand_in_id, row.asked_at): row.id for row in reversed(self.own(Cover))}
        for row in self.own(Cover):
            first = firsts[row.stand_in_id, row.asked_at]
            own = [each for each in timers if each.payload["cover"] == first and "ended" not in each.payload]
            if row.state == CoverState.ASKED:
                assert any(each.payload.get("unanswered") for each in own)
            if row.state in STANDING and row.until is not None:
                end = datetime.combine(row.until, time.max, tzinfo=UTC) + timedelta(
                    days=4
                )  # it waits for a working day
                assert any("unanswered" not in each.payload and each.due_at <= end for each in own)

    @invariant()
    def only_who_has_the_work_is_reminded(self) -> None:
        rows = [row for row in self.world.all(OutboxRow) if row.deal_id in self.deals and row.state == "queued"]
        deals = {deal.id: deal for deal in self.world.all(Deal)}
        for row in rows:
            if row.kind in ("reminder", "call_soon", "read_back_open", "recap_due", "card"):
                assert row.person_id == deals[row.deal_id or 0].current_rep_id, row.kind

    @invariant()
    def each_step_comes_once_a_round_and_nobody_hears_before(self) -> None:
        rows = [row for row in self.world.all(OutboxRow) if row.deal_id in self.deals]
        for deal in self.deals:
            told: Counter[str] = Counter()
            for action in self.world.actions(deal):
                if action in ("handed_over", "cover_asked", "cover_accepted"):
                    told.clear()
                told[action] += 1
                assert max(told["cover_offered"], told["manager_told"]) <= 1
                if action == "manager_told":
                    assert told["cover_offered"] + told["cover_declined"] + told["cover_ended"]
        assert all(row.channel is None for row in rows if row.kind in (OFFER, TOLD))
        known = {person.id for person in self.world.all(Person)}
        assert all(row.stand_in_id in known for row in self.own(Cover))


def _leads_to(before: CoverState, after: CoverState) -> bool:
    return after in NEXT[before] or any(_leads_to(each, after) for each in NEXT[before])


def test_cover_holds_in_any_order(database: Database) -> None:
    class Machine(CoverMachine):
        pass

    Machine.database, Machine.numbers = database, itertools.count(1)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
