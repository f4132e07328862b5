"""The rep prepares the call on a phone: short steps, nothing lost, one message to print; the call begins with it."""

from __future__ import annotations

import json
from typing import Any

from bot.slack.blocks import MESSAGE_LIMIT
from bot.ui.components import Button
from bot.ui.ids import ActionId
from prompts.playbook import playbook
from tests.sandbox.user_driver import ADA, BRUNO, Json
from tests.slack.slack_driver import Office
from tests.slack.test_foreign_payloads import as_the_bot
from tests.wording import fixed_part, wording

OPENING = playbook().opening.partition("}}")[2]
"""How the call begins, after the name."""
HEBREW = "לקוח חשוב מאוד"
BRIEF = fixed_part("brief.fallback")
NASTY = f"<!channel> & <b>*bold*</b> 🦷 {HEBREW}"


async def a_card(office: Office) -> Json:
    await office.post("Just closed Northwind Dental! $45k ARR")
    return await office.card("Northwind Dental")


def texts(rendered: Any) -> str:
    """Everything that a person can read in a message or view."""
    if isinstance(rendered, dict):
        return " ".join(texts(v) for k, v in rendered.items() if k not in ("type", "block_id", "action_id", "value"))
    if isinstance(rendered, list):
        return " ".join(map(texts, rendered))
    return rendered if isinstance(rendered, str) else ""


def inputs(view: Json) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


async def printed(office: Office, *saying: str) -> Json:
    """The brief as a message, once it says all of this."""
    found: list[Json] = await office.until(
        lambda messages: messages and all(each in texts(messages[-1]) for each in saying),
        lambda: _briefs(office),
    )
    return found[-1]


async def _briefs(office: Office) -> list[Json]:
    return [message for message in await office.dm() if BRIEF in message["text"]]


async def test_from_the_card_to_a_printed_brief_and_into_the_call(office: Office) -> None:
    card = await a_card(office)
    rows = [block["elements"] for block in card["blocks"] if block["type"] == "actions"]
    assert max(len([each for each in row if each["type"] == "button"]) for row in rows) <= 3

    await office.tap(card, ActionId.CARD_BRIEF)
    steps = [await office.view()]
    assert "can be undone by someone who wasn't there" in texts(steps[0])
    await office.submit(
        decision_maker="Dana Whitfield",
        sellers=("two_or_three",),
        requirements="- Check-in in 2 minutes\n- 40 seats",
    )
    steps.append(await office.view())
    assert "Check-in in 2 minutes" in texts(steps[1])
    await office.submit(commitment_1="Under 90 seconds, we measured it")
    steps.append(await office.view())
    assert OPENING in texts(steps[2])
    await office.submit(elephant="The price went up", proposal="https://example.com/p?a=1&b=2", notes="Met in May")
    assert all(len(inputs(view)) <= 4 for view in steps)

    whole = texts(await office.view())
    for said in (
        "Under 90 seconds",
        wording("brief.no_commitment"),
        "The price went up",
        "Met in May",
        "What did you like",
    ):
        assert said in whole
    await office.tap_in_view(ActionId.BRIEF_SEND)
    assert wording("brief.sent") in texts(await office.view())
    message = await printed(office, "Under 90 seconds", "<https://example.com/p?a=1&amp;b=2>")
    for said in (
        wording("contact.is_decision_maker", name="Dana Whitfield"),
        fixed_part("brief.no_functional_decision_maker"),
        "2-3",
        fixed_part("urgency.sellers_1"),
        "$45,000",
    ):
        assert said in texts(message)
    assert "Northwind Dental" in message["text"]
    assert OPENING in message["text"]
    await office.card(fixed_part("urgency.sellers_1"))

    await office.tap_in_view(ActionId.CARD_GO_ON)
    checklist = await office.view()
    assert checklist["callback_id"] == "checklist"
    assert OPENING in texts(checklist)
    assert "The price went up" in texts(checklist)
    (deal,) = await office.export()
    assert [entry["action"] for entry in deal["timeline"]] == ["heard", "prepared", "prepared", "prepared"]
    assert [version["version"] for version in deal["briefs"]] == [1, 2, 3]


async def test_an_invalid_step_keeps_its_values(office: Office) -> None:
    await office.tap(await a_card(office), ActionId.CARD_BRIEF)
    await office.submit()
    answer = await office.submit(elephant="The price", proposal="javascript:alert(1)")
    assert wording("refusal.no_web_address") in answer["errors"]["proposal"]
    assert (await office.view())["callback_id"] == "briefwords"
    assert (await office.export())[0]["briefs"] == []

    await office.submit(elephant="The price", proposal="https://example.com")
    await office.tap_in_view(ActionId.BRIEF_CHANGE)
    assert (await office.view())["callback_id"] == "briefwho"
    answer = await office.submit(requirements="\n".join(f"need {n}" for n in range(13)))
    assert wording("refusal.too_many_statements", found=13, most=12) in answer["errors"]["requirements"]


async def test_the_record_leads_to_it_also_after_the_call_began(office: Office) -> None:
    await office.tap(await a_card(office), ActionId.CARD_GO_ON)
    await office.capture("One", "")
    await office.tap(await office.card(fixed_part("card.title_in_call")), ActionId.CARD_RECORD)
    await office.tap_in_view(ActionId.CARD_BRIEF)
    view = await office.view()
    assert view["callback_id"] == "briefwho"
    assert "Dana Whitfield" in texts(view)


async def test_markup_foreign_scripts_and_long_texts_are_shown_right(office: Office) -> None:
    long = f"{NASTY} " + "word " * 580
    await office.tap(await a_card(office), ActionId.CARD_BRIEF)
    await office.submit(
        decision_maker=NASTY, functional_decision_maker=HEBREW, requirements="\n".join(f"{n} {NASTY}" for n in range(5))
    )
    await office.submit(**{f"commitment_{n}": ("promise & " * 99) for n in range(1, 5)})
    await office.submit(commitment_5="the last promise")
    await office.submit(opening=f"{NASTY} hello", elephant=long, notes=f"{long} THE-VERY-END")

    view = await office.view()
    assert "THE-VERY-END" in texts(view)
    await office.tap_in_view(ActionId.BRIEF_SEND)
    message = await printed(office, HEBREW)
    for shown in (view, message):
        assert "<!channel>" not in json.dumps(shown["blocks"])
        assert "&lt;!channel&gt; &amp; &lt;b&gt;" in texts(shown["blocks"])
        assert "🦷" in texts(shown)
    assert sum(len(block["text"]["text"]) for block in message["blocks"] if "text" in block) <= MESSAGE_LIMIT + 200
    assert "THE-VERY-END" not in texts(message)
    assert wording("brief.more") in texts(message)
    await office.tap(message, ActionId.CARD_BRIEF)
    assert "THE-VERY-END" in texts(await office.view())
    await office.tap_in_view(ActionId.BRIEF_CHANGE)
    for _ in range(3):
        await office.submit()
    assert f"{long} THE-VERY-END" in texts(await office.view())
    assert len((await office.export())[0]["briefs"]) == 4
    requests = (await office.people.get("requests"))["requests"]
    assert not [r for r in requests if r.get("rang")]


async def test_somebody_elses_brief_is_refused_politely(office: Office) -> None:
    await office.tap(await a_card(office), ActionId.CARD_BRIEF)
    await office.submit(decision_maker="Dana")
    (deal,) = await office.export()
    taps = (ActionId.CARD_BRIEF, ActionId.BRIEF_SEND, ActionId.BRIEF_CHANGE)
    await as_the_bot(
        office, BRUNO, "Whose?", [Button("Mine", tap, str(deal["id"]), accessible_name="Mine") for tap in taps]
    )
    message = await office.card("Whose?", who=BRUNO)
    for tap in taps:
        await office.tap(message, tap, who=BRUNO)
        view = texts(await office.view(BRUNO))
        assert wording("refusal.not_yours") in view
        assert "Dana" not in view
    assert await office.export() == [deal]
    assert [message for message in await office.dm(ADA) if BRIEF in message["text"]] == []
