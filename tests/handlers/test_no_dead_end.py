"""No dead end: whatever the rep does, and however long they wait, a deal leads on, and what is asked can be answered.

Another room adds what can be done there to `DEEDS`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.interactions import actions, submissions
from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.teams.card_text import TeamsMarkup
from bot.ui.components import ActionRow, Button, File, Message
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views import render
from handlers.call import card_actions, next_steps, order_changes
from handlers.call.next_steps import StepDone, StepTyped
from handlers.call.order_changes import OrderChanged, QuestionAnswered
from handlers.deal.order_changes import QUESTION
from handlers.errors import Refusal
from handlers.intake import order_reports
from handlers.intake.order_reports import OrderReport
from handlers.method.order_changes import OrderChangeKind
from handlers.method.reminders_due import Kind
from handlers.method.stages import ENDED, Stage
from handlers.reminders import my_reminders
from handlers.reminders.compose import OutboundMessage
from handlers.requests import DealRequest
from handlers.screens.deals import DealCard
from storage.database import Database
from storage.models import NextStep, OutboxRow
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, World

TEXTS = (Texts(SlackMarkup(), COMMAND), Texts(TeamsMarkup({}, ZoneInfo("UTC")), "FirstCall"))
REGISTERED = {*actions._CHANGES_DEAL, *actions._REPLACES_MESSAGE, *actions._OPENS_MODAL, ActionId.COMMAND_RUN}

Deed = Callable[[World, int], object]
"""Something that a person, an app or the calendar does about a deal. It may be refused."""


def owner_of(world: World, deal: int) -> str:
    return world.facts(deal).owner


def _change(kind: OrderChangeKind, **entries: str) -> Deed:
    return lambda world, deal: world.do(
        order_changes.save, OrderChanged(world.caller(owner_of(world, deal)), deal, kind, **entries)
    )


def _step(when: str) -> Deed:
    return lambda world, deal: world.do(
        next_steps.save, StepTyped(world.caller(owner_of(world, deal)), deal, "Kickoff", when)
    )


def _step_done(world: World, deal: int) -> object:
    latest = max((row.id for row in world.all(NextStep) if row.deal_id == deal), default=0)
    return world.do(next_steps.mark_done, StepDone(world.caller(owner_of(world, deal)), deal, latest))


def _reported(world: World, deal: int) -> object:
    customer = world.facts(deal).customer
    report = OrderReport(world.caller("U_APP"), "C_CRM", OrderChangeKind.LOST, customer, None, customer)
    return world.do(order_reports.ask_about_ending, report)


def _answered(is_so: bool) -> Deed:
    def answer(world: World, deal: int) -> object:
        asked = [row for row in world.all(OutboxRow) if row.kind == QUESTION and row.deal_id == deal]
        return [
            world.do(order_changes.answer, QuestionAnswered(world.caller(owner_of(world, deal)), deal, row.id, is_so))
            for row in asked[-1:]
            if row.state == "sent"
        ]

    return answer


def _by_owner(act: Callable[..., object], **more: object) -> Deed:
    return lambda world, deal: act(world, deal, person=owner_of(world, deal), **more)


DEEDS: list[Deed] = [
    _by_owner(World.capture),
    lambda world, deal: world.agree_to_all(deal),
    _by_owner(World.wrap_up),
    _by_owner(World.wrap_up, next_step="the kickoff call next Friday"),
    _by_owner(World.send_recap),
    lambda world, deal: world.schedule(deal, "tomorrow 10"),
    _by_owner(World.dismiss),
    _by_owner(World.confirm_deal),
    lambda world, deal: world.click(card_actions.lose, deal),
    lambda world, deal: world.reopen(deal, *world.statements(deal)[:1]),
    lambda world, deal: world.do(
        my_reminders.stop_from_reminder, DealRequest(world.caller(owner_of(world, deal)), deal)
    ),
    *(
        _change(kind)
        for kind in OrderChangeKind
        if kind not in (OrderChangeKind.AMOUNT_CHANGED, OrderChangeKind.OWNER_CHANGED)
    ),
    _change(OrderChangeKind.AMOUNT_CHANGED, amount="52k"),
    _change(OrderChangeKind.OWNER_CHANGED, owner=BEN),
    _change(OrderChangeKind.OWNER_CHANGED, owner=ANNA),
    _step("tomorrow"),
    _step("in 3 weeks"),
    _step_done,
    _reported,
    _answered(True),
    _answered(False),
]


def buttons(message: Message) -> Iterator[Button]:
    for piece in message.components:
        if isinstance(piece, ActionRow):
            yield from (each for each in (*piece.elements, *piece.more) if isinstance(each, Button))


def asks(message: Message) -> bool:
    return "?" in message.text


def leads_on(world: World, deal: int) -> bool:
    """Whether something comes by itself, or the card says what to do, with a button for it."""
    row = world.deal(deal)
    card = world.card(deal)
    if card.step is not None and card.step.on is not None and not card.step.is_over:
        return True
    queued = [each for each in world.all(OutboxRow) if each.state == "queued" and each.kind in tuple(Kind)]
    if any(each.deal_id == deal for each in queued):
        return True
    if any(each.kind == Kind.DIGEST and each.person_id == row.owner_id for each in queued):
        return True
    shown = list(buttons(card_view.render(card, TEXTS[0])))
    points_out = card.step is not None and any(each.action_id == ActionId.CARD_STEP for each in shown)
    return points_out or any(each.style == "primary" for each in shown)


class Deals(RuleBasedStateMachine):
    """Two deals of two reps; anything is done to them, in any order."""

    database: Database
    numbers = itertools.count(1)
    """Each example has its own workspace in one database."""

    @initialize()
    def begin(self) -> None:
        self.world = World(self.database, workspace=f"T{next(self.numbers)}")
        self.deals = [self.world.a_deal("Northwind Dental"), self.world.a_deal("Harbor Point Hotels", owner=BEN)]

    @rule(deed=st.sampled_from(DEEDS), number=st.integers(0, 1))
    def act(self, deed: Deed, number: int) -> None:
        with suppress(Refusal):
            deed(self.world, self.deals[number])

    @rule(hours=st.sampled_from([1, 18, 24, 72, 24 * 8, 24 * 40]))
    def wait(self, hours: int) -> None:
        self.world.advance(hours=hours)

    @rule()
    def deliver(self) -> None:
        """Everything that is due is sent; what is asked can be answered there."""
        while (composed := compose_next(self.world, workspace=self.world.workspace)) is not None:
            if isinstance(composed, OutboundMessage):
                self._can_be_answered(composed)

    def _can_be_answered(self, sent: OutboundMessage) -> None:
        for texts in TEXTS:
            message = render.message(sent.screen, texts)
            if isinstance(message, File):
                continue
            found = list(buttons(message))
            assert {each.action_id for each in found} <= REGISTERED
            assert found or not asks(message) or _is_settled(sent), message.text

    @invariant()
    def every_deal_leads_on(self) -> None:
        for deal in self.deals:
            stage = Stage(self.world.stage(deal))
            shown = list(buttons(card_view.render(self.world.card(deal), TEXTS[0])))
            assert shown, stage
            assert {each.action_id for each in shown} <= REGISTERED
            assert stage in ENDED or leads_on(self.world, deal), stage


def _is_settled(sent: OutboundMessage) -> bool:
    """Whether the message takes the place of one that was answered: its question stands on the card."""
    return sent.only_if_there or not isinstance(sent.screen, DealCard)


def test_no_deal_ends_in_nowhere(database: Database) -> None:
    Deals.database = database
    run_state_machine_as_test(
        Deals,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


def test_every_form_can_be_saved() -> None:
    """Each form of this room has somebody who takes it."""
    assert {"order", "step"} <= set(submissions._SUBMISSIONS)
