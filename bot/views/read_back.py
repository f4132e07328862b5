"""The read-back modal: one statement at a time, with the customer's three possible answers (M4)."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, ContextText, Modal, Paragraph
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.read_all import competitor_reset, contact_buttons
from bot.views.statements import edit_list_button, version_value
from handlers.screens.call import ReadBackScreen


def render(screen: ReadBackScreen, texts: Texts) -> Modal:
    """The statement with three answers below it; none is preselected (M4.2)."""
    statement, progress = screen.statement, screen.progress
    number = min(progress.settled + 1, progress.total)
    kind = texts.plain(f"readback.{statement.kind}_kind", rank=statement.position)
    where = texts.plain("readback.where", number=number, total=progress.total)
    value = version_value(statement)
    say = (
        texts.rich("readback.say_aloud", name=screen.reached)
        if screen.reached
        else texts.rich("readback.say_aloud_nobody")
    )

    def answer(name: str, action_id: ActionId) -> Button:
        label = texts.plain(f"readback.label_{name}", wording=statement.wording)
        return Button(texts.plain(f"readback.{name}"), action_id, value, accessible_name=label)

    return Modal(
        ViewId.READ_BACK,
        texts.plain("readback.title"),
        (
            *([Paragraph(texts.rich("readback.changed"))] if screen.changed else []),
            ContextText((texts.rich("readback.step", kind=kind, where=where, customer=screen.deal.customer),)),
            Paragraph(texts.rich(f"readback.{statement.kind}", wording=statement.wording, rank=statement.position)),
            ContextText((say,)),
            *competitor_reset(screen.competitor_script, texts),
            *contact_buttons(screen.people, screen.deal.id, texts),
            ActionRow(
                f"answer:{value}",
                (
                    answer("agree", ActionId.READ_AGREED),
                    answer("correct", ActionId.READ_CORRECTED),
                    answer("withdraw", ActionId.READ_WITHDRAWN),
                ),
            ),
            ActionRow("list", (*_read_all_button(screen, texts), edit_list_button(screen.deal.id, texts))),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version),
        close=texts.plain("readback.close"),
    )


def _read_all_button(screen: ReadBackScreen, texts: Texts) -> list[Button]:
    """Shows all open statements on one screen; not offered for the last one."""
    if screen.progress.total - screen.progress.settled == 1:
        return []
    return [
        Button(
            texts.plain("readback.all"),
            ActionId.READ_ALL,
            str(screen.deal.id),
            accessible_name=texts.plain("readback.label_all"),
        )
    ]
