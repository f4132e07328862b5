"""A contact at the customer: how to reach them, with links that call and write, and the form for it."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Modal, Option, Paragraph, RadioGroup, TextField
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from handlers.call.contacts import DECISION_MAKER, FUNCTIONAL_DECISION_MAKER, LONGEST_NAME
from handlers.method.contact_details import LONGEST_EMAIL, LONGEST_PHONE, Channel, email_url, phone_url
from handlers.method.stages import CALL_UNDER_WAY, Stage
from handlers.screens.call import ContactForm, ContactKept, ReachableContact
from handlers.screens.deals import DealFacts

LONGEST_ZONE = 60
EDIT_ACTIONS = {DECISION_MAKER: ActionId.CONTACT_EDIT, FUNCTIONAL_DECISION_MAKER: ActionId.CONTACT_EDIT_TOO}


def contact_line(contact: ReachableContact, texts: Texts) -> str:
    """Name and role, the number and the address as links, how they want to be reached, and their time of day."""
    details, rich = contact.details, texts.rich
    parts = [rich(f"contact.is_{contact.role}", name=details.name)]
    if details.phone:
        url = phone_url(details.phone)
        parts.append(texts.markup.link(url, details.phone) if url else texts.markup.escape(details.phone))
    if details.email:
        parts.append(texts.markup.link(email_url(details.email), details.email))
    if details.channel is not None:
        parts.append(rich(f"contact.by_{details.channel}"))
    if contact.there is not None:
        time = f"{contact.there:%H:%M}"
        parts.append(rich("contact.time", time=time) if contact.can_be_called else rich("contact.too_early", time=time))
    return " · ".join(map(str, parts))


def edit_button(deal: DealFacts, contact: ReachableContact | None, texts: Texts) -> Button:
    """Opens the contact's form; for None, that of the decision maker who is not known yet."""
    if contact is None:
        label = texts.plain("contact.label_add", customer=deal_name(deal, texts.plain))
        return Button(texts.plain("contact.add"), EDIT_ACTIONS[DECISION_MAKER], str(deal.id), label)
    return Button(
        texts.plain(f"contact.edit_{contact.role}"),
        EDIT_ACTIONS[contact.role],
        str(deal.id),
        accessible_name=texts.plain(f"contact.label_edit_{contact.role}", customer=deal_name(deal, texts.plain)),
    )


def form(screen: ContactForm, texts: Texts) -> Modal:
    """The form of one contact."""
    known = screen.details
    return Modal(
        ViewId.CONTACT,
        texts.plain("contact.title"),
        (
            Paragraph(texts.rich(f"contact.intro_{screen.role}", customer=deal_name(screen.deal, texts.plain))),
            TextField("name", texts.plain("contact.name"), value=known.name, max_length=LONGEST_NAME),
            TextField(
                "reach",
                texts.plain("contact.reach"),
                value=", ".join(filter(None, (known.phone, known.email))),
                placeholder=texts.plain("contact.reach_example"),
                optional=True,
                max_length=LONGEST_PHONE + LONGEST_EMAIL + 2,
            ),
            RadioGroup(
                "channel",
                texts.plain("contact.channel"),
                tuple(Option(channel, texts.plain(f"contact.channel_{channel}")) for channel in Channel),
                chosen=known.channel,
                optional=True,
            ),
            TextField(
                "zone",
                texts.plain("contact.zone"),
                value=known.zone,
                hint=texts.plain("contact.zone_hint"),
                optional=True,
                max_length=LONGEST_ZONE,
            ),
        ),
        state=ModalState(screen.deal.id, role=screen.role),
        submit=texts.plain("contact.submit"),
        close=texts.plain("contact.close"),
    )


def kept(screen: ContactKept, texts: Texts) -> Modal:
    """Confirms the contact, with the links to call and to write, and leads to the call."""
    deal = screen.deal
    offered = [("brief", ActionId.CARD_BRIEF)]
    if deal.stage in CALL_UNDER_WAY:
        offered.insert(0, ("continue" if deal.stage is Stage.IN_CALL else "start", ActionId.CARD_GO_ON))
    buttons = tuple(
        Button(
            texts.plain(f"card.{name}"),
            action_id,
            str(deal.id),
            accessible_name=texts.plain(f"card.label_{name}", customer=deal_name(deal, texts.plain)),
        )
        for name, action_id in offered
    )
    return Modal(
        ViewId.CONTACT_KEPT,
        texts.plain("contact.kept_title"),
        (Paragraph(contact_line(screen.contact, texts)), ActionRow("next", buttons)),
        state=ModalState(screen.deal.id),
        close=texts.plain("contact.kept_close"),
    )
