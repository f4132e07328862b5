"""The read-back of all statements: the answers for each, then one deliberate confirmation for the rest (M4.1, M4.2)."""

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
from bot.views.handoff_status import delivery_line
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
    together = [s for s in screen.statements if not s.settled and s.id not in screen.one_by_one]
    where = texts.plain("readall.where", settled=progress.settled, total=progress.total)
    components: list[Component] = [
        ContextText((texts.rich("readall.step", customer=deal.customer, where=where),)),
        Paragraph(texts.rich("readall.intro", name=screen.reached)),
        *contact_buttons(screen.people, deal.id, texts),
    ]
    for statement in screen.statements:
        script = screen.competitor_scripts.get(statement.id, "")
        said = _said(statement, screen, texts)
        components.append(Paragraph(_statement(statement, said, texts)))
        word = delivery_line(screen.delivery.get(statement.id), texts)
        components += [ContextText((word,))] if word else []
        components += competitor_reset(script, texts)
        components.append(_answers(statement, texts, may_agree=not script))
    if together:
        components.append(_agree_to_all(together, texts))
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
        submit=texts.plain("readall.submit") if together else None,
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


def _said(statement: Statement, screen: ReadAllScreen, texts: Texts) -> str:
    if statement.said in (Said.AGREED, Said.WITHDRAWN):
        return texts.rich(f"readall.said_{statement.said}")
    if statement.id in screen.changed:
        return texts.rich("readall.said_changed")
    matters = statement.id in screen.one_by_one and statement.id not in screen.competitor_scripts
    return texts.rich("readall.said_matters") if matters else texts.rich("readall.said_open")


def _statement(statement: Statement, said: str, texts: Texts) -> str:
    read = texts.rich(f"readback.{statement.kind}", wording=statement.wording, rank=statement.position)
    head = texts.rich("readall.head", kind=Ready(kind_of(statement, texts)), said=Ready(said))
    return f"{texts.markup.bold(head)}\n{read}"


def _answers(statement: Statement, texts: Texts, *, may_agree: bool) -> ActionRow:
    value = version_value(statement)
    answers = _ANSWERS if may_agree else [each for each in _ANSWERS if each[2] is not Said.AGREED]
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
            for name, action_id, said in answers
        ),
    )


def _agree_to_all(together: list[Statement], texts: Texts) -> Checkboxes:
    """The box that confirms these statements. A tick for five statements must not become one for four."""
    box = Checkbox("yes", texts.plain("readall.all_read", count=len(together)))
    attests = " ".join(version_value(s) for s in together)
    return Checkboxes("read_all", texts.plain("readall.all"), (box,), attests=attests)
