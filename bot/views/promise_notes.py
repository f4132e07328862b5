"""Notes beside a promise: on the board, the form, and the message to a colleague."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Message, Modal, Paragraph, TextField, UserField
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from bot.views.promise_button import promise_button
from handlers.promises.notes import LONGEST_NOTE
from handlers.screens.deals import DealFacts
from handlers.screens.promises import BoardPromise, NoteForm, NoteTold

_MOST_SHOWN = 3


def note_lines(promise: BoardPromise, texts: Texts) -> tuple[str, ...]:
    """The newest notes, and how many more there are."""
    lines = [
        texts.rich(
            "note.told" if each.told else "note.line",
            text=each.text,
            who=texts.markup.mention(each.by),
            told=texts.markup.mention(each.told) if each.told else "",
            when=texts.markup.moment(each.at),
        )
        for each in promise.notes[:_MOST_SHOWN]
    ]
    more = len(promise.notes) - len(lines)
    return (*lines, texts.rich("note.more", count=more)) if more > 0 else tuple(lines)


def note_button(deal: DealFacts, promise: BoardPromise, page: int, texts: Texts) -> Button:
    """Opens the form."""
    name = texts.plain("note.label_add", wording=promise.statement.wording)
    return promise_button(deal, promise.statement, page, ActionId.PROMISES_NOTE, texts.plain("note.add"), name)


def note_form(screen: NoteForm, texts: Texts) -> Modal:
    """The note, and whom to tell."""
    statement = screen.promise.statement
    return Modal(
        ViewId.PROMISE_NOTE,
        texts.plain("note.add"),
        (
            Paragraph(texts.rich("promises.quoted", wording=statement.wording)),
            TextField("text", texts.plain("note.text"), multiline=True, max_length=LONGEST_NOTE),
            UserField(
                "colleague", texts.plain("note.colleague"), hint=texts.plain("note.colleague_hint"), optional=True
            ),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version),
        submit=texts.plain("promises.save"),
        close=texts.plain("promises.cancel"),
    )


def note_told(screen: NoteTold, texts: Texts) -> Message:
    """The message to the colleague, with the way to the board."""
    customer = deal_name(screen.deal, texts.plain)
    who = texts.markup.mention(screen.by)
    text = texts.rich("note.message", customer=customer, who=who, text=screen.text, wording=screen.wording)
    button = Button(
        texts.plain("promises.open"),
        ActionId.PROMISES_OPEN,
        str(screen.deal.id),
        accessible_name=texts.plain("promises.label_open", customer=customer),
    )
    return Message(text, (Paragraph(text), ActionRow(f"deal:{screen.deal.id}", (button,))))
