"""Several deals in a message, from the platform's event to the cards, on Slack and on Teams."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.teams.chats import ADA, BRUNO, CARLA
from storage.models import Deal
from storage.tenancy import ALL_TENANTS
from tests.field.test_order import Letterbox
from tests.sandbox.user_driver import ADA as ADA_ON_SLACK
from tests.sandbox.user_driver import BRUNO as BRUNO_ON_SLACK
from tests.sandbox.user_driver import MARIT, Json
from tests.slack.slack_driver import Office
from tests.slack.test_one_deal_once import app_posts, attachment
from tests.teams.listening_bot import changed, deals, mention, posted
from tests.teams.teams_driver import Company, until
from tests.wording import wording

reported = pytest.mark.reported
pytestmark = [pytest.mark.both_databases]

ACME, BROOK, CORTI = "Acme Dental", "Brook & Sons", "Corti Foods"
TWO = "Closed Acme Dental ($10k) and Brook & Sons ($20k)"
THREE = "Closed Acme Dental ($10k), Brook & Sons ($20k) and Corti Foods ($5k)"
ONE = "Closed Acme Dental ($10k)"


def sums(found: list[Json]) -> dict[str, str]:
    """Each exported deal's amount by its customer."""
    return {deal["customer"]: deal["amount"] for deal in found}


async def doubts(bot: Office | Company) -> dict[str, str | None]:
    def read(session: Session) -> dict[str, str | None]:
        found = session.execute(select(Deal.customer, Deal.doubt), execution_options={ALL_TENANTS: True})
        return dict(found.all())

    return await bot.bot.database.read(read)


# --- Slack --------------------------------------------------------------------------------------------------------


@reported("GregSutcliffe/maubot-meetings#44", "attzonko/mmpy_bot#107")
async def test_two_deals_in_a_slack_post_are_two_cards(office: Office) -> None:
    await office.post(TWO)
    for customer in (ACME, BROOK):
        await office.card(wording("card.title_open", customer=customer).replace("&", "&amp;"))
    assert sums(await office.export()) == {ACME: "10000.00", BROOK: "20000.00"}


@pytest.fixture
async def letterbox(office: Office) -> Any:
    yield Letterbox(office, await office.people.channel_id("wins"))
    office.sandbox.state.log.clear()  # Slack has no permalinks for messages that only the test knows


@reported("The-Politico/django-slackchat-serializer#24", "kentcdodds/kcd-discord-bot-v1#71")
async def test_an_edit_of_a_slack_post_changes_only_what_it_names(letterbox: Letterbox) -> None:
    two, three = TWO.replace("&", "&amp;"), THREE.replace("&", "&amp;")
    await letterbox.deliver(letterbox.posted(two), letterbox.posted(two), letterbox.edited(three, 30, before=two))
    assert sums(await letterbox.office.export()) == {ACME: "10000.00", BROOK: "20000.00", CORTI: "5000.00"}
    await letterbox.deliver(letterbox.edited(ONE, 60, before=three))
    assert await doubts(letterbox.office) == {ACME: None, BROOK: "retracted", CORTI: "retracted"}
    await letterbox.deliver(letterbox.deleted(ONE, 90))
    assert await doubts(letterbox.office) == {ACME: "deleted", BROOK: "deleted", CORTI: "deleted"}


@reported("own trial: a manager lists the wins of several reps")
async def test_each_deal_of_a_slack_post_goes_to_its_own_rep(office: Office) -> None:
    text = f"<@{BRUNO_ON_SLACK}> closed Acme Dental ($10k). <@{ADA_ON_SLACK}> closed Brook &amp; Sons ($20k)"
    await office.post(text, who=MARIT, raw=True)
    await office.card(ACME, who=BRUNO_ON_SLACK)
    await office.card("Brook", who=ADA_ON_SLACK)
    reps = {deal["customer"]: deal["rep"]["id"] for deal in await office.export()}
    assert reps == {ACME: BRUNO_ON_SLACK, BROOK: ADA_ON_SLACK}


@reported("own trial: one of several deals is corrected in a message of its own")
async def test_a_correction_on_slack_finds_the_deal_of_the_post(office: Office) -> None:
    await office.post(TWO)
    await office.post("correction: Acme is $12k")
    await office.post("correction: it is $99k")
    assert sums(await office.export()) == {ACME: "12000.00", BROOK: "20000.00"}


@reported("Qiuyi-Hong/notion2attioBackend#13", "Atlas-Authority/marketing-automation#68")
async def test_two_records_in_slack_cards_are_two_deals_and_the_same_is_one(office: Office) -> None:
    for customer, amount, record in (
        (ACME, "$10,000", "https://app.hubspot.com/contacts/12/deal/345"),
        (ACME, "$10,000", "https://app.hubspot.com/contacts/12/deal/678"),
        ("AD Holding", "$11,000", "https://app.hubspot.com/contacts/12/deal/678/?utm_source=slack"),
    ):
        content = attachment(customer, amount, "Ada Kemp")
        content["attachments"][0]["title_link"] = record
        await app_posts(office, **content)
    assert [(deal["customer"], deal["amount"]) for deal in await office.export()] == [(ACME, "10000.00")] * 2


# --- Teams --------------------------------------------------------------------------------------------------------


@reported("GregSutcliffe/maubot-meetings#44", "attzonko/mmpy_bot#107")
async def test_two_deals_in_a_teams_post_are_two_cards(company: Company) -> None:
    await company.post(posted(company, TWO.replace("&", "&amp;")))
    assert sums(await deals(company)) == {ACME: "10000.00", BROOK: "20000.00"}
    for customer in (ACME, "Brook"):
        await until(lambda customer=customer: any(customer in said for said in cards(company)))  # type: ignore[misc]


def cards(company: Company) -> list[str]:
    """What Ada's cards say."""
    return [str(message.get("attachments")) for message in company.chat(ADA).messages.values()]


@reported("The-Politico/django-slackchat-serializer#24", "kentcdodds/kcd-discord-bot-v1#71")
async def test_an_edit_of_a_teams_post_changes_only_what_it_names(company: Company) -> None:
    message = posted(company, TWO.replace("&", "&amp;"))
    for each in (message, message, changed(message, "editMessage", THREE, id=message["id"])):
        await company.post(each)
    assert sums(await deals(company)) == {ACME: "10000.00", BROOK: "20000.00", CORTI: "5000.00"}
    await company.post(changed(message, "editMessage", ONE, id=message["id"]))
    assert await doubts(company) == {ACME: None, BROOK: "retracted", CORTI: "retracted"}
    await company.post(changed(message, "softDeleteMessage", id=message["id"]))
    assert await doubts(company) == {ACME: "deleted", BROOK: "deleted", CORTI: "deleted"}


@reported("own trial: a manager lists the wins of several reps")
async def test_each_deal_of_a_teams_post_goes_to_its_own_rep(company: Company) -> None:
    company.chat(BRUNO)
    text = "<at>Bruno Costa</at> closed Acme Dental ($10k). <at>Ada Kemp</at> closed Brook &amp; Sons ($20k)"
    people = [mention(each.name, each.user) for each in (BRUNO, ADA)]
    await company.post(posted(company, text, CARLA, entities=people))
    reps = {deal["customer"]: deal["rep"]["id"] for deal in await deals(company)}
    assert reps == {ACME: BRUNO.person, BROOK: ADA.person}
