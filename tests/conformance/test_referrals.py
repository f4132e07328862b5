"""Referrals, the deal review and the self-check on every platform, through each platform's own requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.ui.ids import ActionId, ViewId
from handlers import export
from handlers.deal.facts import statements_of
from handlers.deal.planning import advance
from handlers.method.stages import Stage
from storage.models import Deal, DealReview, PromiseOutcome, SelfCheck
from storage.tenancy import ALL_TENANTS, scope
from tests.conformance.platform import PlatformUnderTest, exported
from tests.conformance.test_platforms import the_card


async def a_recapped_deal(platform: PlatformUnderTest) -> None:
    modal = await platform.click(await the_card(platform), ActionId.CARD_GO_ON)
    entries = {"reached": "Dana", "steps": [], "expectations": "A call every Friday", "priorities": ""}
    modal = await platform.submit(modal, entries)
    while modal.view != ViewId.WRAP_UP:
        if modal.view == ViewId.READ_BACK:
            modal = await platform.click(modal, ActionId.READ_AGREED)
        else:
            modal = await platform.submit(modal, {})
    entries = {"objectives": [*(modal.boxes or {})["objectives"]], "outcome": "agreed", "why_missing": "no_time"}
    modal = await platform.submit(modal, entries)
    await platform.submit(modal, {})


async def everything_is_kept(platform: PlatformUnderTest) -> None:
    """The customer says that each promise was kept, and the deal is completed."""
    [workspace] = [each for each in await platform.database.read(export.workspaces) if each.platform == platform.name]

    def keep(session: Session) -> None:
        scope(session, workspace.id)
        deal = session.scalars(select(Deal)).one()
        now: datetime = deal.stage_since
        for each in statements_of(session, deal.id):
            session.add(
                PromiseOutcome(
                    statement_id=each.id,
                    version=each.version,
                    state="kept",
                    said_by="customer",
                    recorded_by=deal.owner_id,
                    at=now,
                )
            )
        session.flush()
        for stage in (Stage.DELIVERING, Stage.COMPLETED):
            advance(session, deal, stage, deal.owner_id, now)

    await platform.database.write(keep)


async def test_m5_2_m10_8_referrals_are_closed_until_earned_then_asked_for_and_followed(
    platform: PlatformUnderTest,
) -> None:
    await a_recapped_deal(platform)
    page = await platform.command("referrals northwind")
    assert page.view == ViewId.REFERRALS
    assert "A call every Friday" in page.text
    assert ActionId.REFERRALS_ASKED not in dict(page.clickable)

    await everything_is_kept(platform)
    page = await platform.command("referrals")
    form = await platform.click(page, ActionId.REFERRALS_PLAN)
    offered = next(name for name, _ in form.clickable if name.startswith("referrals."))
    page = await platform.click(form, offered)
    assert ActionId.REFERRALS_CLEAR in dict(page.clickable)
    form = await platform.click(page, ActionId.REFERRALS_ASKED)
    page = await platform.submit(form, {"answer": "names", "names": "Jo Miller\nKim <Lee>"})
    assert page.view == ViewId.REFERRALS
    assert "Jo Miller" in page.text
    assert "Kim <Lee>" in page.text

    page = await platform.click(page, ActionId.REFERRALS_STEP)
    assert (await platform.click_again()).view in ("", ViewId.REFERRALS)  # it came twice
    page = await platform.command("referrals northwind")
    assert "Jo Miller" in page.text
    [deal] = await exported(platform)
    assert deal["referral_counts"] == {"agreed": 5, "got": 2, "introduced": 1, "met": 0, "won": 0}
    assert "Miller" not in str(deal)

    form = await platform.click(page, ActionId.REFERRALS_EDIT)
    page = await platform.submit(form, {"name": "Jo Miller", "how_known": "Sisters", "introduction": "An email"})
    assert "Sisters" in page.text


async def test_m7_4_m7_6_a_review_and_a_self_check_are_kept_for_the_person(platform: PlatformUnderTest) -> None:
    await a_recapped_deal(platform)
    form = await platform.command("review northwind")
    assert form.view == ViewId.REVIEW
    saved = await platform.submit(form, {"did": "I called", "more": "Ask earlier", "without_us": ""})
    assert platform.texts.rich("review.saved") in saved.text
    again = await platform.command("review northwind")
    assert (again.fields or {})["more"] == "Ask earlier"

    form = await platform.command("selfcheck")
    assert form.view == ViewId.SELF_CHECK
    saved = await platform.submit(form, {"expectations": "3", "knowledge": "4", "ownership": "5"})
    assert platform.texts.rich("selfcheck.saved") in saved.text
    assert "3" in saved.text
    answer = await platform.click(saved, ActionId.SELF_CHECK_STOP)
    assert platform.texts.rich("selfcheck.off", command=platform.texts.command) in answer.text

    def kept(session: Session) -> tuple[int, int]:
        everywhere = {ALL_TENANTS: True}
        reviews = session.scalars(select(DealReview), execution_options=everywhere).all()
        return len(reviews), len(session.scalars(select(SelfCheck), execution_options=everywhere).all())

    assert await platform.database.read(kept) == (1, 1)
    assert "Ask earlier" not in str(await exported(platform))
