"""Deal reviews and self-checks: kept for the person, asked for monthly, and shown to nobody else (M7.4, M7.6)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.slack import blocks
from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import File
from bot.ui.texts import Texts
from bot.views import reminders as reminders_view
from bot.views import render
from bot.views import wins as wins_view
from handlers import export
from handlers.call import card_actions, deal_search, drafts
from handlers.call.deal_search import DealSearch
from handlers.call.drafts import FormRequest, FormTyped
from handlers.deal import planning
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.export import Workspace
from handlers.method.reminder_profiles import ReminderProfile
from handlers.method.reminders_due import Kind
from handlers.method.self_check import Question, Trend
from handlers.referrals import page as referrals_page
from handlers.reminders import my_reminders
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import ProfileChosen, RemindersRequest
from handlers.reminders.upcoming import next_messages
from handlers.review import deal_review, self_check
from handlers.review.deal_review import ReviewFilled
from handlers.review.self_check import SelfCheckFilled, SelfCheckRequest
from handlers.screens.deals import DealChoice
from handlers.screens.review import MonthlyChosen, ReviewForm, SelfCheckAsk, SelfCheckDone, SelfCheckSaved
from handlers.team import wins
from handlers.team.wins import TeamRequest
from storage import workspaces
from storage.models import DealReview, SelfCheck, Tenant
from tests.handlers.test_compose import compose_next
from tests.handlers.test_reminders import planned
from tests.handlers.world import ANNA, BEN, World

SECRET = "Between-me-and-myself"
TEXTS = Texts(SlackMarkup(), COMMAND)


def review(world: World, deal: int, did: str = "", more: str = "", without_us: str = "", **who: str) -> object:
    return world.do(deal_review.save, ReviewFilled(world.caller(**who), deal, did, more, without_us))


def check(world: World, *scores: int, person: str = ANNA, event: str | None = None) -> SelfCheckSaved:
    answers = dict(zip(Question, map(str, scores), strict=False))
    return world.do(self_check.save, SelfCheckFilled(world.caller(person, event=event), answers))


def on_self_check(world: World, handler: Callable[..., MonthlyChosen], person: str = ANNA) -> MonthlyChosen:
    return world.do(handler, SelfCheckRequest(world.caller(person)))


def hourly_job(world: World) -> None:
    tenant = world.all(Tenant)[0].id
    world.database.write_sync(self_check.plan_checks, tenant, world.now)


def asked(world: World) -> list[object]:
    """Send all that is due: the screens about the self-check."""
    found: list[object] = []
    while (composed := compose_next(world)) is not None:
        if isinstance(composed, OutboundMessage) and isinstance(composed.screen, SelfCheckAsk | SelfCheckDone):
            found.append(composed.screen)
    return found


# --- the deal review ---


@pytest.mark.parametrize("ends", [World.complete, lambda world, deal: world.click(card_actions.lose, deal)])
def test_a_deal_is_looked_back_on_when_it_is_won_or_lost(world: World, ends: Callable[[World, int], object]) -> None:
    deal = world.a_recapped_deal()
    ends(world, deal)
    review(world, deal, "I called the same day", "  Asked who decides\r\nearlier ", "")
    world.advance(days=1)

    form = world.click(deal_review.show, deal)

    assert (form.did, form.more, form.without_us) == ("I called the same day", "Asked who decides\nearlier", "")
    assert form.answered_at == world.now - timedelta(days=1)
    review(world, deal, form.did, form.more, form.without_us)
    assert len(world.all(DealReview)) == 1
    review(world, deal, form.did, form.more, "A partner who answers")
    assert [each.without_us for each in world.all(DealReview)] == ["", "A partner who answers"]


def test_the_next_review_begins_with_what_one_wanted_to_do_better(world: World) -> None:
    first, second = world.a_recapped_deal(), world.an_aligned_deal("Harbor Foods")
    review(world, first, more="Ask who decides")
    form = world.click(deal_review.show, second)
    assert (form.last_time, form.last_customer, form.did) == ("Ask who decides", "Northwind Dental", "")


def test_a_review_needs_a_word_and_something_to_look_back_on(world: World) -> None:
    deal, open_deal = world.an_aligned_deal(), world.a_deal("Harbor Foods")
    with pytest.raises(InvalidEntryError, match="review_empty"):
        review(world, deal, " ", "\n", "")
    with pytest.raises(InvalidEntryError, match="text_too_long"):
        review(world, deal, "x" * 2001)
    with pytest.raises(NotNowError, match="review_later"):
        review(world, open_deal, "I called")


def test_the_command_finds_deals_that_are_over_first(world: World) -> None:
    lost, _running = world.a_recapped_deal(), world.an_aligned_deal("Harbor Foods")

    def find(typed: str = "") -> ReviewForm | DealChoice:
        return world.do(deal_review.find, DealSearch(world.caller(), typed))

    assert isinstance(find(), DealChoice)
    world.click(card_actions.lose, lost)
    found = find()
    assert isinstance(found, ReviewForm)
    assert found.deal.id == lost
    other = find("harbor")
    assert isinstance(other, ReviewForm)
    assert other.deal.customer == "Harbor Foods"


# --- the self-check ---


def test_the_trend_is_the_persons_own(world: World) -> None:
    check(world, 5, 5, 5, person=BEN)
    for scores in ((3, 2, 4), (4, 2, 4), (4, 2, 1)):
        world.advance(days=30)
        saved = check(world, *scores)
    assert [(each.scores, each.trend) for each in saved.history] == [
        ((3, 4, 4), Trend.UP),
        ((2, 2, 2), Trend.STEADY),
        ((4, 4, 1), Trend.DOWN),
    ]


@pytest.mark.parametrize("scores", [(), (3, 4), (0, 3, 3), (3, 6, 3)])
def test_every_question_needs_an_answer(world: World, scores: tuple[int, ...]) -> None:
    with pytest.raises(InvalidEntryError, match="score_missing"):
        check(world, *scores)
    assert world.all(SelfCheck) == []


def test_it_is_asked_for_on_the_first_working_morning_of_the_month(world: World) -> None:
    """1 May is no public holiday in UTC, 1 August 2026 is a Saturday."""
    world.an_aligned_deal()
    hourly_job(world)
    hourly_job(world)
    assert planned(world, Kind.SELF_CHECK) == ["self_check Wed 01 08:30"]
    world.now = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
    assert asked(world) == [SelfCheckAsk()]
    hourly_job(world)
    assert planned(world, Kind.SELF_CHECK) == ["self_check Fri 01 08:30"]

    check(world, 3, 4, 5)

    assert asked(world) == [SelfCheckDone()]


def test_a_message_that_was_ignored_makes_way_for_the_next_months(world: World) -> None:
    world.an_aligned_deal()
    hourly_job(world)
    world.now = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
    asked(world)
    hourly_job(world)
    world.now = datetime(2026, 4, 30, 8, 30, tzinfo=UTC)
    hourly_job(world)
    world.now = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
    assert asked(world) == [SelfCheckAsk(), SelfCheckDone(newer=True)]


def test_one_tap_ends_it_and_another_starts_it_again(world: World) -> None:
    world.an_aligned_deal()
    hourly_job(world)
    assert on_self_check(world, self_check.stop_asking) == MonthlyChosen(monthly=False)
    hourly_job(world)
    assert planned(world, Kind.SELF_CHECK) == []

    assert on_self_check(world, self_check.ask_monthly) == MonthlyChosen(monthly=True)

    assert planned(world, Kind.SELF_CHECK) == ["self_check Wed 01 08:30"]
    assert on_self_check(world, self_check.ask_monthly) == MonthlyChosen(monthly=True)
    assert len(planned(world, Kind.SELF_CHECK)) == 1


def test_nobody_is_asked_who_wants_few_messages_or_none(world: World) -> None:
    world.an_aligned_deal()
    hourly_job(world)
    world.do(my_reminders.choose_profile, ProfileChosen(world.caller(), ReminderProfile.LIGHT))
    world.now = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
    assert asked(world) == []
    hourly_job(world)
    assert planned(world, Kind.SELF_CHECK) == []
    with pytest.raises(NotNowError, match="self_check_quiet"):
        on_self_check(world, self_check.ask_monthly)
    world.do(my_reminders.choose_profile, ProfileChosen(world.caller(), ReminderProfile.STANDARD))
    world.do(my_reminders.opt_out, RemindersRequest(world.caller()))
    hourly_job(world)
    assert planned(world, Kind.SELF_CHECK) == []
    world.do(my_reminders.opt_in, RemindersRequest(world.caller()))
    hourly_job(world)
    assert planned(world, Kind.SELF_CHECK) == ["self_check Fri 01 08:30"]


def test_who_has_no_call_lately_is_not_asked(world: World) -> None:
    world.a_deal()
    hourly_job(world)
    assert planned(world, Kind.SELF_CHECK) == []
    world.an_aligned_deal("Harbor Foods")
    world.advance(days=93)
    hourly_job(world)
    assert planned(world, Kind.SELF_CHECK) == []


# --- who sees what ---


def everything_others_see(world: World, deal: int) -> Iterator[str]:
    """Each surface that somebody else than the person can reach: screens, messages, exports, lists for operators."""

    def deal_now(session: Session) -> object:
        return session.get_one(planning.Deal, deal)

    ben = world.caller(BEN, event="")
    texts, workspace = TEXTS, world.read(lambda session: workspaces.find_tenant(session, "slack", world.workspace))
    assert workspace is not None
    of = Workspace(workspace.id, "slack", world.workspace, None)
    yield json.dumps(world.database.read_sync(export.page, of), default=str)
    yield str([list(export.table(each)) for each in world.database.read_sync(export.page, of)])
    yield str(world.database.read_sync(next_messages, of, 100))
    yield str(world.do(wins.team_wins, TeamRequest(ben)))
    yield json.dumps(blocks.message(wins_view.team(world.do(wins.team_wins, TeamRequest(ben)), texts)))
    yield str(world.do(deal_search.my_deals, DealSearch(ben)))
    yield json.dumps(
        blocks.message(reminders_view.my_reminders(world.do(my_reminders.show, RemindersRequest(ben)), texts))
    )
    yield str(world.all_rows()["audit_log"])
    yield str(world.all_rows()["outbox"])
    # Whoever gets the deal sees its card, record and referrals, but nothing that its rep wrote for themselves.
    hand_over(world, deal)
    for handler in (card_actions.show_card, card_actions.show_record, referrals_page.show, deal_review.show):
        screen = world.click(handler, deal, BEN)
        yield str(screen)
        shown = render.message(screen, texts) if handler is card_actions.show_card else render.modal(screen, texts)  # type: ignore[arg-type]
        assert not isinstance(shown, File)
        yield str(shown)
    yield str(world.do(self_check.show, SelfCheckRequest(ben)))
    found = FormRequest(ben, deal, "review")
    yield str(world.database.read_sync(drafts.find, found))


def hand_over(world: World, deal: int) -> None:
    def hand(session: Session) -> None:
        row = session.get_one(planning.Deal, deal)
        ben = workspaces.get_or_create_person(session, BEN, world.now)
        planning.hand_over(session, row, ben, None, world.now)

    world.write(hand)


def test_nobody_elses_surface_shows_what_is_private(world: World) -> None:
    """M7.4, M7.6: not the export, not a manager's view, not the next rep of the deal; not even what is half typed."""
    deal = world.a_recapped_deal()
    typed = FormTyped(
        FormRequest(world.caller(event=""), deal, "review"),
        "{}",
        {"did": f"{SECRET} draft"},
        world.now,
        submission_key="",
    )
    assert world.database.write_sync(drafts.keep, typed, world.now)
    review(world, deal, f"{SECRET} one", f"{SECRET} two", f"{SECRET} three")
    check(world, 1, 2, 1)
    world.advance(days=30)
    check(world, 2, 2, 1)
    before = world.actions(deal)

    for number, surface in enumerate(everything_others_see(world, deal)):
        assert SECRET not in surface, number
        assert "SelfCheck" not in surface.replace("SelfCheckForm", "").replace("SelfCheckAsk", ""), number

    assert [action for action in before if "review" in action or "check" in action] == []
    with pytest.raises(NotYoursError):
        world.click(deal_review.show, deal)
    assert [each.scores for each in world.do(self_check.show, SelfCheckRequest(world.caller(BEN))).history] == [()] * 3
    assert [each.scores for each in world.do(self_check.show, SelfCheckRequest(world.caller())).history] == [
        (1, 2),
        (2, 2),
        (1, 1),
    ]


def test_only_two_rooms_read_the_private_tables() -> None:
    """No other query can leak what no other query reads."""
    root = Path(__file__).parents[2]
    readers = {
        path.relative_to(root).as_posix()
        for folder in ("bot", "handlers", "storage")
        for path in (root / folder).rglob("*.py")
        if re.search(
            r"\b(DealReview|SelfCheck|latest_review|latest_other_review|latest_checks)\b", path.read_text("utf-8")
        )
    }
    assert readers == {
        "handlers/reminders/compose_self_check.py",  # only when the last one was
        "handlers/review/deal_review.py",
        "handlers/review/self_check.py",
        "storage/models/__init__.py",
        "storage/models/review.py",
        "storage/review.py",
        "storage/tenant_move.py",
    }


def test_what_is_half_typed_about_a_lost_deal_is_kept_for_the_person(world: World) -> None:
    deal = world.an_aligned_deal()
    world.click(card_actions.lose, deal)
    form = FormRequest(world.caller(event=""), deal, "review")
    assert world.database.write_sync(
        drafts.keep, FormTyped(form, "{}", {"did": "half"}, world.now, submission_key=""), world.now
    )
    found = world.database.read_sync(drafts.find, form)
    assert found is not None
    assert found.entries == {"did": "half"}
    other = FormRequest(world.caller(event=""), deal, "checklist")
    assert not world.database.write_sync(
        drafts.keep, FormTyped(other, "{}", {"reached": "half"}, world.now, submission_key=""), world.now
    )
