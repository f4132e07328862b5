"""The read-back modal: one statement at a time, with the customer's three possible answers (M4)."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, ContextText, Modal, Paragraph
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.handoff_status import delivery_line
from bot.views.read_all import competitor_reset, contact_buttons
from bot.views.statements import edit_list_button, version_value
from handlers.screens.call import ReadBackScreen


def render(screen: ReadBackScreen, texts: Texts) -> Modal:
    """The statement with the answers below it; none is preselected (M4.2)."""
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
            *_news(screen, texts),
            ContextText((texts.rich("readback.step", kind=kind, where=where, customer=screen.deal.customer),)),
            Paragraph(texts.rich(f"readback.{statement.kind}", wording=statement.wording, rank=statement.position)),
            *_baseline(screen, texts),
            *([ContextText((delivery_line(screen.delivery, texts),))] if screen.delivery else []),
            ContextText((say,)),
            *competitor_reset(screen.competitor_script, texts),
            *contact_buttons(screen.people, screen.deal.id, texts),
            ActionRow(
                f"answer:{value}",
                (
                    # A competitor's promise is corrected or withdrawn, never agreed (M1.2).
                    *([] if screen.competitor_script else [answer("agree", ActionId.READ_AGREED)]),
                    answer("correct", ActionId.READ_CORRECTED),
                    answer("withdraw", ActionId.READ_WITHDRAWN),
                ),
            ),
            ActionRow("list", (*_read_all_button(screen, texts), edit_list_button(screen.deal.id, texts))),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version),
        close=texts.plain("readback.close"),
    )


def _news(screen: ReadBackScreen, texts: Texts) -> list[Component]:
    """What to know before this statement is read: at most one line of each."""
    news: list[Component] = []
    if screen.changed:
        news.append(Paragraph(texts.rich("readback.changed")))
    if screen.kept:
        news.append(Paragraph(texts.rich("readback.kept", count=screen.kept)))
    if screen.suggestion:
        add = Button(
            texts.plain("readback.add"),
            ActionId.LIST_ADD,
            str(screen.deal.id),
            accessible_name=texts.plain("readback.label_add"),
        )
        news += [Paragraph(texts.markup.escape(screen.suggestion)), ActionRow("suggestion", (add,))]
    return news


def _baseline(screen: ReadBackScreen, texts: Texts) -> list[Component]:
    """Today's value beside the target (M10.7)."""
    baseline = screen.statement.baseline
    return [ContextText((texts.rich("readback.today", baseline=baseline),))] if baseline else []


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
