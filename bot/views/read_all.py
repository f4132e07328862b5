"""The read-back of all statements: three answers for each, then one deliberate confirmation for all (M4.1, M4.2)."""

from __future__ import annotations

from bot.ui.clipping import clip
from bot.ui.components import (
    BUTTON_SHOWN,
    ActionRow,
    Button,
    Checkbox,
    Checkboxes,
    Component,
    ContextText,
    Modal,
    Paragraph,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.statements import kind_of, version_value
from handlers.method.statements import Said, Statement
from handlers.screens.call import CallContact, ReadAllScreen
from prompts.wording import Ready

_ANSWERS = (
    ("agree", ActionId.READ_AGREED, Said.AGREED),
    ("correct", ActionId.READ_CORRECTED, Said.CORRECTED),
    ("withdraw", ActionId.READ_WITHDRAWN, Said.WITHDRAWN),
)
_CONTACT_ACTIONS = (ActionId.ON_THE_PHONE, ActionId.ON_THE_PHONE_TOO)
"""In the order of the people: the decision maker, the functional decision maker."""


def render(screen: ReadAllScreen, texts: Texts) -> Modal:
    """The modal. An answered statement keeps its position and its buttons, so that nothing moves under a thumb."""
    deal, progress = screen.deal, screen.progress
    waiting = [s for s in screen.statements if not s.settled]
    where = texts.plain("readall.where", settled=progress.settled, total=progress.total)
    components: list[Component] = [
        ContextText((texts.rich("readall.step", customer=deal.customer, where=where),)),
        Paragraph(texts.rich("readall.intro", name=screen.reached)),
        *contact_buttons(screen.people, deal.id, texts),
    ]
    for statement in screen.statements:
        components.append(Paragraph(_statement(statement, texts, changed=statement.id in screen.changed)))
        components += competitor_reset(screen.competitor_scripts.get(statement.id, ""), texts)
        components.append(_answers(statement, texts))
    components.append(_agree_to_all(waiting, texts))
    if screen.later:
        components.append(ContextText((texts.rich("readall.later", count=screen.later),)))
    components.append(
        ActionRow(
            "list",
            tuple(
                Button(
                    texts.plain(f"readall.{name}"),
                    action_id,
                    str(deal.id),
                    accessible_name=texts.plain(f"readall.label_{name}"),
                )
                for name, action_id in (("each", ActionId.READ_EACH), ("edit_list", ActionId.CALL_EDIT_LIST))
            ),
        )
    )
    return Modal(
        ViewId.READ_ALL,
        texts.plain("readall.title"),
        tuple(components),
        state=ModalState(deal.id, seen=tuple((s.id, s.version) for s in screen.statements)),
        submit=texts.plain("readall.submit"),
        close=texts.plain("readall.close"),
    )


def contact_buttons(people: tuple[CallContact, ...], deal_id: int, texts: Texts) -> list[Component]:
    """Who is on the phone: a button for each contact, if two are known."""
    if not people:
        return []
    chosen = next((person.name for person in people if person.chosen), "")
    return [
        Paragraph(texts.rich("readall.who", name=chosen)),
        ActionRow(
            "who",
            tuple(
                Button(
                    clip(person.name, BUTTON_SHOWN),
                    action_id,
                    str(deal_id),
                    accessible_name=texts.plain("readall.label_who", name=person.name),
                    style="primary" if person.chosen else None,
                )
                for person, action_id in zip(people, _CONTACT_ACTIONS, strict=True)
            ),
        ),
    ]


def competitor_reset(script: str, texts: Texts) -> list[Component]:
    """What to say about a competitor's promise before the customer answers (M1.2)."""
    return [Paragraph(texts.rich("readback.reset", script=script))] if script else []


def _statement(statement: Statement, texts: Texts, *, changed: bool) -> str:
    said = texts.rich(f"readall.said_{statement.said or ('changed' if changed else 'open')}")
    read = texts.rich(f"readback.{statement.kind}", wording=statement.wording, rank=statement.position)
    return f"{texts.markup.bold(texts.rich('readall.head', kind=Ready(kind_of(statement, texts)), said=said))}\n{read}"


def _answers(statement: Statement, texts: Texts) -> ActionRow:
    value = version_value(statement)
    return ActionRow(
        f"answer:{value}",
        tuple(
            Button(
                texts.plain(f"readback.{name}"),
                action_id,
                value,
                accessible_name=texts.plain(f"readback.label_{name}", wording=statement.wording),
                style="primary" if statement.said is said else None,
            )
            for name, action_id, said in _ANSWERS
        ),
    )


def _agree_to_all(waiting: list[Statement], texts: Texts) -> Checkboxes:
    """The box that confirms all open statements. A tick for five statements must not become one for four."""
    box = Checkbox("yes", texts.plain("readall.all_read", count=len(waiting)))
    attests = " ".join(version_value(s) for s in waiting)
    return Checkboxes("read_all", texts.plain("readall.all"), (box,), attests=attests)
