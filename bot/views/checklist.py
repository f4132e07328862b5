"""The checklist modal: who was reached, the steps, and the two lists of statements (M3)."""

from __future__ import annotations

from zlib import crc32

from bot.ui.clipping import length
from bot.ui.components import (
    LONGEST_ENTRY,
    ActionRow,
    Button,
    Checkbox,
    Checkboxes,
    Component,
    Modal,
    Paragraph,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import talk_track
from handlers.call.checklist import FIELDS
from handlers.method.statement_capture import split_statements
from handlers.method.statements import Kind
from handlers.method.urgency import Sellers
from handlers.screens.call import ChecklistItem, ChecklistScreen

SELLERS_ACTIONS = {
    Sellers.UP_TO_ONE: ActionId.SELLERS_UP_TO_ONE,
    Sellers.TWO_OR_THREE: ActionId.SELLERS_TWO_OR_THREE,
    Sellers.FOUR_OR_MORE: ActionId.SELLERS_FOUR_OR_MORE,
}


def render(screen: ChecklistScreen, texts: Texts) -> Modal:
    """The form. A list too long for a field is shown above it, and the field only adds to it.

    If the lists have changed elsewhere, the fields hold what the rep typed plus what is new. They then get other names,
    because a platform may keep the old content of a field that has the same name.
    """
    suffix = "" if screen.typed is None else f"_{crc32(repr(screen.seen).encode()):x}"
    lists: list[Component] = []
    adding: list[str] = []
    for kind, listed in ((Kind.EXPECTATION, screen.expectations), (Kind.PRIORITY, screen.priorities)):
        field = FIELDS[kind]
        value = "\n".join(listed) if screen.typed is None else screen.typed[kind]
        if length(value) > LONGEST_ENTRY:
            adding.append(kind)
            lists += [Paragraph(f"• {texts.markup.escape(wording)}") for wording in listed]
            known = {wording.casefold() for wording in listed}
            value = "\n".join(line for line in split_statements(value) if line.casefold() not in known)
        lists.append(
            TextField(
                f"{field}{suffix}",
                texts.plain(f"checklist.{field}"),
                value=value,
                hint=texts.plain(f"checklist.{field}_hint"),
                placeholder=texts.plain(f"checklist.{field}_example"),
                multiline=True,
                optional=True,
            )
        )
    deal = screen.deal
    return Modal(
        ViewId.CHECKLIST,
        texts.plain("checklist.title"),
        (
            *([Paragraph(texts.rich("checklist.changed"))] if screen.typed is not None else []),
            Paragraph(texts.rich("checklist.intro", customer=deal.customer, amount=deal.amount)),
            *talk_track.who_to_call(screen.help, texts),
            *_from_brief(screen, texts),
            *talk_track.no_luck(deal, screen.help, texts),
            TextField(
                "reached",
                texts.plain("checklist.reached"),
                value=screen.reached,
                hint=texts.plain("checklist.reached_hint"),
                optional=True,
                max_length=150,
            ),
            *talk_track.steps_to_say(screen.help, texts),
            item_checkboxes("steps", texts.plain("checklist.steps"), screen.steps),
            *talk_track.situations(deal, screen.help, texts),
            *_sellers(screen, texts),
            *lists,
            *talk_track.listening(screen.help, texts),
        ),
        state=ModalState(deal.id, adding=tuple(adding), seen=screen.seen, suffix=suffix),
        submit=texts.plain("checklist.submit"),
        close=texts.plain("checklist.close"),
    )


def item_checkboxes(name: str, label: str, items: tuple[ChecklistItem, ...], *, optional: bool = True) -> Checkboxes:
    """Steps or objectives to tick; each box has the rule id of its item as value."""
    return Checkboxes(name, label, tuple(Checkbox(i.rule, i.text, i.why, i.holds) for i in items), optional=optional)


def _sellers(screen: ChecklistScreen, texts: Texts) -> list[Component]:
    """How many other sellers there were, asked once: the more, the more urgent the call (M1.4)."""
    if not screen.help.asks_sellers:
        return []
    buttons = tuple(
        Button(
            texts.plain(f"sellers.{sellers}"),
            action_id,
            str(screen.deal.id),
            accessible_name=texts.plain("checklist.other_sellers", number=texts.plain(f"sellers.{sellers}")),
        )
        for sellers, action_id in SELLERS_ACTIONS.items()
    )
    return [Paragraph(texts.rich("checklist.sellers")), ActionRow("sellers", buttons)]


def _from_brief(screen: ChecklistScreen, texts: Texts) -> list[Component]:
    """The opening line, and the elephant in the room from the brief (M9)."""
    prepared = [
        ("brief.opening", texts.rich("brief.quoted", text=screen.opening) if screen.opening else ""),
        ("brief.elephant", texts.markup.escape(screen.elephant)),
    ]
    return [Paragraph(f"{texts.markup.bold(texts.rich(key))}\n{text}") for key, text in prepared if text]
