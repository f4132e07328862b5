"""An admin's Home tab shows what Slack refused, with working buttons; a rep's shows nothing of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.ui.ids import ActionId
from tests.sandbox.user_driver import ADA, Json
from tests.slack.slack_driver import Office, _element
from tests.slack.test_delivery import allowed, blocked, card_state, fault
from tests.wording import fixed_part

WIN = "Just closed Harbor Dental! $45k ARR"
PAULA = "U0PAULAGN"
"""The admin."""


async def home(office: Office, who: str, saying: str = "") -> list[Json]:
    """The blocks of somebody's Home tab when they open it, once it says that."""
    await office.people.post("home/open", as_=who)

    async def look() -> Any:
        return ((await office.people.get("home", as_=who))["view"] or {}).get("blocks")

    found: list[Json] = await office.until(lambda blocks: bool(blocks) and saying in str(blocks), look)
    return found


async def tap(office: Office, blocks: list[Json], what: ActionId, who: str = PAULA) -> None:
    block, element = _element(blocks, what)
    await office._act(who, {"type": "home"}, block, element, {})


async def refused(office: Office) -> None:
    await fault(office, errors={"chat.postMessage": {"error": "restricted_action", "count": 1}})
    await office.post(WIN)
    await card_state(office, "dead")


async def test_an_admin_retries_a_message(office: Office) -> None:
    await refused(office)

    blocks = await home(office, PAULA, "restricted_action")
    assert "Harbor" not in str(blocks)
    assert f"<@{ADA}>" in str(blocks)
    assert "restricted_action" not in str(await home(office, ADA, "Harbor"))
    await tap(office, blocks, ActionId.UNDELIVERED_RETRY)

    await office.card("Harbor Dental")
    assert "restricted_action" not in str(await home(office, PAULA))
    await allowed(office, "restricted_action")


async def test_an_admin_discards_a_message(office: Office) -> None:
    await refused(office)

    await tap(office, await home(office, PAULA, "restricted_action"), ActionId.UNDELIVERED_CANCEL)

    (state, _, reason) = await card_state(office, "cancelled")
    assert (state, reason) == ("cancelled", f"given up by {PAULA}")
    await allowed(office, "restricted_action")


async def test_an_admin_resumes_sending_to_a_blocked_workspace(office: Office) -> None:
    await fault(office, errors={"chat.postMessage": {"error": "account_inactive", "count": 1}})
    await office.post(WIN)
    await office.until(lambda found: found == "account_inactive", lambda: blocked(office))

    await tap(office, await home(office, PAULA, fixed_part("undelivered.blocked")), ActionId.UNDELIVERED_UNBLOCK)
    await office.until(lambda found: found is None, lambda: blocked(office))

    await office.card("Harbor Dental")
    await office.later(timedelta(minutes=1))
    await allowed(office, "account_inactive")
