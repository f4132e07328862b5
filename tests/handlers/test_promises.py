"""What becomes of the promises after the recap: settled, renegotiated, asked about, until the deal is complete."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.teams.card_text import TeamsMarkup
from bot.ui.components import ActionRow, Message
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import promises as promises_view
from bot.views import render
from handlers.call.deal_search import DealSearch
from handlers.errors import NoSuchDealError, NotNowError, NotYoursError
from handlers.method.promise_outcomes import MissReason, PromiseState, SaidBy, letdown
from handlers.method.reminders_due import Kind
from handlers.method.stages import Stage
from handlers.promises import board, completion, next_order, settle
from handlers.promises.board import BoardRequest
from handlers.promises.next_order import NextOrderAnswered, ValueDaySaved
from handlers.promises.settle import EvidenceGiven, MissExplained, PromiseRequest, PromiseSettled
from handlers.reminders import promised_occasions
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.promised_occasions import OccasionRequest
from handlers.screens.deals import DealChoice
from handlers.screens.promises import BoardNote, BoardScreen, PromiseAnswered
from handlers.screens.reminders import Digest, Nudge, OccasionAnswered, OccasionOutcome
from storage.models import PromiseOutcome
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, World

pytestmark = pytest.mark.both_databases


class Board:
    """What the rep does on the board of a deal."""

    def __init__(self, world: World, deal: int) -> None:
        self.world, self.deal = world, deal

    def request(
        self, wording: str, *, version: int | None = None, person: str = ANNA, event: str | None = None
    ) -> PromiseRequest:
        statement = next(each for each in self.world.statements(self.deal) if wording in each.wording)
        caller = self.world.caller(person, event=event)
        return PromiseRequest(caller, self.deal, statement.id, version or statement.version)

    def settle(self, wording: str, state: PromiseState = PromiseState.KEPT, **how: object) -> object:
        request = PromiseSettled(self.request(wording, **how), state)  # type: ignore[arg-type]
        return self.world.do(settle.settle, request)

    def settle_all(self, state: PromiseState = PromiseState.KEPT) -> None:
        for each in self.world.statements(self.deal):
            self.settle(each.wording, state)

    def they_said_so(self, wording: str) -> None:
        self.world.do(settle.they_said_so, self.request(wording))

    @property
    def rows(self) -> list[tuple[str, str, str | None, str | None]]:
        """Every outcome of the deal's statements: state, whose word, evidence, reason."""
        return [
            (each.state, each.said_by, each.evidence, each.reason)
            for each in self.world.all(PromiseOutcome)
            if each.occasion is None
        ]

    def show(self, page: int = 1, *, person: str = ANNA) -> BoardScreen:
        return self.world.do(board.show, BoardRequest(self.world.caller(person, event=""), self.deal, page))


@pytest.fixture
def deal(world: World) -> int:
    """A recapped deal: a call every Friday, a go-live by 1 May, and two priorities."""
    return world.a_recapped_deal()


@pytest.fixture
def on_board(world: World, deal: int) -> Board:
    return Board(world, deal)


def sent(world: World, kind: Kind, until: datetime) -> list[Nudge]:
    """The reminders of this kind that are sent until then, alone or in a list, as the clock runs."""
    found: list[Nudge] = []
    while world.now < until:
        world.advance(hours=1)
        while (composed := compose_next(world)) is not None:
            screen = composed.screen if isinstance(composed, OutboundMessage) else None
            lines = screen.items if isinstance(screen, Digest) else [screen]
            found += [each for each in lines if isinstance(each, Nudge) and each.kind is kind and not each.settled]
    return found


# --- one promise ---


def test_m7_3_the_first_outcome_begins_the_delivery(world: World, deal: int, on_board: Board) -> None:
    screen = on_board.settle("Go-live")

    assert isinstance(screen, PromiseAnswered)
    assert (screen.promise.tracked.state, screen.promise.tracked.said_by) == (PromiseState.KEPT, SaidBy.US)
    assert on_board.rows == [("kept", "us", None, None)]
    assert world.stage(deal) == Stage.DELIVERING
    assert world.actions(deal)[-2:] == ["outcome_kept", "delivering"]


@pytest.mark.reported("glpi-project/glpi#1370")
@pytest.mark.reported("MirakelX/mirakel-android#370")
def test_a_settled_promise_is_not_reminded_of(world: World, on_board: Board) -> None:
    assert len(world.queued(Kind.PROMISE)) == 2

    on_board.settle("Go-live")

    assert world.queued(Kind.PROMISE) == []


def test_the_same_tap_changes_nothing_and_another_answer_adds_a_row(world: World, on_board: Board) -> None:
    on_board.settle("Go-live", event="once")
    before = world.all_rows()["promise_outcomes"]
    on_board.settle("Go-live", event="once")
    on_board.settle("Go-live")
    assert world.all_rows()["promise_outcomes"] == before

    on_board.settle("Go-live", PromiseState.MISSED)

    assert on_board.rows == [("kept", "us", None, None), ("missed", "us", None, None)]


@pytest.mark.reported("hotosm/osm-tasking-manager2#752")
@pytest.mark.reported("super-productivity/super-productivity#7133")
def test_a_slip_is_taken_back_and_stays_on_record(world: World, on_board: Board) -> None:
    on_board.settle("Go-live", PromiseState.EXCEEDED)
    world.do(settle.take_back, on_board.request("Go-live"))

    assert [state for state, *_ in on_board.rows] == ["exceeded", "pending"]
    assert on_board.show().outcome.pending == 4
    assert len(world.queued(Kind.PROMISE)) == 2
    with pytest.raises(NotNowError):
        on_board.they_said_so("Go-live")


def test_m10_2_the_customers_word_is_kept_beside_ours(world: World, on_board: Board) -> None:
    on_board.settle("Go-live")
    on_board.they_said_so("Go-live")
    form = world.do(settle.ask_evidence, on_board.request("Go-live"))
    assert not isinstance(form, BoardScreen)
    assert (form.promise.tracked.said_by, form.promise.contact) == (SaidBy.CUSTOMER, "Olga Petrova")
    request = EvidenceGiven(on_board.request("Go-live"), SaidBy.CUSTOMER, " “It works”,\n by phone ")
    world.do(settle.add_evidence, request)
    on_board.settle("Go-live")  # our own word does not take theirs away

    assert on_board.rows == [
        ("kept", "us", None, None),
        ("kept", "customer", None, None),
        ("kept", "customer", "“It works”, by phone", None),
    ]


def test_m8_1_a_missed_promise_is_tagged_with_its_reason(world: World, on_board: Board) -> None:
    request = on_board.request("Go-live")
    with pytest.raises(NotNowError):
        world.do(settle.explain, MissExplained(request, MissReason.DELIVERY))
    on_board.settle("Go-live", PromiseState.MISSED)

    screen = world.do(settle.explain, MissExplained(on_board.request("Go-live"), MissReason.DELIVERY))

    assert isinstance(screen, PromiseAnswered)
    assert screen.promise.reason is MissReason.DELIVERY
    assert on_board.rows[-1] == ("missed", "us", None, "delivery")


@pytest.mark.reported("activepieces/activepieces#14805")
@pytest.mark.parametrize("on_the_board", [True, False])
def test_a_wording_that_is_no_longer_current_is_not_settled(
    world: World, deal: int, on_board: Board, on_the_board: bool
) -> None:
    seen = on_board.request("Go-live")
    statement = next(s for s in world.statements(deal) if "Go-live" in s.wording)
    world.correct(deal, statement, "Go-live by 1 June")
    world.agree_to_all(deal)
    stale = PromiseRequest(world.caller(), deal, seen.statement_id, seen.version, on_board=on_the_board)

    screen = world.do(settle.settle, PromiseSettled(stale, PromiseState.KEPT))

    if on_the_board:
        assert isinstance(screen, BoardScreen)
        assert screen.note is BoardNote.CHANGED
    else:
        assert isinstance(screen, PromiseAnswered)
        assert (screen.changed, screen.promise.statement.wording) == (True, "Go-live by 1 June")
    assert [state for state, *_ in on_board.rows] == ["renegotiated"]
    with pytest.raises(NotNowError):
        world.do(settle.settle_listed, PromiseSettled(stale, PromiseState.KEPT))


@pytest.mark.parametrize("settle_it", [True, False])
def test_nobody_else_sees_or_settles_them(world: World, deal: int, on_board: Board, settle_it: bool) -> None:
    before = world.all_rows()["promise_outcomes"]
    act = partial(on_board.settle, "Go-live", person=BEN) if settle_it else partial(on_board.show, person=BEN)
    with pytest.raises(NotYoursError):
        act()
    assert world.all_rows()["promise_outcomes"] == before


def test_a_statement_of_another_deal_is_unknown(world: World, deal: int, on_board: Board) -> None:
    other = world.a_recapped_deal("Harbor Foods")
    theirs = world.statements(other)[0]
    stray = PromiseRequest(world.caller(), deal, theirs.id, theirs.version)

    assert isinstance(world.do(settle.settle, PromiseSettled(stray, PromiseState.KEPT)), BoardScreen)
    assert on_board.rows == []
    with pytest.raises(NoSuchDealError):
        world.do(board.show, BoardRequest(world.caller(), 999))


# --- renegotiated ---


def test_m10_2_a_new_wording_is_pending_and_the_old_one_renegotiated(world: World, deal: int, on_board: Board) -> None:
    on_board.settle("40 seats")
    go_live = next(s for s in world.statements(deal) if "Go-live" in s.wording)
    world.reopen(deal, go_live)
    again = next(s for s in world.statements(deal) if "Go-live" in s.wording)
    world.correct(deal, again, "Go-live by 1 June")
    assert [state for state, *_ in on_board.rows] == ["kept"]  # nothing is renegotiated before they agree

    world.agree_to_all(deal)
    world.wrap_up(deal)
    world.send_recap(deal)

    assert [(each.state, each.version) for each in world.all(PromiseOutcome)] == [("kept", 1), ("renegotiated", 1)]
    assert (on_board.show().outcome.pending, on_board.show().outcome.kept) == (3, 1)
    assert "renegotiated" in world.actions(deal)


def test_what_was_right_after_all_is_not_renegotiated_and_stays_kept(world: World, deal: int, on_board: Board) -> None:
    on_board.settle("Go-live")
    world.reopen(deal, next(s for s in world.statements(deal) if "Go-live" in s.wording))
    world.agree_to_all(deal)

    assert [state for state, *_ in on_board.rows] == ["kept"]
    assert on_board.show().outcome.kept == 1


def test_what_was_missed_stays_missed_in_another_wording(world: World, deal: int, on_board: Board) -> None:
    """M10.2: renegotiated early is a state of its own, late is a miss."""
    on_board.settle("Go-live", PromiseState.MISSED)
    world.correct(deal, next(s for s in world.statements(deal) if "Go-live" in s.wording), "Go-live by 1 June")
    world.agree_to_all(deal)

    assert [state for state, *_ in on_board.rows] == ["missed"]
    assert on_board.show().outcome.missed == 0  # the new wording is open


def test_a_correction_on_the_call_itself_renegotiates_nothing(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal)
    first = world.statements(deal)[0]
    world.answer(deal, first)
    world.correct(deal, first, "A call every Monday")
    world.agree_to_all(deal)

    assert world.all(PromiseOutcome) == []


# --- the board ---


def test_m8_4_missed_comes_first_then_overdue_then_by_day(world: World, deal: int, on_board: Board) -> None:
    on_board.settle("40 seats", PromiseState.MISSED)
    on_board.settle("Check-in")
    world.now = datetime(2026, 5, 4, 9, tzinfo=UTC)

    screen = on_board.show()

    shown = [(each.statement.wording, each.tracked.state, each.overdue) for each in screen.promises]
    assert shown == [
        ("40 seats", PromiseState.MISSED, False),
        ("Go-live by 1 May", PromiseState.PENDING, True),
        ("A call every Friday", PromiseState.PENDING, False),
        ("Check-in in 2 minutes", PromiseState.KEPT, False),
    ]
    assert (screen.promises[1].tracked.due, screen.promises[1].keeper) == (date(2026, 5, 1), "rep")


def test_m1_3_of_what_was_missed_the_inflated_comes_first(world: World, deal: int, on_board: Board) -> None:
    on_board.settle("Go-live", PromiseState.MISSED)
    on_board.settle("40 seats", PromiseState.MISSED)
    seats = next(each for each in world.statements(deal) if each.wording == "40 seats")
    request = PromiseRequest(world.caller(), deal, seats.id, seats.version)
    world.do(settle.explain, MissExplained(request, MissReason.EXPECTATIONS))

    shown = [each.statement.wording for each in on_board.show().promises]

    assert shown[:2] == ["40 seats", "Go-live by 1 May"]
    assert [letdown(each.tracked) for each in on_board.show().promises] == [20, 10, 0, 0]


def test_the_board_is_paged_and_found_by_name(world: World, deal: int) -> None:
    many = world.a_deal("Harbor Foods")
    world.capture(many, "\n".join(f"Report {number} by 1 May" for number in range(1, 11)), "")
    world.agree_to_all(many)
    world.wrap_up(many)
    world.send_recap(many)
    paged = Board(world, many)

    assert [len(paged.show(page).promises) for page in (1, 2, 99)] == [8, 2, 2]
    found = world.do(board.find, DealSearch(world.caller(event=""), "harbor"))
    assert isinstance(found, BoardScreen)
    assert (found.deal.id, found.pages) == (many, 2)
    assert isinstance(world.do(board.find, DealSearch(world.caller(event=""))), DealChoice)
    early = world.a_deal("Zenith")
    with pytest.raises(NotNowError):
        world.do(board.find, DealSearch(world.caller(event=""), "zenith"))
    assert world.stage(early) == Stage.OPEN


# --- promises that recur ---


@pytest.mark.parametrize(
    ("answer", "outcome", "row"),
    [
        (promised_occasions.mark_done, OccasionOutcome.DONE, ("kept", "us", None, None)),
        (promised_occasions.mark_they_called, OccasionOutcome.THEY_CALLED, ("kept", "customer", None, None)),
        (promised_occasions.mark_late, OccasionOutcome.LATE, ("missed", "us", "late", None)),
        (promised_occasions.mark_missed, OccasionOutcome.MISSED, ("missed", "us", None, "communication")),
    ],
)
def test_m10_2_an_occasion_is_settled_in_one_tap_and_late_is_a_miss(
    world: World,
    deal: int,
    on_board: Board,
    answer: Callable[..., OccasionAnswered],
    outcome: OccasionOutcome,
    row: tuple[str, str, str | None, str | None],
) -> None:
    [nudge, *_] = sent(world, Kind.UPDATE, datetime(2026, 3, 6, 18, tzinfo=UTC))
    occasion = nudge.occasion
    assert occasion is not None
    where = (deal, occasion.statement_id, occasion.number, occasion.day)

    screen = world.do(answer, OccasionRequest(world.caller(), *where))
    world.do(answer, OccasionRequest(world.caller(), *where))

    assert (screen.outcome, screen.next_on) == (outcome, date(2026, 3, 13))
    [stored] = world.all(PromiseOutcome)
    assert (stored.state, stored.said_by, stored.evidence, stored.reason) == row
    assert (stored.occasion, stored.number) == (date(2026, 3, 6), 0)
    friday = next(each for each in on_board.show().promises if each.occasions)
    assert (friday.made, friday.occasions) == (int(row[0] == "kept"), 1)
    assert friday.tracked.state is PromiseState.PENDING


def test_another_answer_to_an_occasion_adds_a_row(world: World, deal: int, on_board: Board) -> None:
    [nudge, *_] = sent(world, Kind.UPDATE, datetime(2026, 3, 6, 18, tzinfo=UTC))
    assert nudge.occasion is not None
    where = (deal, nudge.occasion.statement_id, nudge.occasion.number, nudge.occasion.day)
    world.do(promised_occasions.mark_missed, OccasionRequest(world.caller(), *where))
    world.do(promised_occasions.mark_done, OccasionRequest(world.caller(), *where))

    assert [each.state for each in world.all(PromiseOutcome)] == ["missed", "kept"]
    assert [each for each in world.actions(deal) if each.startswith("promise_")] == ["promise_missed", "promise_done"]
    assert [(each.made, each.occasions) for each in on_board.show().promises if each.occasions] == [(1, 1)]


# --- until the end ---


def test_m6_3_nothing_changed_begins_the_delivery_and_answers_the_nudge(world: World, deal: int) -> None:
    world.click(completion.no_corrections, deal)
    world.click(completion.no_corrections, deal)

    assert world.stage(deal) == Stage.DELIVERING
    assert world.actions(deal).count("no_corrections") == 1
    assert world.queued(Kind.CORRECTIONS) == []


def test_the_deal_is_complete_only_when_every_promise_is_settled(world: World, deal: int, on_board: Board) -> None:
    on_board.settle("Go-live")
    screen = world.click(completion.complete, deal)
    assert (screen.note, len(screen.open_wordings)) == (BoardNote.NOT_YET, 3)
    assert world.stage(deal) == Stage.DELIVERING
    on_board.settle_all()
    world.click(completion.complete, deal)

    summary = on_board.show()

    assert world.stage(deal) == Stage.COMPLETED
    assert (summary.asks, summary.outcome.kept, summary.outcome.earned) == (False, 4, False)
    assert set(summary.lists.values()) == {True}
    with pytest.raises(NotNowError):
        on_board.settle("Go-live", PromiseState.MISSED)
    assert world.queued(Kind.REFERRAL) == []  # that it was kept is only our word (M10.2)


def test_m5_2_the_referrals_are_earned_by_their_own_word(world: World, deal: int, on_board: Board) -> None:
    on_board.settle_all()
    for each in world.statements(deal):
        on_board.they_said_so(each.wording)

    summary = world.click(completion.complete, deal)

    assert summary.outcome.earned
    shown = promises_view.render(summary, Texts(SlackMarkup(), COMMAND))
    rows = [row for row in shown.components if isinstance(row, ActionRow)]
    assert [each.action_id for row in rows for each in row.elements] == [
        ActionId.REFERRALS_OPEN,  # the next step (M5.2)
        ActionId.PROMISES_VALUE_DAY,
    ]


def test_m7_3_once_the_last_day_is_over_one_nudge_asks_and_then_the_digest(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "Go-live by 1 April", "40 seats")
    world.agree_to_all(deal)
    world.wrap_up(deal)
    world.send_recap(deal)

    asked = sent(world, Kind.OUTCOME_DUE, datetime(2026, 4, 2, 18, tzinfo=UTC))

    [nudge] = asked
    assert world.now.date() == date(2026, 4, 2)
    assert nudge.card.promises is not None
    assert nudge.card.promises.outcome.pending == 2
    assert len(world.queued(Kind.DIGEST)) >= 1
    board_screen = world.click(completion.keep_the_rest, deal)
    assert (board_screen.outcome.kept, board_screen.outcome.settled) == (2, True)
    assert world.stage(deal) == Stage.DELIVERING

    [again] = sent(world, Kind.OUTCOME_DUE, world.now + timedelta(days=2))
    assert again.card.promises is not None
    assert again.card.promises.outcome.settled
    world.click(completion.complete, deal)
    assert world.queued(Kind.OUTCOME_DUE) == []
    assert sent(world, Kind.OUTCOME_DUE, world.now + timedelta(days=30)) == []


def test_what_recurs_without_an_end_is_not_asked_about(world: World, deal: int) -> None:
    assert world.queued(Kind.OUTCOME_DUE) == []


def test_what_names_no_day_is_asked_about_with_the_first_look_back(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "", "40 seats")
    world.agree_to_all(deal)
    world.wrap_up(deal)
    world.send_recap(deal)

    [row] = world.queued(Kind.OUTCOME_DUE)
    assert row.due_at.date() == date(2026, 4, 2)
    assert world.stage(deal) == Stage.RECAPPED


def test_m1_5_a_look_back_is_answered_where_it_is_asked(world: World, deal: int) -> None:
    assert len(world.queued(Kind.LOOK_BACK)) == 2
    world.do(next_order.answer, NextOrderAnswered(world.caller(), deal, 30, talked=True))
    [row] = world.queued(Kind.LOOK_BACK)
    assert row.payload["nth"] == 90
    world.do(next_order.answer, NextOrderAnswered(world.caller(), deal, 90, talked=False))

    assert world.queued(Kind.LOOK_BACK) == []
    assert world.actions(deal)[-2:] == ["next_order_talked", "next_order_not_now"]


def test_m10_5_a_touch_is_planned_for_the_dip_and_answered_once(world: World, deal: int) -> None:
    [row] = world.queued(Kind.DIP)
    assert row.due_at.date() == date(2026, 3, 20)
    [touch] = sent(world, Kind.DIP, datetime(2026, 3, 24, tzinfo=UTC))
    for texts in (Texts(SlackMarkup(), COMMAND), Texts(TeamsMarkup({}, ZoneInfo("UTC")), "FirstCall")):
        message = render.message(touch, texts)
        assert isinstance(message, Message)
        assert texts.rich("nudge.dip", customer="Northwind Dental") in str(message)
    world.do(next_order.answer, NextOrderAnswered(world.caller(), deal, touch.days, talked=False))

    assert (world.queued(Kind.DIP), len(world.queued(Kind.LOOK_BACK))) == ([], 2)


def test_m10_4_the_day_of_the_first_result_is_a_reason_to_call(world: World, deal: int) -> None:
    def save(typed: str) -> BoardScreen:
        return world.do(next_order.save_value_day, ValueDaySaved(world.caller(), deal, typed))

    assert save("20 March").value_day == "Fri 20 Mar"
    assert save("Fri 20 Mar").value_day == "Fri 20 Mar"
    [row] = world.queued(Kind.VALUE_DAY)
    assert row.due_at.date() == date(2026, 3, 20)
    world.do(next_order.answer, NextOrderAnswered(world.caller(), deal, next_order.FIRST_RESULT, talked=True))
    assert world.queued(Kind.VALUE_DAY) == []
    assert save("27 March").value_day == "Fri 27 Mar"
    assert len(world.queued(Kind.VALUE_DAY)) == 1
    assert save("").value_day is None
    assert world.queued(Kind.VALUE_DAY) == []
