"""A try to reach the customer that failed: a button for each way, and what follows."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, Modal, Paragraph
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.contacts import contact_line, edit_button
from bot.views.deal_name import deal_name
from handlers.call.attempts import Attempt
from handlers.screens.call import AttemptLogged
from handlers.screens.deals import DealFacts

ATTEMPT_ACTIONS = {
    Attempt.NO_ANSWER: ActionId.ATTEMPT_NO_ANSWER,
    Attempt.LEFT_MESSAGE: ActionId.ATTEMPT_LEFT_MESSAGE,
    Attempt.ASKED_TO_MOVE: ActionId.ATTEMPT_ASKED_TO_MOVE,
    Attempt.WRONG_PERSON: ActionId.ATTEMPT_WRONG_PERSON,
    Attempt.NO_SHOW: ActionId.ATTEMPT_NO_SHOW,
}


def attempt_buttons(deal: DealFacts, texts: Texts) -> tuple[Button, ...]:
    """One tap for each way in which a try can fail."""
    customer = deal_name(deal, texts.plain)
    return tuple(
        Button(
            texts.plain(f"attempt.{attempt}"),
            action_id,
            str(deal.id),
            accessible_name=texts.plain(f"attempt.label_{attempt}", customer=customer),
        )
        for attempt, action_id in ATTEMPT_ACTIONS.items()
    )


def logged(screen: AttemptLogged, texts: Texts) -> Modal:
    """Confirms the try, and says when the next one is."""
    deal = screen.deal
    customer = deal_name(deal, texts.plain)
    when = texts.markup.moment(screen.next_at)
    said = texts.rich(f"attempt.logged_{screen.attempt}", customer=customer)
    follows = texts.rich("attempt.next", count=screen.tries, when=when)
    components: list[Component] = [Paragraph(f"{said}\n{follows}")]
    if screen.contacts:
        components.append(Paragraph("\n".join(contact_line(contact, texts) for contact in screen.contacts)))
    text = texts.plain("attempt.other_time")
    label = texts.plain("attempt.label_other_time", customer=customer)
    buttons = [Button(text, ActionId.CARD_SCHEDULE, str(deal.id), accessible_name=label)]
    if screen.attempt == Attempt.WRONG_PERSON:
        buttons.insert(0, edit_button(deal, screen.contacts[0] if screen.contacts else None, texts))
    components.append(ActionRow("next", tuple(buttons)))
    return Modal(
        ViewId.ATTEMPT,
        texts.plain("attempt.title"),
        tuple(components),
        state=ModalState(deal.id),
        close=texts.plain("attempt.close"),
    )
