"""What happens before a database is left: two and a half days on Slack and on Teams, told as requests to the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.ui.ids import ActionId, ViewId
from handlers.call.wrap_up import ALL_OBJECTIVES
from sandbox.teams.chats import ADA as ADA_ON_TEAMS
from sandbox.teams.chats import BRUNO
from tests.compat import slack_side as slack
from tests.compat.bot_at_work import AtWork
from tests.compat.slack_side import ADA, BEN, CLEO, HR, SALES, WINS
from tests.compat.teams_side import WINS as TEAMS_WINS
from tests.compat.teams_side import card_in, form_of

Json = dict[str, Any]

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STEPS = ["M2.1", "M2.2", "M2.3", "M2.4"]
OBJECTIVES = [ALL_OBJECTIVES]
MID_CALL, MID_CALL_ON_TEAMS = "Cascade Logistics", "Tailspin Toys"
"""Whose call is under way when everything stops."""


@dataclass(slots=True)
class Left:
    """What the story leaves outside of the database."""

    applied: list[Json] = field(default_factory=list)
    """Requests of Slack that were applied: each may be delivered again."""
    applied_on_teams: list[Json] = field(default_factory=list)
    """The same of Teams."""
    dialogs: dict[str, Json] = field(default_factory=dict)
    """The cards of dialogs that stand open on Teams, by the customer."""


@dataclass(frozen=True, slots=True)
class Story:
    """Tells itself to the bot at work."""

    at: AtWork
    left: Left = field(default_factory=Left)

    # --- Slack ---

    async def do(self, body: Json) -> Json:
        """Something happens on Slack, and will be delivered again one day."""
        self.left.applied.append(body)
        return await self.at.on_slack(body)

    async def post(self, text: str, *, who: str = ADA, channel: str = WINS) -> Json:
        """Somebody posts; gives what was posted."""
        body = slack.posted(self.at.slack, text, who=who, channel=channel)
        await self.do(body)
        return body

    async def tap(self, saying: str, tap: str, *, who: str = ADA, **more: Any) -> None:
        """Somebody taps a button of the message that says this."""
        await self.do(slack.tapped(self.at.slack, self.at.slack.message(saying, tap, to=who), tap, who=who, **more))

    async def tap_in_view(self, tap: str, *, who: str = ADA, **more: Any) -> None:
        """Somebody taps a button of the open modal."""
        await self.do(slack.tapped(self.at.slack, self.at.slack.view, tap, who=who, **more))

    async def submit(self, form: str, *, who: str = ADA, **entries: Any) -> None:
        """Somebody submits the open modal, which must be this one."""
        view = self.at.slack.view
        assert view["callback_id"] == form, view["callback_id"]
        await self.do(slack.submitted(self.at.slack, view, who=who, **entries))

    async def type(self, text: str, *, who: str = ADA, channel: str = SALES) -> None:
        """Somebody types the command."""
        await self.do(slack.typed(self.at.slack, text, who=who, channel=channel))

    def close(self) -> None:
        """Somebody closes what is open."""
        self.at.slack.views.clear()

    async def start_call(self, customer: str, expectations: str, priorities: str, *, who: str = ADA) -> None:
        """From the card to the first statement that is read back."""
        await self.tap(customer, ActionId.CARD_GO_ON, who=who)
        entries = {"expectations": expectations, "priorities": priorities}
        await self.submit(ViewId.CHECKLIST, who=who, reached="Dana Whitfield", steps=STEPS, **entries)
        if self.at.slack.view["callback_id"] == ViewId.COACHING:
            await self.submit(ViewId.COACHING, who=who)

    async def wrap_up(self, outcome: str, number: str, *, who: str = ADA) -> None:
        """The end of the call: the objectives, and what the customer said to the referral ask."""
        entries: Json = {"objectives": OBJECTIVES, "outcome": (outcome,), "number": number}
        if any(block.get("block_id") == "why_missing" for block in self.at.slack.view["blocks"]):
            entries["why_missing"] = ("follows",)
        await self.submit(ViewId.WRAP_UP, who=who, **entries)

    # --- Teams ---

    async def open(self, saying: str, tap: str) -> Json:
        """A button of the card that says this is pressed; gives the card that follows."""
        return await self.press(self.at.teams.card(saying, tap), tap)

    async def press(self, card: Json, tap: str, **more: Any) -> Json:
        """A button of a card is pressed; gives the card that follows, none for a sentence."""
        activity = self.at.teams.pressed(card, tap, **more)
        self.left.applied_on_teams.append(activity)
        answer = await self.at.on_teams(activity)
        shown = answer.get("task", answer)
        return card_in(answer) if shown.get("type") in ("continue", "application/vnd.microsoft.card.adaptive") else {}

    async def say(self, text: str, **more: Any) -> None:
        """Somebody writes to the bot, or into a channel."""
        activity = self.at.teams.activity(text=text, **more)
        self.left.applied_on_teams.append(activity)
        await self.at.on_teams(activity)


Part = Callable[[Story], Awaitable[None]]


async def channels_get_a_purpose(story: Story) -> None:
    at = story.at
    for channel, tap in (
        (WINS, ActionId.CHANNEL_WINS),
        (SALES, ActionId.CHANNEL_LISTEN),
        (HR, ActionId.CHANNEL_EXCLUDED),
    ):
        await story.do(slack.invited(at.slack, channel))
        await story.do(slack.tapped(at.slack, at.slack.whispers[-1], tap))
    await story.type("channel")  # a question that nobody answers


async def a_brief_is_prepared(story: Story, customer: str) -> None:
    await story.tap(customer, ActionId.CARD_BRIEF)
    who = {"decision_maker": "Dana Whitfield", "functional_decision_maker": "Olga Petrova"}
    await story.submit(
        ViewId.BRIEF_WHO, **who, sellers=("two_or_three",), requirements="Two clinics by May\nSpeaks to our till"
    )
    commitments = {"commitment_1": "Both go live on 4 May", "commitment_2": "Our own plug-in"}
    await story.submit(ViewId.BRIEF_COMMITMENTS, **commitments)
    words = {"opening": "Dana, thank you.", "elephant": "The old till", "proposal": "https://example.com/proposal"}
    await story.submit(ViewId.BRIEF_WORDS, **words, notes="They know Alpine Ski House.")
    await story.tap_in_view(ActionId.BRIEF_SEND)
    story.close()


async def a_call_is_made_to_the_end(story: Story) -> None:
    """Every answer to single statements, the list in between, the recap, and what the customer corrects after it."""
    await story.post("Just closed Northwind Dental! $45k ARR, big thanks to <@U0BEN>")
    await a_brief_is_prepared(story, "Northwind Dental")
    await story.start_call(
        "Northwind Dental",
        "A call every Friday\nProblems told within 4 hours\nNo invoice before go-live\nGo-live by 4 May",
        "Check-in in under 2 minutes\n40 seats in both clinics\nReminders in two languages",
    )
    await story.tap_in_view(ActionId.ON_THE_PHONE)
    await story.tap_in_view(ActionId.CALL_EDIT_LIST)
    await story.tap_in_view(ActionId.LIST_DETAILS)
    await story.submit(ViewId.DETAILS, own_category="Contact", owner=("rep",), origin=("customer",))
    await story.tap_in_view(ActionId.LIST_ADD)
    await story.submit(ViewId.ADD, wording="A name for each clinic", kind=("expectation",), target="by Friday")
    if story.at.slack.view["callback_id"] == ViewId.DETAILS:
        await story.submit(ViewId.DETAILS)
    await story.tap_in_view(ActionId.LIST_EDIT)
    await story.submit(ViewId.EDIT, wording="A call every Friday at 10", target="every Friday at 10:00")
    await story.tap_in_view(ActionId.LIST_EDIT, nth=3)
    await story.tap_in_view(ActionId.LIST_TAKE_OFF)
    await story.tap_in_view(ActionId.LIST_UNDO)
    await story.submit(ViewId.LIST)
    if story.at.slack.view["callback_id"] == ViewId.COACHING:
        await story.submit(ViewId.COACHING)
    await story.tap_in_view(ActionId.READ_AGREED)
    await story.tap_in_view(ActionId.READ_CORRECTED)
    await story.submit(ViewId.CORRECTION, wording="Problems told within 2 hours, by phone")
    await story.tap_in_view(ActionId.READ_AGREED)
    await story.tap_in_view(ActionId.READ_WITHDRAWN)
    await story.tap_in_view(ActionId.READ_ALL)
    await story.tap_in_view(ActionId.READ_CORRECTED)
    await story.submit(ViewId.CORRECTION, wording="Go-live of both clinics by 4 May")
    await story.tap_in_view(ActionId.READ_WITHDRAWN, nth=3)
    await story.submit(ViewId.READ_ALL, read_all=["yes"])
    nth = 0
    while story.at.slack.view["callback_id"] == ViewId.READ_ALL:  # those that matter most are answered one by one
        await story.tap_in_view(ActionId.READ_AGREED, nth=nth)
        nth += 1
    await story.wrap_up("agreed", "4")
    await story.submit(ViewId.RECAP)
    await story.tap("Northwind Dental", ActionId.CARD_CORRECTED)
    first = next(b["element"] for b in story.at.slack.view["blocks"] if b["type"] == "input")
    ticked: Json = {first["action_id"]: [first["options"][0]["value"]]}
    await story.submit(ViewId.REOPEN, **ticked)
    while story.at.slack.view["callback_id"] != ViewId.READ_BACK:
        await story.submit(story.at.slack.view["callback_id"])
    await story.tap_in_view(ActionId.READ_AGREED)
    await story.wrap_up("agreed", "5")
    await story.submit(ViewId.RECAP)
    story.close()


async def deals_stand_at_every_stage(story: Story) -> None:
    await story.post("Harbor Point Hotels signed today, $30k")  # open
    await story.post("Closed Litware! $12k a year")
    await story.tap("Litware", ActionId.CARD_SCHEDULE)
    await story.submit(ViewId.SCHEDULE, when="in 3 days 10:00")
    story.close()
    await story.tap("Litware", ActionId.CARD_SCHEDULE)
    await story.submit(ViewId.SCHEDULE, when="in 3 days 11:00")  # scheduled, and put at another time
    story.close()
    await story.post("Contoso is in!")  # sighted
    for customer in ("Fabrikam", "Wingtip"):  # a shape that is dismissed often enough to be asked about less
        await story.post(f"Lovely news, {customer} signed!")
        await story.tap(customer, ActionId.CARD_DISMISS)
    await story.post("Just closed Relecloud! $18k ARR")
    await story.tap("Relecloud", ActionId.CARD_DISMISS)  # its reminder is planned already
    await story.post("We won Adatum, 12k EUR a year")
    await story.start_call("Adatum", "A call every Friday\nGreat support", "")
    await story.tap_in_view(ActionId.READ_AGREED)
    await story.tap_in_view(ActionId.READ_AGREED)
    await story.wrap_up("not_now", "3")  # aligned: the recap was not sent yet
    story.close()
    before = await story.post("Just closed Alpine Ski House! $80k ARR")
    await story.do(slack.deleted(story.at.slack, before))  # in doubt
    await story.post("Just closed Proseware! $9k ARR")
    await story.tap("Proseware", ActionId.CARD_OWNER, picked=BEN)  # handed over
    await story.post("Just closed Trey Research! $22k ARR")
    await story.tap("Trey Research", ActionId.CARD_FIX)
    await story.submit(ViewId.FIX, customer="Trey Research Labs", amount="23000 USD")
    await story.type("won Lucerne Publishing $5k")
    for customer in ("Humongous Insurance", "Margie's Travel"):  # and that is more than a day may have reminders
        await story.post(f"Just closed {customer}! $18k ARR")


async def people_settle_their_reminders(story: Story) -> None:
    await story.type("reminders")
    mine = story.at.slack.whispers[-1]
    await story.do(slack.tapped(story.at.slack, mine, ActionId.REMINDERS_CHANGE))
    await story.submit(ViewId.HOURS, hours="08:00-17:30", days=["mon", "tue", "wed", "thu", "fri"])
    await story.do(slack.tapped(story.at.slack, mine, ActionId.REMINDERS_STOP, nth=4))
    await story.type("snooze lucerne tomorrow 10:00")
    await story.type("list")


async def days_go_by(story: Story) -> None:
    """Reminders come, one is put off, some are refused for ever, the answer to one is lost; the rest is in digests."""
    story.at.slack.refuse[BEN] = "user_not_found"
    for hours in (3, 2, 2):
        await story.at.later(hours=hours)
    await story.tap("Trey Research", ActionId.SNOOZE_HOUR)
    await story.at.later(hours=16)
    await story.at.until(MONDAY.replace(day=3, hour=12))
    await story.do(slack.home_opened(story.at.slack, who=CLEO))
    del story.at.slack.refuse[BEN]
    await story.at.until(MONDAY.replace(day=4, hour=12))


async def a_call_is_under_way(story: Story) -> None:
    await story.post(f"Just closed {MID_CALL}! $60k ARR")
    await story.start_call(
        MID_CALL, "A call every Friday\nProblems told within 4 hours", "40 seats in both halls\nLabels in two languages"
    )
    await story.tap_in_view(ActionId.READ_AGREED)


async def an_answer_is_lost(story: Story) -> None:
    """Slack has the message, and the bot does not know it: it looks for it by its metadata before it tries again."""
    story.at.slack.lose_answer = True
    await story.post("Just closed Bellows College! $15k ARR")


async def the_bot_dies_while_it_sends(story: Story) -> None:
    """Slack has the message, nobody has the answer, and the row of the outbox is claimed by a process that is gone."""
    story.at.slack.silent = True
    body = slack.posted(story.at.slack, "Just closed Lamna Healthcare! $33k ARR")
    story.left.applied.append(body)
    await slack.send(story.at.http, story.at.bot.url, body)
    while "Lamna Healthcare" not in str(story.at.slack.messages[-1]):
        await asyncio.sleep(0.001)


async def teams_lets_us_in(story: Story) -> None:
    at = story.at
    for who in (ADA_ON_TEAMS, BRUNO):
        activity = at.teams.activity("installationUpdate", who, action="add")
        story.left.applied_on_teams.append(activity)
        await at.on_teams(activity)
    activity = at.teams.activity("installationUpdate", ADA_ON_TEAMS, TEAMS_WINS, action="add")
    story.left.applied_on_teams.append(activity)
    await at.on_teams(activity)
    await story.open("wins", ActionId.CHANNEL_WINS)
    await story.say("hello")
    await story.say("hello", who=BRUNO)


async def calls_on_teams(story: Story) -> None:
    await story.say("Just closed Fourth Coffee! $45k ARR", channel=TEAMS_WINS)
    card = await story.open("Fourth Coffee", ActionId.CARD_GO_ON)
    card = await capture_on_teams(story, card)
    card = await story.press(card, ActionId.READ_ALL)
    for nth in (0, 2):  # the two that matter most
        card = await story.press(card, ActionId.READ_AGREED, nth=nth)
    card = await story.press(card, "save", **{"read_all[]": "yes"})
    entries = {"objectives[]": ",".join(OBJECTIVES), "outcome": "agreed", "number": "3"}
    card = await story.press(card, "save", **entries)
    card = await story.press(card, ActionId.RECAP_EDIT)
    card = await story.press(card, "save", body="Hi Dana, thank you for your time.")
    await story.press(card, "save")
    await story.say("Just closed Munson's Farm! $5k ARR", channel=TEAMS_WINS)  # open, with a reminder
    await story.say("Just closed Relecloud! $50k ARR", channel=TEAMS_WINS)
    card = await story.open("Relecloud", ActionId.CARD_SCHEDULE)
    await story.press(card, "save", when="in 3 days 10:00")
    for command in ("list", "reminders", "settings"):
        await story.say(command)
    await story.say(f"Just closed {MID_CALL_ON_TEAMS}! $70k ARR", channel=TEAMS_WINS)


async def capture_on_teams(story: Story, card: Json) -> Json:
    """The checklist, and what the coach asks; gives the first statement that is read back."""
    card = await story.press(
        card,
        "save",
        reached="Dana Whitfield",
        **{"steps[]": ",".join(STEPS)},
        expectations="A call every Friday\nProblems told within 4 hours",
        priorities="40 seats in both halls",
    )
    while form_of(card) == ViewId.COACHING:
        card = await story.press(card, "save")
    return card


async def a_call_is_under_way_on_teams(story: Story) -> None:
    card = await story.open(MID_CALL_ON_TEAMS, ActionId.CARD_GO_ON)
    card = await capture_on_teams(story, card)
    story.left.dialogs[MID_CALL_ON_TEAMS] = await story.press(card, ActionId.READ_AGREED)


PARTS: tuple[Part, ...] = (
    channels_get_a_purpose,
    a_call_is_made_to_the_end,
    deals_stand_at_every_stage,
    people_settle_their_reminders,
    teams_lets_us_in,
    calls_on_teams,
    days_go_by,
    a_call_is_under_way,
    a_call_is_under_way_on_teams,
    an_answer_is_lost,
    the_bot_dies_while_it_sends,
)


async def told(at: AtWork, parts: Sequence[Part] = PARTS) -> Left:
    """Tell the story, or parts of it, to the bot; gives what it leaves beside the database."""
    story = Story(at)
    for part in parts:
        await part(story)
    return story.left
