"""The privacy matrix: every role on every action, form and command, as privacy_matrix.toml says who may.

The rows come from the app's own tables, so that a new button, form or command without a row fails. Nothing that is
tried here is kept: each transaction is rolled back once it is known what it would have changed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from bot.interactions import actions, app_home, commands, submissions
from bot.interactions.actions import DealChanged, OpenModal, ReplaceMessage
from bot.interactions.interaction import Command, FormValues, Interaction
from bot.ports.affiliation import Affiliation
from bot.ports.clock import Clock
from bot.ports.context import Context, Member
from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.teams.card_text import TeamsMarkup
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, ModalState
from bot.ui.texts import Texts
from bot.views import render
from handlers import export
from handlers.call import brief, drafts
from handlers.call.brief import BriefNotesSaved
from handlers.call.contacts import FUNCTIONAL_DECISION_MAKER
from handlers.call.drafts import FormRequest, FormTyped
from handlers.challenges import log, praise
from handlers.challenges.log import ChallengeLogged
from handlers.challenges.praise import PraiseSaved
from handlers.cover import asking
from handlers.cover.asking import CoverFilled, CoverRequest
from handlers.deal.order_changes import QUESTION
from handlers.deal_team import members
from handlers.deal_team.members import Colleague, TeamSaved
from handlers.errors import InvalidEntryError, NoSuchDealError, NotYoursError, Refusal
from handlers.handoff import delivery_contacts, feasibility, handing_over, taking
from handlers.handoff.delivery_contacts import DeliverySaved
from handlers.handoff.feasibility import DeliveryAsked, FeasibilityAnswered
from handlers.handoff.handing_over import DealHanded
from handlers.handoff.taking import HandoffRequest, PromisesRead
from handlers.intake import order_reports
from handlers.intake.order_reports import OrderReport
from handlers.method.handoff import Feasible
from handlers.method.order_changes import OrderChangeKind
from handlers.referrals import named
from handlers.referrals.named import ReferralSaved
from handlers.reminders.compose import OutboundMessage
from handlers.requests import Caller, Profile
from handlers.review import deal_review
from handlers.review.deal_review import ReviewFilled
from handlers.screens.handoff import ReadBackForm
from handlers.team import channels
from handlers.team.channels import PurposeChosen
from handlers.workspace.channel_purpose import Purpose
from storage.database import Database
from storage.models import Base, Challenge, Cover, FeasibilityAsk, Handoff, OutboxRow, Referral, Sighting
from tests.conformance.invented_platform import PhoneBook
from tests.conformance.platform import PlatformUnderTest, exported
from tests.conformance.slack_platform import SlackUnderTest
from tests.conformance.test_promises import recapped
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, ELSEWHERE, WINS, World
from tests.wording import wording

MATRIX = tomllib.loads((Path(__file__).parent / "privacy_matrix.toml").read_text("utf-8"))
SECRETS = {
    "customer": "Zyxwood",
    "amount": "73,131",
    "statement": "marmoset",
    "contact": "Ottoline",
    "challenge": "narwhal",
    "praise": "ocelot",
    "referral": "Pangolin",
    "notes": "wombat",
    "reading": "tapir",
    "review": "axolotl",
    "draft": "capybara",
}
LUNCH = "C_LUNCH"
"""A channel that nobody manages."""
TYPED = "quillfea"
"""What everybody types to find the deal of Quillfeather Zyxwood."""
PEOPLE = {
    "rep": ANNA,
    "co_owner": "U_CO",
    "engineer": "U_ENGINEER",
    "stand_in": "U_STAND_IN",
    "other_rep": "U_OTHER",
    "manager": "U_MANAGER",
    "receiver": "U_RECEIVER",
    "asked": "U_ASKED",
    "guest": "U_GUEST",
    "admin": "U_ADMIN",
    "outsider": "U_OUTSIDER",
    "elsewhere": ANNA,
}
ACTS_AS_REP = frozenset({"rep", "co_owner", "stand_in"})
MOST_TRIED = 2
"""Values with which somebody gets there; those who may not get there try the same."""
PERSONAL = frozenset({"people", "inbound_events", "tenants", "channels", "self_checks"})
"""Tables without anything about a deal."""
NOT_REACHED = frozenset({"refusal.old_button", "refusal.admins_only", "refusal.colleagues_only", "refusal.not_manager"})

_WRITES = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) \"?(\w+)")

Rows = dict[str, set[Any]]


class Staff(PhoneBook):
    """The directory: one guest, one admin, one person of another company."""

    async def member(self, user_id: str) -> Member | None:
        return Member(Profile(user_id.title(), "UTC"), active=True, admin=user_id == PEOPLE["admin"])

    async def affiliation(self, user_id: str, home: str | None = None) -> Affiliation:
        others = {PEOPLE["guest"]: Affiliation.GUEST, PEOPLE["outsider"]: Affiliation.EXTERNAL}
        return others.get(user_id, Affiliation.COLLEAGUE)

    async def is_in_channel(self, channel_id: str) -> bool:
        return True

    async def shares_channel(self, user_id: str, channel_id: str) -> bool | None:
        return channel_id in (WINS, LUNCH)


class _RolledBackError(Exception):
    """Ends a transaction of which nothing may stay."""


class Rehearsal:
    """A database on which nothing is kept: `changed` collects the rows that would have been written or deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._before = database.read_sync(_rows, Base.metadata.tables.keys())
        self.changed: list[tuple[str, Any]] = []

    async def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self._database.read_sync(fn, *args)

    async def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        done: list[Any] = []

        def rehearse(session: Session) -> None:
            with _written(session.connection()) as tables:
                done.append(fn(session, *args))
                session.flush()
            after = _rows(session, tables - PERSONAL)
            self.changed += [(name, row) for name, rows in after.items() for row in rows ^ self._before[name]]
            raise _RolledBackError

        with pytest.raises(_RolledBackError):
            self._database.write_sync(rehearse)
        return done[0]


@contextmanager
def _written(connection: Connection) -> Iterator[set[str]]:
    """Collect the tables that statements write to."""
    found: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if (written := _WRITES.match(statement)) is not None:
            found.add(written[1])

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", note)


def _rows(session: Session, tables: Iterable[str]) -> Rows:
    connection = session.connection()
    selects = {name: select(Base.metadata.tables[name]) for name in tables}
    return {name: {tuple(map(str, row)) for row in connection.execute(rows)} for name, rows in selects.items()}


@dataclass(frozen=True)
class Answer:
    """What somebody got: everything that they can read of it, and whether they were refused, with which words."""

    text: str
    refused: Refusal | None
    changed: Sequence[tuple[str, Any]]

    def names(self) -> set[str]:
        """Which of the planted texts it shows, as people see them and in what a client could read of it."""
        return {name for name, word in SECRETS.items() if word.casefold() in self.text.casefold()}

    @property
    def reached(self) -> bool:
        """Whether the person got as far as what it is about. The order's state or an entry may still forbid it."""
        if self.refused is None:
            return True
        return not isinstance(self.refused, NotYoursError | NoSuchDealError) and self.refused.key not in NOT_REACHED


class Stage:
    """One deal with everything, and people who try each button, form and command of it."""

    def __init__(self, world: World, texts: Texts, *, other_deal: bool = False) -> None:
        self.world = world
        self._numbers = count(1)
        self._texts = texts
        self.other_deal = _a_recapped_deal_of_the_other_rep(world) if other_deal else 0
        self.deal = _a_deal_with_everything(world)
        self.statement = world.statements(self.deal)[0].id
        self.ids = {
            "challenge": world.all(Challenge)[-1].id,
            "referral": world.all(Referral)[-1].id,
            "handoff": world.all(Handoff)[-1].id,
            "ask": world.all(FeasibilityAsk)[0].id,
            "doubt": world.all(FeasibilityAsk)[-1].id,
            "question": next(row.id for row in world.all(OutboxRow) if row.kind == QUESTION),
            "sighting": world.all(Sighting)[-1].id,
            "cover": world.all(Cover)[-1].id,
        }
        self._rehearsal = Rehearsal(world.database)
        clock = Clock(wall=lambda: world.now)
        database: Any = self._rehearsal
        self._context = Context(database, clock, lambda: None, Staff(), texts, "U_BOT")

    def caller(self, role: str) -> Caller:
        workspace = ELSEWHERE if role == "elsewhere" else None
        return replace(self.world.caller(PEOPLE[role], event="", workspace=workspace))

    def values(self) -> Iterator[str]:
        """What buttons carry that lead to this deal and to all that belongs to it."""
        deal, statement = self.deal, self.statement
        yield from (
            f"{deal}",
            f"{deal}:1",
            f"{statement}:1",
            f"{deal}:{statement}:1:1",
            f"{deal}:{statement}:0:2026-03-06",
        )
        yield from (f"{each}" for each in self.ids.values())
        yield from (f"{self.ids['referral']}:introduced", f"{deal}:{self.ids['question']}")
        yield from (f"{deal}:{self.ids['sighting']}", f"{deal}:5200000:USD:year:{'0' * 16}", f"{deal}:{WINS}", WINS)
        yield from (f"1:{TYPED}", f"show {TYPED}", ANNA, str(int(self.world.now.timestamp()) + 7200))

    def states(self) -> Iterator[ModalState]:
        """What modals carry that lead to this deal and to all that belongs to it."""
        whole = ModalState(
            deal_id=self.deal,
            statement_id=self.statement,
            version=1,
            seen=((self.statement, 1),),
            challenge_id=self.ids["challenge"],
            referral_id=self.ids["referral"],
            unkept_deal_id=self.deal,
            base="0" * 16,
        )
        yield from (replace(whole, role=role) for role in ("", "decision_maker", "told"))
        yield replace(whole, statement_id=self.ids["handoff"])
        yield replace(whole, statement_id=self.ids["ask"], role="at_risk")

    def own_values(self) -> Iterator[str]:
        """What the buttons carry that are about the person, and what leads to this deal."""
        yield from (f"{self.deal}", f"1:{TYPED}", f"show {TYPED}", f"promises {TYPED}", WINS, ANNA)

    def mixed_values(self) -> Iterator[str]:
        """The other rep's own deal, with what belongs to this one."""
        own, statement = self.other_deal, self.statement
        yield from (f"{statement}:1", f"{own}:{statement}:1:1", f"{own}:{statement}:0:2026-03-06")
        yield from (f"{self.ids['referral']}:introduced", f"{own}:{self.ids['question']}", f"{self.ids['doubt']}")

    async def act(self, role: str, action_id: str, value: str, state: ModalState | None = None) -> Answer:
        caller = self.caller(role)
        state = state or next(self.states())
        selected = PEOPLE["other_rep"]
        acted = replace(caller, event_key=f"click:{next(self._numbers)}")
        interaction = Interaction(caller, acted, action_id, "", value, selected, state, channel=WINS, message="m")
        return await self._answer(lambda: actions.run_action(self._context, interaction))

    async def submit(self, role: str, view: str, state: ModalState) -> Answer:
        caller = self.caller(role)
        acted = replace(caller, event_key=f"form:{next(self._numbers)}")
        values = FormValues(self._entries(view))
        interaction = Interaction(caller, acted, view=view, state=state, values=values)
        return await self._answer(lambda: submissions.save_submission(self._context, interaction))

    async def type(self, role: str, text: str, *, in_channel: bool = False) -> Answer:
        caller = self.caller(role)
        acted = replace(caller, event_key=f"command:{next(self._numbers)}")
        command = Command(caller, acted, text, WINS if in_channel else "D1", is_direct=not in_channel)
        return await self._answer(lambda: commands.run_command(self._context, command))

    async def home(self, role: str) -> Answer:
        return await self._answer(lambda: app_home.app_home(self._context, self.caller(role)))

    async def _answer(self, act: Callable[[], Any]) -> Answer:
        self._rehearsal.changed = []
        try:
            shown = await act()
        except Refusal as refusal:
            return Answer(refusal.sentence(self._texts.rich), refusal, tuple(self._rehearsal.changed))
        return Answer(_everything_in(shown), None, tuple(self._rehearsal.changed))

    def _entries(self, view: str) -> Mapping[str, str | frozenset[str]]:
        """Something that each field of any form takes."""
        kind = "new_business" if view == "fix" else "expectation"
        typed = dict.fromkeys(("wording", "words", "note", "reason", "body", "definition", "evidence", "what"), "mine")
        chosen = {"whose": "ours", "severity": "1", "outcome": "agreed", "change": "cancelled", "answer": "names"}
        people = {
            "owner": PEOPLE["other_rep"],
            "receiver": PEOPLE["admin"],
            "taker": PEOPLE["other_rep"],
            "giver": ANNA,
            "keeper": PEOPLE["engineer"],
            "stand_in": "U_NEW",
            "member": PEOPLE["other_rep"],
        }
        ids = {"deal": str(self.deal), "statement": str(self.statement)}
        others = {"customer": "Mine", "amount": "1 USD", "when": "in 2 hours", "number": "5", "said_by": "customer"}
        more = {"names": "Jo", "name": "Jo", "step": "mine", "did": "mine", "where": "here", "expectations": "mine"}
        boxes = {"steps": frozenset({"M2.1"}), "read_all": frozenset({"yes"}), "objectives": frozenset({"M2.a"})}
        reopened = {"statements": frozenset({f"{self.statement}:1"})} if view == "reopen" else {}
        if view == "selfcheck":
            more["expectations"] = "3"
        texts = {**typed, **chosen, **people, **ids, **others, **more, "kind": kind, "contact": "Jo", "how": "phone"}
        read = {f"words_{self.statement}": "mine is another text", "knowledge": "3", "ownership": "3"}
        return {**texts, **boxes, **reopened, **read}

    def of_the_deal(self, changed: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """The changed rows that belong to the deal."""
        return [(name, row) for name, row in changed if name not in PERSONAL and self._is_about(name, row)]

    def _is_about(self, name: str, row: Any) -> bool:
        held = dict(zip(Base.metadata.tables[name].columns.keys(), row, strict=True))
        if name == "deals":
            return str(held["id"]) == str(self.deal)
        # A draft is its person's own, and says itself of which deal it is.
        owned = {"deal_id": self._owned["deal_id"]} if name == "drafts" else self._owned
        return any(held.get(column) in ids for column, ids in owned.items())

    @cached_property
    def _owned(self) -> Mapping[str, set[str]]:
        """What a row about the deal names: the deal, or what belongs to it."""
        return {
            "deal_id": {str(self.deal)},
            "statement_id": {str(each.id) for each in self.world.statements(self.deal)},
            "challenge_id": {str(self.ids["challenge"])},
            "handoff_id": {str(self.ids["handoff"])},
            "ask_id": {str(self.ids["ask"]), str(self.ids["doubt"])},
            "referral_id": {str(self.ids["referral"])},
        }


def _everything_in(shown: object) -> str:
    match shown:
        case OpenModal(modal):
            return str(modal)
        case ReplaceMessage(message):
            return str(message)
        case DealChanged(summary):
            return summary
        case Message() | Modal():
            return str(shown)
    return ""


def _a_deal_with_everything(world: World) -> int:
    """A deal of Anna's that delivery has taken over, with a text of each kind."""
    manager = world.caller(PEOPLE["manager"])
    world.do(channels.choose_purpose, PurposeChosen(manager, WINS, Purpose.WINS))
    deal = world.a_deal("Quillfeather Zyxwood", amount="73131", text="We closed Quillfeather Zyxwood!")
    world.do(brief.save_notes, BriefNotesSaved(world.caller(), deal, "the wombat", "", "", "wombat notes"))
    for role in ("co_owner", "engineer"):
        world.do(members.save, TeamSaved(world.caller(), deal, Colleague(PEOPLE[role]), role, ""))
    world.capture(deal, "A call about the marmoset every Friday", "40 marmosets", reached=SECRETS["contact"])
    first = world.statements(deal)[0]
    world.do(delivery_contacts.save, DeliverySaved(world.caller(), None, PEOPLE["asked"], "", ""))
    world.add_contact(deal, FUNCTIONAL_DECISION_MAKER, SECRETS["contact"])
    for each in (first, world.statements(deal)[-1]):
        world.do(feasibility.ask, DeliveryAsked(world.caller(), deal, each.id))
    doubted, asked = world.all(FeasibilityAsk)[-1].id, world.caller(PEOPLE["asked"])
    world.do(feasibility.answer, FeasibilityAnswered(asked, doubted, Feasible.AT_RISK, "too many"))
    world.agree_to_all(deal)
    world.wrap_up(deal)
    world.send_recap(deal)
    world.do(handing_over.hand_over, DealHanded(world.caller(), deal, PEOPLE["receiver"]))
    receiver, handoff = world.caller(PEOPLE["receiver"]), world.all(Handoff)[-1].id
    form = world.do(taking.ask_read_back, HandoffRequest(receiver, handoff))
    assert isinstance(form, ReadBackForm)
    seen = {each.statement.id: each.statement.version for each in form.promises}
    words = dict.fromkeys(seen, "we see to it that the tapir comes in time")
    world.do(taking.read_back, PromisesRead(world.caller(PEOPLE["receiver"]), handoff, words, {}, seen))
    world.keep_promises(deal, "kept")
    challenge = ChallengeLogged(world.caller(), deal, "The narwhal is late", "2", "ours", "")
    world.do(log.save, challenge)
    world.do(praise.save, PraiseSaved(world.caller(), deal, "best ocelot ever", SECRETS["contact"], ""))
    world.do(named.save, ReferralSaved(world.caller(), deal, 0, SECRETS["referral"], "", ""))
    ended = OrderReport(world.caller("U_APP"), "C_CRM", OrderChangeKind.LOST, "Quillfeather Zyxwood", None, "lost")
    world.do(order_reports.ask_about_ending, ended)
    world.do(deal_review.save, ReviewFilled(world.caller(), deal, "I petted the axolotl", "", ""))
    form_of = FormRequest(world.caller(event=""), deal, "review")
    typed = FormTyped(form_of, "{}", {"did": "capybara", "more": "", "without_us": ""}, world.now, submission_key="")
    assert world.database.write_sync(drafts.keep, typed, world.now)
    covered = world.do(asking.ask, CoverFilled(world.caller(), PEOPLE["stand_in"]))
    world.do(asking.accept, CoverRequest(world.caller(PEOPLE["stand_in"]), covered.cover_id))
    return deal


def _a_recapped_deal_of_the_other_rep(world: World) -> int:
    who = PEOPLE["other_rep"]
    deal = world.a_deal("Harbor Foods", person=who)
    world.capture(deal, "A call every Monday", "", person=who)
    for each in world.statements(deal):
        world.answer(deal, each, person=who)
    world.wrap_up(deal, person=who)
    world.send_recap(deal, person=who)
    return deal


@dataclass(frozen=True)
class Cell:
    """Who may do something, and what they may see: level by role."""

    kind: str
    id: str
    may: Mapping[str, str]


def _cells() -> Iterator[Cell]:
    for row in MATRIX["may"]:
        yield from (Cell("action", each, row["roles"]) for each in row["actions"])
        yield from (Cell("form", each, row["roles"]) for each in row["forms"])


ROLES = tuple(MATRIX["roles"])
CELLS = tuple(_cells())
INSIDERS = tuple(role for role in ROLES if role != "outsider")


def registered_actions() -> list[str]:
    tables = (actions._CHANGES_DEAL, actions._REPLACES_MESSAGE, actions._OPENS_MODAL, actions._SHOWS)
    found = {*app_home.UNDELIVERED_ACTIONS, ActionId.DRAFT_START_OVER}
    return sorted({str(each) for each in found.union(*tables)})


def level(name: str) -> set[str]:
    return set(MATRIX["levels"].get(name, ()))


def test_every_action_form_and_command_has_its_row() -> None:
    own, shared = MATRIX["own"], MATRIX["shared_commands"]
    assert sorted([*(each.id for each in CELLS if each.kind == "action"), *own["actions"]]) == registered_actions()
    assert sorted([*(each.id for each in CELLS if each.kind == "form"), *own["forms"]]) == sorted(
        map(str, submissions._SUBMISSIONS)
    )
    assert sorted([*own["commands"], *shared]) == sorted(commands.VERBS)
    assert set(PEOPLE) == set(ROLES)


async def tried(stage: Stage, cell: Cell, role: str, with_: Iterable[Any], most: int) -> list[tuple[Any, Answer]]:
    """Try the values in turn, until `most` of them got somewhere."""
    act = stage.act if cell.kind == "action" else stage.submit
    answers: list[tuple[Any, Answer]] = []
    for each in with_:
        answers.append((each, await act(role, cell.id, each)))
        if sum(answer.reached for _, answer in answers) == most:
            break
    return answers


async def test_every_cell_holds(database: Database) -> None:
    """Whoever may gets at it and sees no more than their level; everybody else is told nothing and changes nothing."""
    stage = Stage(World(database), Texts(SlackMarkup(), COMMAND))
    wrong: list[str] = []
    every: dict[str, list[Any]] = {"action": list(stage.values()), "form": list(stage.states())}
    for cell in CELLS:
        reaching: list[Any] = []
        for role, allowed in cell.may.items():
            answers = await tried(stage, cell, role, every[cell.kind], MOST_TRIED)
            got_there = [each for each, answer in answers if answer.reached]
            if not got_there:
                wrong.append(f"{cell.id}: {role} may, but is refused: {answers[0][1].refused!r}")
            reaching += got_there
            seen = set().union(*(answer.names() for _, answer in answers)) - level(allowed)
            if seen:
                wrong.append(f"{cell.id}: {role} sees {sorted(seen)}")
        values = [*dict.fromkeys(reaching)] or every[cell.kind]
        for role in (each for each in ROLES if each not in cell.may):
            for value, answer in await tried(stage, cell, role, values, len(values) + 1):
                touched = {name for name, _ in answer.changed} - PERSONAL
                if role in ACTS_AS_REP:  # what they entered stays theirs
                    touched -= {"drafts"}
                if answer.refused is None or answer.names() or touched:
                    wrong.append(f"{cell.id} {value}: {role} sees {sorted(answer.names())}, changes {sorted(touched)}")
                elif isinstance(answer.refused, InvalidEntryError):
                    wrong.append(f"{cell.id} {value}: {role} is told of an entry: {answer.refused!r}")
    assert wrong == []


@pytest.mark.unmeasured
async def test_what_is_everybodys_own_shows_and_changes_nothing_of_a_deal(database: Database) -> None:
    stage = Stage(World(database), Texts(TeamsMarkup({}, ZoneInfo("UTC")), "FirstCall"))
    wrong: list[str] = []
    own = MATRIX["own"]
    typed = [*own["commands"], *(f"{verb} {TYPED}" for verb in (*own["commands"], "show")), TYPED]
    for role in (each for each in ROLES if each not in ACTS_AS_REP):
        answers = [(f"action {a}", await stage.act(role, a, v)) for a in own["actions"] for v in stage.own_values()]
        answers += [(f"form {f}", await stage.submit(role, f, s)) for f in own["forms"] for s in stage.states()]
        for in_channel in (False, True):
            answers += [(f"command {text}", await stage.type(role, text, in_channel=in_channel)) for text in typed]
        answers.append(("home", await stage.home(role)) if role != "outsider" else ("help", await stage.type(role, "")))
        shared = [level(may.get(role, "")) for may in MATRIX["shared_commands"].values()]
        for what, answer in answers:
            touched = [name for name, _ in stage.of_the_deal(answer.changed)]
            runs = set().union(*shared) if what == "action command.run" else set()  # the button runs any command
            if what in (f"command {TYPED}", f"command show {TYPED}"):
                runs = level(MATRIX["shared_commands"]["show"].get(role, ""))
            if answer.names() - runs or touched or (role == "outsider" and answer.refused is None):
                wrong.append(f"{what}: {role} sees {sorted(answer.names())}, changes {touched}")
        for verb, may in MATRIX["shared_commands"].items():
            answer = await stage.type(role, verb)
            if answer.names() - level(may.get(role, "")) or (
                role not in may and role != "elsewhere" and not answer.refused
            ):
                wrong.append(f"{verb}: {role} sees {sorted(answer.names())}")
    assert wrong == []
    assert "customer" in (await stage.type("rep", f"show {TYPED}")).names()


async def test_ids_of_another_deal_lead_nowhere_beside_ones_own(database: Database) -> None:
    """What a client sends back may name the person's own deal, and a promise, a challenge or a referral of another."""
    stage = Stage(World(database), Texts(SlackMarkup(), COMMAND), other_deal=True)
    own = [replace(each, deal_id=stage.other_deal, unkept_deal_id=stage.other_deal) for each in stage.states()]
    wrong: list[str] = []
    for cell in CELLS:
        tries: list[tuple[str, Answer]] = []
        if cell.kind == "action":
            tries += [(value, await stage.act("other_rep", cell.id, value, own[0])) for value in stage.mixed_values()]
        else:
            tries += [(state.to_text(), await stage.submit("other_rep", cell.id, state)) for state in own]
        for value, answer in tries:
            touched = {name for name, _ in stage.of_the_deal(answer.changed)}
            if answer.names() or touched:
                wrong.append(f"{cell.id} {value}: sees {sorted(answer.names())}, changes {sorted(touched)}")
    assert wrong == []


def test_each_message_shows_its_reader_no_more_than_their_level(
    database: Database, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three months of all that is sent about the deal, then the export; the log names nothing of it."""
    caplog.set_level("DEBUG")
    world = World(database)
    texts = Texts(SlackMarkup(), COMMAND)
    _a_deal_with_everything(world)
    levels = {ANNA: "everything", PEOPLE["receiver"]: "brief", PEOPLE["asked"]: "one_promise", None: "wins"}
    levels |= {PEOPLE["co_owner"]: "everything", PEOPLE["engineer"]: "wins", PEOPLE["stand_in"]: "everything"}
    readers: set[str | None] = set()
    for _ in range(90):
        while (sent := compose_next(world)) is not None:
            if isinstance(sent, OutboundMessage):
                readers.add(sent.person)
                shown = Answer(f"{sent.screen}{render.message(sent.screen, texts)}", None, ())
                assert shown.names() <= level(levels.get(sent.person, "nothing")), (sent.person, sent.screen)
        world.advance(days=1)
    assert readers >= {ANNA, PEOPLE["receiver"], PEOPLE["asked"], None}
    exported = str(
        [world.database.read_sync(export.page, each) for each in world.database.read_sync(export.workspaces)]
    )
    assert Answer(exported, None, ()).names() == set(SECRETS) - {"review", "draft", "referral", "amount"}
    logged = caplog.text + "".join(capsys.readouterr())
    assert Answer(logged, None, ()).names() == set()


@pytest.mark.reported("initializ/forge#311")
async def test_a_channel_that_nobody_manages_says_nothing_about_who_delivers(database: Database) -> None:
    """Whoever is in some channel may not change for the whole workspace who is asked: the rules hold everywhere."""
    stage = Stage(World(database), Texts(SlackMarkup(), COMMAND))
    in_lunch = replace(next(stage.states()), role=LUNCH)
    tries = [await stage.act("other_rep", "delivery.add", LUNCH), await stage.submit("other_rep", "delivery", in_lunch)]
    tries.append(await stage.act("other_rep", "delivery.remove", f"1:{LUNCH}"))
    assert [(each.refused is not None, list(each.changed)) for each in tries] == [(True, [])] * 3
    assert (await stage.act("admin", "delivery.remove", f"1:{LUNCH}")).reached


@pytest.mark.reported("NousResearch/hermes-agent#38068")
@pytest.mark.reported("swapnildahiphale/OpenSRE#33")
async def test_whoever_clicks_is_asked_for_and_not_whose_message_it_is(platform: PlatformUnderTest) -> None:
    """Over each platform's own requests: every button of the rep's messages and modals, sent by a colleague."""
    await platform.introduce(platform.colleague)
    await recapped(platform)
    before = await exported(platform)
    card = await platform.message(wording("card.title_recapped", customer="Northwind Dental"))
    clickable = list(dict.fromkeys(card.clickable))
    if isinstance(platform, SlackUnderTest):  # Slack shows nobody the messages of others: somebody sends them forged
        card = await platform.forged(clickable, platform.colleague)
    for action_id, value in clickable:
        answer = await platform.click(card, action_id, value=value, who=platform.colleague)
        assert "Northwind" not in answer.text, action_id
    assert await exported(platform) == before
