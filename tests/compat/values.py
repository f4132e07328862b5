"""Every value that is in the world: in sent messages, in databases, in people's settings and scripts; read from code.

What code declares is read from its enums, tables, commands and settings, and from every surface as it is drawn. What
code only writes down somewhere (the keys of events, the kinds of rows) is read from what the story leaves.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any, get_args
from uuid import UUID

import click
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects import postgresql

from bot.cli import main
from bot.cli.exit_codes import ExitCode
from bot.cli.outbox import STATES
from bot.interactions import commands, submissions
from bot.interactions.interaction import FormValues
from bot.ports.affiliation import Affiliation
from bot.ports.clock import Clock
from bot.ports.context import Context
from bot.settings import Settings, environment_name
from bot.slack import manifest as slack_manifest
from bot.slack import payload
from bot.slack.messenger import METADATA_TYPE
from bot.teams import activity, adaptive_cards, card_inputs, card_refresh, message_extension, people_search
from bot.teams import commands as teams_commands
from bot.teams import manifest as teams_manifest
from bot.ui.ids import COMMITMENT_PREFIX, ActionId, ModalState, ViewId
from handlers import export
from handlers.call import coaching, contacts, referral
from handlers.call.checklist import FIELDS
from handlers.deal.planning import INVITE
from handlers.detection import Decision, Period
from handlers.errors import Refusal
from handlers.method import reminders_due
from handlers.method.details import Owner, PromisedBy, Source
from handlers.method.measurables import Comparison
from handlers.method.offered_times import Offer, Snooze
from handlers.method.stages import Doubt, Stage
from handlers.method.statements import Kind, Manner, Said
from handlers.method.urgency import Sellers
from handlers.method.vagueness import Reason
from handlers.workspace import conversation_references
from handlers.workspace.channel_purpose import Purpose
from prompts.cadence import TABLES
from prompts.measures import What
from prompts.playbook import playbook
from prompts.wording import raw_words
from storage import migrate
from storage.models import Base
from tests.compat.slack_side import BOT
from tests.compat.teams_side import OURS, buttons, card_of, data_of
from tests.compat.teams_side import fields as fields_of
from tests.repo.test_surfaces import RENDERED, TICKS, parts

Json = dict[str, Any]
Values = dict[str, set[str]]
"""The values of each kind, by the kind's name."""
Row = tuple[Any, ...]

ENUMS: dict[str, type[StrEnum]] = {
    "action ids": ActionId,
    "view ids": ViewId,
    "stages": Stage,
    "doubts about a deal": Doubt,
    "kinds of statements": Kind,
    "what a customer said": Said,
    "manners of confirmation": Manner,
    "owners of a statement": Owner,
    "sources of a statement": Source,
    "who promised it": PromisedBy,
    "how many sellers": Sellers,
    "purposes of channels": Purpose,
    "kinds of reminders": reminders_due.Kind,
    "reasons of reminders": reminders_due.DueReason,
    "offered times": Offer,
    "snoozes": Snooze,
    "decisions of the detector": Decision,
    "reasons of the coach": Reason,
    "what is measured": What,
    "comparisons of measures": Comparison,
    "surfaces of a form on Teams": adaptive_cards.Surface,
}


def declared() -> Values:
    """What code declares."""
    return {
        **{kind: {str(each.value) for each in enum} for kind, enum in ENUMS.items()},
        "periods of an amount": set(get_args(Period)),
        "prefixes of fields": {COMMITMENT_PREFIX, coaching.FIELD_PREFIX, coaching.BASELINE_PREFIX},
        "fields of forms": _drawn("input"),
        "fields that are read": _read(),
        "rows of buttons": _rows(),
        "options and boxes": _options(),
        "what a modal carries": set(json.loads(_full_state().to_text())),
        "kinds of messages": {INVITE, *(kind.value for kind in reminders_due.Kind)},
        "items of the call": {item.rule for item in (*playbook().steps, *playbook().objectives)},
        "states of messages": set(STATES),
        "names in the timeline": _timeline(),
        "outcomes of the referral ask": set(referral.OUTCOMES),
        "roles at the customer": {contacts.DECISION_MAKER, contacts.FUNCTIONAL_DECISION_MAKER},
        "why nothing can be sent to a conversation": {
            conversation_references.REMOVED,
            conversation_references.CHANNEL_DELETED,
            conversation_references.TEAM_ARCHIVED,
            conversation_references.TEAM_DELETED,
        },
        "commands": {slack_manifest.COMMAND, teams_commands.COMMAND},
        "words of the command": {verb or '""' for verb in commands.VERBS},
        "words of the command on Teams": {verb or '""' for verb in teams_commands.VERBS},
        "what a card on Teams shows anew": set(card_refresh.OVERVIEWS),
        "keys in the data of a card on Teams": {card_inputs.CARD_DATA},
        "requests of Slack": _of_slack(),
        "requests of Teams": {
            message_extension.COMMAND,
            message_extension.FETCH,
            message_extension.SUBMIT,
            people_search.INVOKE,
            *_of_teams(),
        },
        "metadata of a message on Slack": {METADATA_TYPE},
        "platforms": {payload.PLATFORM, activity.PLATFORM},
        "columns of the export": set(export.COLUMNS),
        "environment variables": {environment_name(name) for name in Settings.model_fields},
        "command line": set(_command_line(main, "firstcall")),
        "exit codes": {str(each.value) for each in ExitCode},
        "tables of a cadence": {f"{table}.{name}" for table, names in TABLES.items() for name in names},
        "revisions of the database": {step.revision for step in _steps()},
        "columns": _columns(),
        "constraints": _constraints(),
    }


# --- surfaces ---


def _surfaces() -> Iterator[Json]:
    for surface in RENDERED.values():
        for drawn in surface:
            yield from parts(drawn)


def _drawn(kind: str) -> set[str]:
    """The names of all fields."""
    return {_numberless(part["element"]["action_id"]) for part in _surfaces() if part.get("type") == kind}


OLD_ROWS = {"card:<n>:<n>", "deal:<n>:<n>", "snooze:<n>", "snooze:<n>:more"}
"""Rows of messages from before the menu behind "…". A click on one is read like any other: `bot.slack.payload`."""


def _rows() -> set[str]:
    drawn = {_numberless(part["block_id"]) for part in _surfaces() if "block_id" in part}
    return drawn | OLD_ROWS


def _options() -> set[str]:
    """What fields with options send back, with the field; but categories are the rep's own words."""
    found = {f"objectives: {objective.rule}" for objective in TICKS}  # a box each, before one box attested all
    for part in _surfaces():
        name = _numberless(part["element"]["action_id"]) if part.get("type") == "input" else "category"
        if name != "category":
            values = (option["value"] for option in part["element"].get("options", ()))
            found |= {f"{name}: {re.sub(r'^[0-9]+:[0-9]+$', '<n>:<n>', value)}" for value in values}
    return found


def _numberless(name: str) -> str:
    """A name without the numbers in it, and without what tells two drawings of a list apart."""
    return re.sub(r"\d+", "<n>", re.sub(rf"^({'|'.join(FIELDS.values())})_[0-9a-f]+$", r"\1_<drawing>", name))


class _Stop(Exception):  # noqa: N818 (no failure: what was looked for is there)
    """A form was read, and what would be done with it does not matter."""


class _NoDatabase:
    """Takes no work. Everybody is a colleague."""

    async def affiliation(self, *_who: object) -> Affiliation:
        return Affiliation.COLLEAGUE

    async def write(self, *_: object) -> None:
        raise _Stop

    async def member(self, _person: str) -> None:
        raise _Stop


class _Asked(Mapping[str, str]):
    """Fields that are shown, and remember which of them were asked for."""

    def __init__(self, shown: list[str]) -> None:
        self.shown = shown
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.shown)

    def __len__(self) -> int:
        return len(self.shown)


def _read() -> set[str]:
    """Which fields are read when a form is saved, with the form."""
    shown: dict[str, list[str]] = {form: [] for form in ViewId}
    shown[ViewId.RECAP] = ["body"]  # before the email was changed in a form of its own
    for part in _surfaces():
        if part.get("type") == "modal":
            inputs = (block["element"] for block in part["blocks"] if block["type"] == "input")
            shown[part["callback_id"]] += [element["action_id"] for element in inputs]
    return {f"{form}: {_numberless(name)}" for form, names in shown.items() for name in _read_of(form, names)}


def _read_of(form: str, shown: list[str]) -> set[str]:
    asked = _Asked(shown)
    interaction = payload.submission({}, {"callback_id": form})
    holder = next(each.name for each in fields(interaction) if isinstance(getattr(interaction, each.name), FormValues))
    nothing: Any = _NoDatabase()
    context = Context(nothing, Clock(), lambda: None, nothing, nothing, BOT)
    shown_in: Any = {holder: FormValues(asked)}
    saving: Any = submissions.save_submission(context, replace(interaction, **shown_in))
    with contextlib.suppress(_Stop, Refusal):  # nothing can be saved: what was read by then is what counts
        saving.__await__().send(None)
    return asked.names


def _full_state() -> ModalState:
    """A modal that carries everything that one can."""
    empty = ModalState()
    full: Any = {int: 1, bool: True, str: "x", tuple: ((1, 1),)}
    return replace(empty, **{each.name: full[type(getattr(empty, each.name))] for each in fields(ModalState)})


# --- the rest of what is declared ---


def _timeline() -> set[str]:
    words = (name.partition(".") for name in raw_words("en"))
    return {name for table, _, name in words if table == "timeline"} - {"by"}


def _of_slack() -> set[str]:
    made: Any = slack_manifest.manifest(request_url="https://bot.example")
    features, settings = made["features"], made["settings"]
    return {
        *(f"shortcut {each['callback_id']}" for each in features["shortcuts"]),
        *(f"command {each['command']}" for each in features["slash_commands"]),
        *(f"event {each}" for each in settings["event_subscriptions"]["bot_events"]),
        *(f"scope {each}" for each in made["oauth_config"]["scopes"]["bot"]),
        settings["interactivity"]["request_url"].removeprefix("https://bot.example"),
    }


def _of_teams() -> set[str]:
    anybody = UUID(int=0)
    made: Any = teams_manifest.manifest(bot=anybody, app=anybody, version="1.0.0")
    lists = (each for bot in made["bots"] for each in bot["commandLists"])
    return {
        *(f"action {each['id']}" for extension in made["composeExtensions"] for each in extension["commands"]),
        *(f"command {command['title']}" for each in lists for command in each["commands"]),
    }


def _command_line(command: click.Command, path: str) -> Iterator[str]:
    yield path
    for parameter in command.params:
        yield from (f"{path} {name}" for name in (*parameter.opts, *parameter.secondary_opts))
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from _command_line(found, f"{path} {name}")


def _steps() -> Iterable[Any]:
    return ScriptDirectory(str(migrate.MIGRATIONS)).walk_revisions()


def _columns() -> set[str]:
    kind = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    return {
        f"{column.table.name}.{column.name} {column.type.compile(kind)}"
        f"{'' if column.nullable else ' not null'}{' primary key' if column.primary_key else ''}"
        + "".join(f" -> {key.target_fullname}" for key in column.foreign_keys)
        for table in Base.metadata.sorted_tables
        for column in table.columns
    }


def _constraints() -> set[str]:
    found = set()
    for table in Base.metadata.sorted_tables:
        for each in table.constraints:
            if isinstance(each, CheckConstraint):
                found.add(f"{table.name} check {each.name}: {each.sqltext}")
            elif isinstance(each, UniqueConstraint):
                found.add(f"{table.name} unique {each.name}: {', '.join(column.name for column in each.columns)}")
        for index in table.indexes:
            found.add(f"{table.name} index {index.name}: {', '.join(column.name for column in index.columns)}")
    return found


# --- what is written down, without being declared anywhere ---

IDS = (
    (r"DU0[A-Z]+", "<dm>"),
    (r"U0[A-Z]+", "<person>"),
    (r"[0-9a-f]{8}-[0-9a-f-]{27}", "<person>"),
    (r"C0[A-Z]+|19:\w+@thread\.tacv2(;messageid=\d+)?", "<channel>"),
    (r"\ba:1\w+", "<chat>"),
    (r"letter:\d+", "letter:<row>"),
    (r"\bf:\d+", "<activity>"),
    (r"\bEv\d+", "<event>"),
    (r"\bV\d+", "<view>"),
    (r"\bVH<person>", "<home>"),
    (r"\bh\d+", "<hash>"),
    (r"\bt\d+", "<trigger>"),
    (r"\b[0-9a-f]{32}\b", "<content>"),
    (r"\b[0-9a-f]{16}\b", "<nonce>"),
    (r"\d{4}-\d\d-\d\d", "<date>"),
    (r"\d+\.\d{6}", "<ts>"),
    (r"\d+", "<n>"),
)
ACTIONS = "|".join(sorted((re.escape(tap) for tap in ActionId), key=len, reverse=True))


def form_of_key(key: str) -> str:
    """A key with names in place of its ids."""
    for pattern, name in IDS:
        key = re.sub(pattern, name, key)
    return re.sub(ACTIONS, "<action>", key)


def written(rows: Mapping[str, Sequence[Row]], messages: list[Json], chats: Json, pressed: list[Json]) -> Values:
    """What a story has left: `rows` by the names of `QUERIES`, Slack's messages, and the chats of Teams.

    `pressed` are the activities of Teams: what came back from the cards that are not there any more.
    """
    shown = [card_of(each) for chat in chats.values() for each in chat.values() if "attachments" in each]
    data = [button["data"] for card in shown for button in buttons(card)]
    data += [card["refresh"]["action"]["data"] for card in shown if "refresh" in card]
    data += [found for activity in pressed if OURS in (found := data_of(activity))]
    ids = {name for card in shown for name in fields_of(card)} | {name for each in data for name in each}
    metadata = [message["metadata"] for message in messages]
    return {
        **{name: {_value(name, value) for (value,) in found} for name, found in rows.items() if name not in PAYLOADS},
        **{name: _keys(rows[name]) for name in PAYLOADS},
        "metadata of a message on Slack": {
            *(each["event_type"] for each in metadata),
            *(f"payload {name}" for each in metadata for name in each["event_payload"]),
        },
        "keys in the data of a card on Teams": {f"{OURS}.{name}" for each in data for name in each[OURS]},
        "fields of a card on Teams": {_numberless(name) for name in ids},
    }


QUERIES = {
    "kinds of messages": "SELECT DISTINCT kind FROM outbox",
    "states of messages": "SELECT DISTINCT state FROM outbox UNION SELECT 'folded'",  # in another's message
    "names in the timeline": "SELECT DISTINCT action FROM audit_log",
    "keys of events": "SELECT key FROM inbound_events",
    "keys of messages": "SELECT dedupe_key FROM outbox",
    "reasons of messages": "SELECT DISTINCT reason FROM outbox WHERE state IN ('cancelled', 'folded') UNION"
    " SELECT 'the day has as many reminders as it may: the next digest tells of this one'",  # of more than three calls
    "shapes of messages": "SELECT shape FROM dismissed_shapes",
    "items of the call": "SELECT DISTINCT item FROM attestations",
    "payloads of messages": "SELECT payload FROM outbox",
    "details in the timeline": "SELECT detail FROM audit_log",
    "how a message was read": "SELECT read_as FROM sightings",
}
"""What is looked for in the database, by the kind of values."""
PAYLOADS = frozenset({"payloads of messages", "details in the timeline", "how a message was read"})
"""Of these only the keys matter."""


def _value(kind: str, value: object) -> str:
    return form_of_key(str(value)) if kind.startswith("keys of") else str(value)


def _keys(rows: Sequence[Row]) -> set[str]:
    documents = (json.loads(value) if isinstance(value, str) else value for (value,) in rows)
    return {name for document in documents for name in document}
