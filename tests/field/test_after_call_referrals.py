"""What users of referral, feedback and pulse bots reported: asked twice, answers lost, answers that others read."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.ui.ids import ViewId
from handlers import export
from handlers.call import card_actions, drafts
from handlers.call.drafts import FormRequest, FormTyped
from handlers.export import Workspace
from handlers.method.reminders_due import Kind
from handlers.method.self_check import Question
from handlers.referrals import asking, named
from handlers.referrals.asking import AskAnswered
from handlers.referrals.named import ReferralSaved
from handlers.requests import Caller
from handlers.review import self_check
from handlers.review.self_check import SelfCheckFilled
from handlers.workspace.profile_changes import ProfileSeen, profile_seen
from storage.database import Database
from storage.models import Referral, Tenant
from tests.handlers.test_referrals import a_completed_deal
from tests.handlers.test_reminders import planned, rows
from tests.handlers.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def submitted(world: World, content: str) -> Caller:
    """The same open form, submitted with this content: under one view id, as Slack does after "Try again?"."""
    return replace(world.caller(event="form:1"), content=content)


@pytest.mark.reported("sourcegraph/sourcegraph-public-snapshot#43884")
def test_a_form_that_is_sent_again_after_a_slow_answer_counts_once(world: World) -> None:
    """Also when one entry was put right first: the second submission takes the place of the first."""
    deal = a_completed_deal(world)
    for names in ("Jo Miler\nKim Lee", "Jo Miler\nKim Lee", "Jo Miller\nKim Lee"):
        world.do(asking.save_asked, AskAnswered(submitted(world, names), deal, "names", names))
        world.advance(seconds=3)
    assert [each.name for each in world.all(Referral)] == ["Jo Miller", "Kim Lee"]

    for name in ("Sam Otriz", "Sam Ortiz"):
        caller = replace(world.caller(event="form:2"), content=name)
        world.do(named.save, ReferralSaved(caller, deal, 0, name, "", ""))
        world.advance(seconds=3)
    assert [each.name for each in world.all(Referral)] == ["Jo Miller", "Kim Lee", "Sam Ortiz"]


@pytest.mark.reported("sourcegraph/sourcegraph-public-snapshot#43884")
def test_a_self_check_that_is_corrected_at_once_is_one_point_of_the_trend(world: World) -> None:
    for score in "144":
        answers = dict.fromkeys(Question, score)
        saved = world.do(self_check.save, SelfCheckFilled(submitted(world, score), answers))
        world.advance(seconds=3)
    assert [each.scores for each in saved.history] == [(4,)] * 3


@pytest.mark.reported("codeforamerica/rva-screening#181")
@pytest.mark.parametrize(
    "typed",
    [
        "Zoë Ångström\n" + unicodedata.normalize("NFD", "Zoë Ångström"),
        "1. Zoë Ångström\n2) ZOË ÅNGSTRÖM",
        "Zoë Ångström\nZoë\u00a0\u200bÅngström\u200f",
    ],
)
def test_one_person_is_one_referral_however_they_are_typed(world: World, typed: str) -> None:
    deal = a_completed_deal(world)
    world.do(asking.save_asked, AskAnswered(world.caller(), deal, "names", typed))
    assert [each.name for each in world.all(Referral)] == ["Zoë Ångström"]


@pytest.mark.reported("claroline/Distribution#5950")
def test_what_is_half_typed_into_a_private_form_is_in_no_export(world: World) -> None:
    """The answers were left out of the export, and what was typed of them was in it."""
    deal = world.a_recapped_deal()
    for form, field in ((ViewId.REVIEW, "did"), (ViewId.REFERRAL_ASKED, "names")):
        typed = FormTyped(
            FormRequest(world.caller(event=""), deal, form), "{}", {field: "Nobody else"}, world.now, submission_key=""
        )
        assert world.database.write_sync(drafts.keep, typed, world.now)
    tenant = world.all(Tenant)[0]
    found = world.database.read_sync(export.page, Workspace(tenant.id, "slack", tenant.external_id, None))
    assert "Nobody else" not in str(found)


@pytest.mark.reported("DataBiosphere/terra-ui#3153")
def test_what_is_typed_about_a_lost_deal_survives_a_form_that_was_closed(world: World) -> None:
    deal = world.an_aligned_deal()
    world.click(card_actions.lose, deal)
    form = FormRequest(world.caller(event=""), deal, ViewId.REVIEW)
    typed = FormTyped(form, "{}", {"did": "I called the same day"}, world.now, submission_key="")
    assert world.database.write_sync(drafts.keep, typed, world.now)
    found = world.database.read_sync(drafts.find, form)
    assert found is not None
    assert found.entries == {"did": "I called the same day"}


@pytest.mark.reported("flutter/flutter-intellij#5976")
@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Pacific/Auckland", datetime(2026, 3, 31, 19, 30, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 4, 1, 3, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 4, 1, 15, 30, tzinfo=UTC)),
    ],
)
def test_the_monthly_question_comes_on_the_first_of_the_persons_own_month(
    world: World, zone: str, due: datetime
) -> None:
    """Also when their zone becomes known after it was planned."""
    world.an_aligned_deal()
    world.database.write_sync(self_check.plan_checks, world.all(Tenant)[0].id, world.now)
    assert planned(world, Kind.SELF_CHECK) == ["self_check Wed 01 08:30"]
    world.do(profile_seen, ProfileSeen("slack", world.workspace, "U_ANNA", world.caller(zone=zone).profile))
    assert [row.due_at for row in rows(world, Kind.SELF_CHECK)] == [due]
