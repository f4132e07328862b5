"""The read-back on one screen: every statement with its three answers, then one deliberate act for all (M4.1, M4.2)."""

from __future__ import annotations

from bot.routes import Form, Place, Tap
from bot.slack.blocks import BUTTON_SHOWN, Block, actions, button, context, modal, sections, ticks
from bot.slack.text import bold, clip
from bot.slack.words import SlackWords
from handlers.method.statements import Kind, Said, Statement
from handlers.screens import OnThePhone, ReadAllScreen
from prompts.wording import Ready

_ANSWERS = (
    ("agree", Tap.READ_AGREED, Said.AGREED),
    ("correct", Tap.READ_CORRECTED, Said.CORRECTED),
    ("withdraw", Tap.READ_WITHDRAWN, Said.WITHDRAWN),
)
_WHO = (Tap.ON_THE_PHONE, Tap.ON_THE_PHONE_TOO)
"""In the order of the roles: the decision maker, the functional decision maker."""


def render(screen: ReadAllScreen, words: SlackWords) -> Block:
    """The screen as a modal view. What was answered keeps its place and its buttons: nothing moves under a thumb."""
    deal, progress = screen.deal, screen.progress
    waiting = [s for s in screen.statements if not s.settled]
    where = words.plain("readall.where", settled=progress.settled, total=progress.total)
    blocks = [
        context(words.rich("readall.step", customer=deal.customer, where=where)),
        *sections(words.rich("readall.intro", name=screen.reached)),
        *who_answers(screen.people, deal.id, words),
    ]
    for statement in screen.statements:
        blocks += sections(_statement(statement, words, changed=statement.id in screen.changed))
        blocks.append(_answers(statement, words))
    blocks.append(_all_of_them(waiting, words))
    if screen.later:
        blocks.append(context(words.rich("readall.later", count=screen.later)))
    blocks.append(
        actions(
            "list",
            [
                button(words.plain(f"readall.{name}"), tap, str(deal.id), label=words.plain(f"readall.label_{name}"))
                for name, tap in (("each", Tap.READ_EACH), ("edit_list", Tap.CALL_EDIT_LIST))
            ],
        )
    )
    return modal(
        Form.READ_ALL,
        words.plain("readall.title"),
        blocks,
        metadata=Place(deal.id, seen=tuple((s.id, s.version) for s in screen.statements)).packed(),
        submit=words.plain("readall.submit"),
        close=words.plain("readall.close"),
    )


def who_answers(people: tuple[OnThePhone, ...], deal_id: int, words: SlackWords) -> list[Block]:
    """Who is on the phone: a button for each of the two, when two are known."""
    if not people:
        return []
    chosen = next((person.name for person in people if person.chosen), "")
    return [
        *sections(words.rich("readall.who", name=chosen)),
        actions(
            "who",
            [
                button(
                    clip(person.name, BUTTON_SHOWN),
                    tap,
                    str(deal_id),
                    label=words.plain("readall.label_who", name=person.name),
                    style="primary" if person.chosen else None,
                )
                for person, tap in zip(people, _WHO, strict=True)
            ],
        ),
    ]


def _statement(statement: Statement, words: SlackWords, *, changed: bool) -> str:
    kind = (
        words.rich("readback.priority_kind", rank=statement.position)
        if statement.kind is Kind.PRIORITY
        else words.rich("readback.expectation_kind")
    )
    said = words.rich(f"readall.said_{statement.said or ('changed' if changed else 'open')}")
    read = words.rich(f"readback.{statement.kind}", wording=statement.wording, rank=statement.position)
    return f"{bold(words.rich('readall.head', kind=Ready(kind), said=said))}\n{read}"


def _answers(statement: Statement, words: SlackWords) -> Block:
    value = f"{statement.id}:{statement.version}"
    return actions(
        f"answer:{value}",
        [
            button(
                words.plain(f"readback.{name}"),
                tap,
                value,
                label=words.plain(f"readback.label_{name}", wording=statement.wording),
                style="primary" if statement.said is said else None,
            )
            for name, tap, said in _ANSWERS
        ],
    )


def _all_of_them(waiting: list[Statement], words: SlackWords) -> Block:
    """The box to tick for what still waits on the screen.

    Its block is called by what it attests: Slack keeps a tick when a view is redrawn, and a tick for five statements
    must not become one for four.
    """
    box = ("yes", words.plain("readall.all_read", count=len(waiting)), "", False)
    block = ticks("read_all", words.plain("readall.all"), [box])
    return block | {"block_id": "read_all:" + " ".join(f"{s.id}:{s.version}" for s in waiting)}
