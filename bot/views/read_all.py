"""The read-back on one screen: every statement with its three answers, then one deliberate act for all (M4.1, M4.2)."""

from __future__ import annotations

from bot.ui.components import BUTTON_SHOWN, Box, Button, Paragraph, Piece, Row, Sheet, Small, Ticks, clip
from bot.ui.ids import Form, Place, Tap
from bot.ui.texts import Words
from handlers.method.statements import Kind, Said, Statement
from handlers.screens.call import OnThePhone, ReadAllScreen
from prompts.wording import Ready

_ANSWERS = (
    ("agree", Tap.READ_AGREED, Said.AGREED),
    ("correct", Tap.READ_CORRECTED, Said.CORRECTED),
    ("withdraw", Tap.READ_WITHDRAWN, Said.WITHDRAWN),
)
_WHO = (Tap.ON_THE_PHONE, Tap.ON_THE_PHONE_TOO)
"""In the order of the roles: the decision maker, the functional decision maker."""


def render(screen: ReadAllScreen, words: Words) -> Sheet:
    """The screen as a sheet. What was answered keeps its place and its buttons: nothing moves under a thumb."""
    deal, progress = screen.deal, screen.progress
    waiting = [s for s in screen.statements if not s.settled]
    where = words.plain("readall.where", settled=progress.settled, total=progress.total)
    pieces: list[Piece] = [
        Small((words.rich("readall.step", customer=deal.customer, where=where),)),
        Paragraph(words.rich("readall.intro", name=screen.reached)),
        *who_answers(screen.people, deal.id, words),
    ]
    for statement in screen.statements:
        pieces.append(Paragraph(_statement(statement, words, changed=statement.id in screen.changed)))
        pieces += reset(screen.resets.get(statement.id, ""), words)
        pieces.append(_answers(statement, words))
    pieces.append(_all_of_them(waiting, words))
    if screen.later:
        pieces.append(Small((words.rich("readall.later", count=screen.later),)))
    pieces.append(
        Row(
            "list",
            tuple(
                Button(words.plain(f"readall.{name}"), tap, str(deal.id), label=words.plain(f"readall.label_{name}"))
                for name, tap in (("each", Tap.READ_EACH), ("edit_list", Tap.CALL_EDIT_LIST))
            ),
        )
    )
    return Sheet(
        Form.READ_ALL,
        words.plain("readall.title"),
        tuple(pieces),
        place=Place(deal.id, seen=tuple((s.id, s.version) for s in screen.statements)),
        submit=words.plain("readall.submit"),
        close=words.plain("readall.close"),
    )


def who_answers(people: tuple[OnThePhone, ...], deal_id: int, words: Words) -> list[Piece]:
    """Who is on the phone: a button for each of the two, when two are known."""
    if not people:
        return []
    chosen = next((person.name for person in people if person.chosen), "")
    return [
        Paragraph(words.rich("readall.who", name=chosen)),
        Row(
            "who",
            tuple(
                Button(
                    clip(person.name, BUTTON_SHOWN),
                    tap,
                    str(deal_id),
                    label=words.plain("readall.label_who", name=person.name),
                    style="primary" if person.chosen else None,
                )
                for person, tap in zip(people, _WHO, strict=True)
            ),
        ),
    ]


def reset(script: str, words: Words) -> list[Piece]:
    """What to say about a competitor's promise, before the customer is asked to agree to it (M1.2)."""
    return [Paragraph(words.rich("readback.reset", script=script))] if script else []


def _statement(statement: Statement, words: Words, *, changed: bool) -> str:
    kind = (
        words.rich("readback.priority_kind", rank=statement.position)
        if statement.kind is Kind.PRIORITY
        else words.rich("readback.expectation_kind")
    )
    said = words.rich(f"readall.said_{statement.said or ('changed' if changed else 'open')}")
    read = words.rich(f"readback.{statement.kind}", wording=statement.wording, rank=statement.position)
    return f"{words.markup.bold(words.rich('readall.head', kind=Ready(kind), said=said))}\n{read}"


def _answers(statement: Statement, words: Words) -> Row:
    value = f"{statement.id}:{statement.version}"
    return Row(
        f"answer:{value}",
        tuple(
            Button(
                words.plain(f"readback.{name}"),
                tap,
                value,
                label=words.plain(f"readback.label_{name}", wording=statement.wording),
                style="primary" if statement.said is said else None,
            )
            for name, tap, said in _ANSWERS
        ),
    )


def _all_of_them(waiting: list[Statement], words: Words) -> Ticks:
    """The box to tick for what still waits on the screen: a tick for five statements must not become one for four."""
    box = Box("yes", words.plain("readall.all_read", count=len(waiting)))
    attests = " ".join(f"{s.id}:{s.version}" for s in waiting)
    return Ticks("read_all", words.plain("readall.all"), (box,), attests=attests)
