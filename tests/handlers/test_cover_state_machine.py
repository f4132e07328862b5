"""Cover asked, accepted, declined, ended, and deals handed over and ended meanwhile, in any order: the rules hold."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handlers.call import card_actions
from handlers.cover import asking, patience
from handlers.cover.asking import CoverBackRequest, CoverFilled, CoverRequest
from handlers.cover.patience import StandInForCall
from handlers.deal.covering import OFFER, TOLD, CoverState
from handlers.errors import Refusal
from handlers.method.stages import ENDED
from handlers.team import handover
from handlers.team.handover import HandoverFilled
from storage.database import Database
from storage.models import Cover, Deal, OutboxRow, Person
from tests.handlers.test_compose import compose_next
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


@pytest.mark.timeout(300)
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
