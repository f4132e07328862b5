"""The recap in Slack: into the rep's own mail, hints that block nothing, and the customer's correction (M6)."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

from bot.ui.ids import ActionId
from handlers.call.wrap_up import ALL_OBJECTIVES
from tests.sandbox.user_driver import Json
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording

OBJECTIVES = [ALL_OBJECTIVES]
EXPECTATIONS = "A call every Friday\nNo invoice before go-live"
PRIORITIES = "Fast check-in"


async def aligned(office: Office, expectations: str = EXPECTATIONS, priorities: str = PRIORITIES) -> Json:
    """A call that is done; gives the modal of the recap."""
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture(expectations, priorities)
    return await read_to_the_end(office)


async def read_to_the_end(office: Office) -> Json:
    while (await office.view())["callback_id"] == "readback":
        await office.tap_in_view(ActionId.READ_AGREED)
    await office.submit(objectives=OBJECTIVES, outcome=("agreed",), number="4", why_missing=("follows",))
    view = await office.view()
    assert view["callback_id"] == "recap"
    return view


def text_of(view: Json) -> str:
    return "\n".join(str(block.get("text") or block.get("elements")) for block in view["blocks"])


def draft_of(view: Json) -> str:
    """The text to edit."""
    return next(str(b["element"]["initial_value"]) for b in view["blocks"] if b.get("block_id") == "body")


async def edited(office: Office, old: str, new: str) -> Json:
    """The rep changes the email; gives the modal that follows."""
    await office.tap_in_view(ActionId.RECAP_EDIT)
    draft = draft_of(await office.view())
    assert old in draft
    await office.submit(body=draft.replace(old, new))
    return await office.view()


def mail_of(view: Json) -> str:
    """The body of the mail that the link opens."""
    (url,) = re.findall(rf"<(mailto:[^|>]+)\|{wording('recap.open_mail')}>", text_of(view))
    query = parse_qs(urlsplit(html.unescape(url)).query)
    assert query["subject"] == [wording("recap.subject")]
    return query["body"][0].replace("\r\n", "\n")


async def test_the_link_opens_the_drafted_mail(office: Office) -> None:
    view = await aligned(office)

    draft = mail_of(view)
    assert wording("recap.greeting", name="Dana") in text_of(view)
    await office.tap_in_view(ActionId.RECAP_EDIT)
    assert draft_of(await office.view()) == draft
    assert draft.startswith(wording("recap.greeting", name="Dana") + "\n\n")
    assert draft.endswith("\n\n" + wording("recap.signed", name="Ada"))


async def test_a_mail_that_is_too_long_for_a_link_says_so(office: Office) -> None:
    long = "\n".join(f"{number} {'words and ' * 8}more" for number in range(1, 20))
    view = await aligned(office, long, "")

    assert mail_of(view).endswith(wording("recap.cut_mark"))
    assert wording("recap.open_mail_cut") in text_of(view)
    await office.submit()
    await office.card(fixed_part("card.title_recapped"))


async def test_what_was_edited_is_what_opens_and_hints_block_nothing(office: Office) -> None:
    await aligned(office)

    hinted = await edited(office, "a call from me every Friday", "a call <!channel> each week")
    assert wording("lint.missing", what="“A call every Friday”") in text_of(hinted)
    mine = mail_of(hinted)
    assert "a call <!channel> each week" in mine
    await office.submit()
    assert await office.views() == []

    await office.card(fixed_part("card.title_recapped"))
    (deal,) = await office.export()
    assert [(mail["body"] == mine, mail["sent_at"] is not None) for mail in deal["recaps"]] == [
        (False, False),
        (True, True),
    ]


async def test_the_customers_corrections_are_read_back_and_recapped_again(office: Office) -> None:
    await aligned(office)
    await office.submit()
    card = await office.card(fixed_part("card.title_recapped"))

    await office.tap(card, ActionId.CARD_CORRECTED)
    choice = await office.view()
    assert wording("refusal.nothing_ticked") in (await office.submit())["errors"]["statements"]
    (first, *_) = (box["value"] for box in choice["blocks"][1]["element"]["options"])
    await office.submit(statements=[first])
    assert "“A call every Friday”" in text_of(await office.view())
    await office.card(wording("card.progress", settled=2, total=3))
    await office.tap_in_view(ActionId.READ_CORRECTED)
    await office.submit(wording="A call every Thursday")
    view = await read_to_the_end(office)
    assert "a call from me every Thursday" in mail_of(view)
    assert "Friday" not in mail_of(view)
    await office.submit()

    await office.card(fixed_part("card.title_recapped"))
    (deal,) = await office.export()
    assert [mail["version"] for mail in deal["recaps"]] == [1, 2]
    said = [(word["version"], word["said"]) for word in deal["statements"][0]["confirmations"]]
    assert said == [(1, "agreed"), (1, "corrected"), (2, "corrected"), (3, "agreed")]
    assert "reopened" in [entry["action"] for entry in deal["timeline"]]


async def test_forty_long_statements_can_be_chosen_from(office: Office) -> None:
    wordings = ["\n".join(f"{kind}{number} {'long ' * 20}end" for number in range(20)) for kind in "EP"]
    await aligned(office, *wordings)
    await office.submit()

    await office.tap(await office.card(fixed_part("card.title_recapped")), ActionId.CARD_RECORD)
    await office.tap_in_view(ActionId.CARD_CORRECTED)

    view = await office.view()
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == [
        "statements",
        "statements_2",
        "statements_3",
        "statements_4",
    ]
    assert text_of(view).count("long end”") == 40
    last = view["blocks"][-11]["element"]["options"][-1]["value"]
    await office.submit(statements_4=[last])
    assert "P19 long" in text_of(await office.view())
