"""A win is reported several times, by people and by apps: its rep gets one card with the best facts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.user_driver import ADA, BRUNO, MARIT, Json
from tests.slack.slack_driver import Office
from tests.wording import wording

CRM = {"id": "B0CRMCARDS", "app_id": "A0CRMCARDS", "name": "CRM"}


def attachment(customer: str, amount: str, owner: str) -> Json:
    """What a CRM's app posts, in the older form: all in the fields of an attachment."""
    fields = {"Stage": "Closed Won", "Amount": amount, "Owner": owner}
    return {
        "attachments": [
            {
                "fallback": f"Opportunity {customer} was updated",
                "pretext": "An opportunity has been *Closed Won*",
                "title": customer,
                "fields": [{"title": title, "value": value, "short": True} for title, value in fields.items()],
            }
        ]
    }


def block_card(customer: str, amount: str, owner: str) -> Json:
    """The same as blocks."""
    fields = {"Account": customer, "Amount": amount, "Stage": "Closed Won", "Owner": owner}
    return {
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Opportunity Closed Won"}},
            {
                "type": "section",
                "fields": [{"type": "mrkdwn", "text": f"*{title}:* {value}"} for title, value in fields.items()],
            },
        ]
    }


async def app_posts(office: Office, text: str = "", **content: Any) -> Json:
    """An app posts; Marit only lends it the way into the channel."""
    return await office.post(text, who=MARIT, subtype="bot_message", bot_profile=CRM, **content)


async def test_a_post_a_crm_card_and_a_congratulation_make_one_card(office: Office) -> None:
    await office.post("Just closed Northwind for 45k! :tada:")
    await office.card(wording("card.title_open", customer="Northwind"))
    await app_posts(office, **attachment("Northwind Dental", "$45,000.00", "Ada Kemp"))
    cheer = "<@U0ADAKEMP> just closed Northwind Dental for $45,000, what a week!"
    await office.post(cheer, who=BRUNO, channel="#general", raw=True)

    card = await office.card("$45,000")
    assert wording("card.title_open", customer="Northwind Dental") in card["text"]
    await office.people.idle()
    assert len(await office.dm()) == 1
    assert await office.dm(BRUNO) == []
    (deal,) = await office.export()
    assert (deal["customer"], deal["rep"]["id"]) == ("Northwind Dental", ADA)


async def test_the_card_shows_the_day_who_helped_and_a_link_to_the_record(office: Office) -> None:
    card = {
        "attachments": [
            {
                "fallback": "Closed won",
                "pretext": "An opportunity has been *Closed Won*",
                "title": "Northwind Dental",
                "title_link": "https://brightside.lightning.force.com/lightning/r/006/view?a=1&amp;b=2",
                "fields": [
                    {"title": "Amount", "value": "$45,000.00"},
                    {"title": "Term", "value": "12 months"},
                    {"title": "Close Date", "value": "2/27/2026"},
                    {"title": "Owner", "value": "Ada Kemp"},
                    {"title": "Who helped", "value": "<@U0MARITH> & <!channel>"},
                ],
            }
        ]
    }
    await app_posts(office, **card)

    shown = json.dumps(await office.card("Northwind Dental"))
    assert wording("card.close_date", day="Fri 27 Feb 2026") in shown
    assert wording("card.helped", people="<@U0MARITH>") in shown
    assert (
        "<https://brightside.lightning.force.com/lightning/r/006/view?a=1&amp;b=2|" + wording("card.open_in_crm") + ">"
        in shown
    )
    assert "<!channel>" not in shown
    (deal,) = await office.export()
    assert (deal["close_date"], deal["helped_by"]) == ("2026-02-27", ["U0MARITH"])
    assert deal["record_url"] == "https://brightside.lightning.force.com/lightning/r/006/view?a=1&b=2"


@pytest.mark.parametrize(
    "content",
    [
        attachment("Northwind Dental", "$45,000.00", "Ada Kemp"),
        attachment("Northwind Dental", "$45,000.00", "<@U0ADAKEMP>"),
        block_card("Northwind Dental", "$45,000.00", "ada kemp"),
        block_card("Northwind Dental", "$45,000.00", "<@U0ADAKEMP>"),
        {"text": "Deal won: Northwind Dental for $45,000, closed by <@U0ADAKEMP>", "raw": True},
        {"text": "Closed Won: Northwind Dental\nAmount: $45,000\nOwner: Ada"},
    ],
    ids=["name", "mention", "name-in-blocks", "mention-in-blocks", "closed-by", "display-name"],
)
async def test_an_apps_card_prompts_the_owner_that_it_names(office: Office, content: Json) -> None:
    await app_posts(office, **content)

    card = await office.card("Northwind Dental")
    assert "$45,000" in str(card["blocks"])
    assert await office.dm(MARIT) == []
    (deal,) = await office.export()
    assert deal["rep"] == {"id": ADA, "name": "Ada"}


async def test_a_card_with_an_unknown_owner_leaves_nothing(office: Office) -> None:
    await app_posts(office, **attachment("Northwind Dental", "$45,000.00", "Jamie Soto"))

    for person in (ADA, BRUNO, MARIT):
        assert await office.dm(person) == []
