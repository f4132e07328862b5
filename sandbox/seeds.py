"""The initial workspaces: a fictional small software company, its people and some messages."""

from __future__ import annotations

import uuid
from dataclasses import replace

from sandbox.clock import WorkspaceClock
from sandbox.config import SandboxConfig
from sandbox.mrkdwn import typed
from sandbox.workspace import Channel, Message, Person, Workspace

ADA = Person(
    "U0ADAKEMP",
    "ada",
    "Ada Kemp",
    title="Account Executive",
    tz="Europe/London",
    tz_label="Greenwich Mean Time",
    color="2f6f9f",
)
BRUNO = Person(
    "U0BRUNOSV",
    "bruno",
    "Bruno Silva",
    title="Account Executive",
    tz="America/New_York",
    tz_label="Eastern Standard Time",
    locale="en-US",
    color="8f4a8b",
)
MARIT = Person(
    "U0MARITHL",
    "marit",
    "Marit Holm",
    title="Head of Sales",
    tz="Europe/Berlin",
    tz_label="Central European Time",
    locale="de-DE",
    color="b0562a",
)
DEEPAK = Person(
    "U0DEEPAKR",
    "deepak",
    "Deepak Rao",
    title="Delivery Engineer",
    tz="Asia/Kolkata",
    tz_label="India Standard Time",
    locale="en-IN",
    color="3c7a4b",
)
PAULA = Person(
    "U0PAULAGN",
    "paula",
    "Paula Gray",
    title="Operations",
    tz="America/Los_Angeles",
    tz_label="Pacific Standard Time",
    locale="en-US",
    color="7a6a1f",
    is_admin=True,
)
EVERYBODY = (ADA, BRUNO, MARIT, DEEPAK, PAULA)

PARTNER_TEAM = "T0TIDALPRT"
"""The workspace of another company, Tidal Partners."""
TESSA = Person(
    "U0TESSAPRT",
    "tessa",
    "Tessa Quill (Tidal Partners)",
    title="Partner Manager",
    color="5a5a9c",
    team_id=PARTNER_TEAM,
    is_stranger=True,
)
OSCAR = Person(
    "U0OSCARPRT",
    "oscar",
    "Oscar Lund (Tidal Partners)",
    title="Seller",
    color="9c5a5a",
    team_id=PARTNER_TEAM,
)
"""In a shared channel that the app can see, Slack does not call everybody a stranger."""
PARTNERS = (TESSA, OSCAR)

TALK: tuple[tuple[str, Person, float, str], ...] = (
    ("general", PAULA, 75.0, "Good morning all. The new expense tool is live, the guide is pinned in the wiki."),
    ("general", DEEPAK, 74.2, "Thanks Paula, works here :thumbsup:"),
    ("general", MARIT, 51.0, "Reminder: the pipeline review moves to Thursday 10:00 this week."),
    ("general", BRUNO, 50.5, "Thursday works for me, it is 5 am here but I will bring coffee :coffee:"),
    ("general", MARIT, 50.4, "Oh no. 15:00 then, you need the sleep."),
    ("wins", MARIT, 98.0, "New quarter, new wall. Post your wins here so that everybody can cheer."),
    (
        "wins",
        BRUNO,
        30.0,
        "Great first demo with the folks from Alder Freight. Long way to go, but they laughed.",
    ),
    ("wins", ADA, 29.6, "That alone is a win :smile:"),
    ("wins", ADA, 76.0, "Oakmont Clinics signed! $64k for two years :tada:"),
    ("wins", MARIT, 75.5, "Wonderful, Ada. That was a long one."),
    ("wins", BRUNO, 51.0, "Closed won: Tidal Energy, $88,000 ARR. Thank you Deepak for the late calls!"),
    ("wins", DEEPAK, 50.6, "Any time. Their turbine hall has no signal, remember that."),
    ("wins", BRUNO, 6.0, "Alder Freight just signed. $31k a year and they still laugh at my jokes"),
    ("wins", ADA, 1.5, "We won Harbor Point Hotels! $120k, all nine houses :rocket:"),
    ("sales-emea", ADA, 27.0, "Does anybody have the slides for the security questionnaire?"),
    ("sales-emea", MARIT, 26.8, "In the shared folder under Security, the March version is the current one."),
    ("sales-emea", ADA, 26.7, "Found it, thank you!"),
    ("random", DEEPAK, 22.0, "The office plant has a new leaf. It must be the new monitoring."),
    ("random", PAULA, 21.5, "I talk to it every day, credit where credit is due :seedling:"),
    ("random", BRUNO, 4.0, "Who took the good umbrella?"),
)
"""Channel, author, hours ago, text."""

REACTIONS: tuple[tuple[str, int, str, tuple[Person, ...]], ...] = (
    ("general", 0, "tada", (ADA, MARIT)),
    ("wins", 0, "raised_hands", (ADA, BRUNO, DEEPAK)),
    ("wins", 1, "tada", (BRUNO, MARIT, DEEPAK)),
    ("wins", 6, "joy", (MARIT,)),
    ("random", 0, "seedling", (PAULA, ADA)),
)
"""Channel, index of the message in it, emoji, by whom."""

QUARTER = 90 * 86_400
"""The age of the channels in seconds: older than their messages."""

SEEDS = ("lively", "small", "empty", "shared")


def seeded(config: SandboxConfig, clock: WorkspaceClock) -> Workspace:
    """A new workspace: `lively` has messages, `small` has people and channels, `empty` has one person and #general.

    `shared` is `lively` with two channels shared with another company: one that the company created, and one of ours.
    """
    workspace = Workspace(clock, config.app_name, config.messages_per_channel)
    people = EVERYBODY[:1] if config.seed == "empty" else EVERYBODY
    for person in people:
        workspace.add_person(replace(person))
    workspace.add_person(
        Person(
            workspace.bot_user_id,
            config.app_name.lower().replace(" ", ""),
            config.app_name,
            color="444444",
            is_bot=True,
            bot_id=workspace.bot_id,
        )
    )
    everybody = {each.id for each in people}
    general = workspace.add_channel("general", everybody | {workspace.bot_user_id}, creator=PAULA.id)
    general.is_general = True
    general.purpose = "Company-wide talk"
    if config.seed == "empty":
        return workspace
    wins = workspace.add_channel("wins", everybody | {workspace.bot_user_id}, creator=MARIT.id)
    wins.purpose = "Post your wins"
    workspace.add_channel("sales-emea", {ADA.id, MARIT.id}, creator=MARIT.id)
    workspace.add_channel("random", everybody, creator=PAULA.id)
    if config.seed in ("lively", "shared"):
        _talk(workspace)
    if config.seed == "shared":
        _share(workspace)
    for channel in workspace.channels.values():
        channel.created -= QUARTER
    return workspace


def _share(workspace: Workspace) -> None:
    for person in PARTNERS:
        workspace.add_person(replace(person))
    everybody = {ADA.id, MARIT.id, PAULA.id, workspace.bot_user_id, *(each.id for each in PARTNERS)}
    theirs = workspace.add_channel("tidal-wins", everybody, creator=TESSA.id)
    theirs.purpose, theirs.host = "Wins that Tidal Partners and Brightside have together", PARTNER_TEAM
    ours = workspace.add_channel("brightside-tidal", everybody, creator=MARIT.id)
    ours.purpose = "Brightside and Tidal Partners"
    for channel in (theirs, ours):
        channel.shared_with.add(PARTNER_TEAM)


def _talk(workspace: Workspace) -> None:
    now = workspace.clock.now()
    for name, person, hours_ago, text in sorted(TALK, key=lambda line: -line[2]):
        channel = workspace.channel_by_name(name)
        if channel is not None:
            _say(workspace, channel, person, now - hours_ago * 3_600, text)
    for name, index, emoji, people in REACTIONS:
        channel = workspace.channel_by_name(name)
        if channel is not None:
            message = list(channel.messages.values())[index]
            users = [each.id for each in people]
            reactions = message.body.get("reactions", [])
            message.body["reactions"] = [*reactions, {"name": emoji, "users": users, "count": len(users)}]


def _say(workspace: Workspace, channel: Channel, person: Person, at: float, text: str) -> None:
    written, elements = typed(workspace, text)
    ts = workspace.clock.ts(at)
    body = {
        "type": "message",
        "user": person.id,
        "text": written,
        "ts": ts,
        "client_msg_id": str(uuid.uuid4()),
        "team": workspace.team_id,
        "blocks": [
            {
                "type": "rich_text",
                "block_id": f"r{ts[-6:]}",
                "elements": [{"type": "rich_text_section", "elements": elements}],
            }
        ],
    }
    workspace.add_message(Message(channel.id, body))
    for member in channel.members:
        channel.last_read[member] = ts
