"""The brief: its forms, the whole brief as a modal, and as one message to print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bot.ui.components import (
    LONGEST_ENTRY,
    ActionRow,
    Button,
    Component,
    ContextText,
    Excerpt,
    Heading,
    Message,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    TextField,
)
from bot.ui.ids import COMMITMENT_PREFIX, ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views.contacts import contact_line, edit_button
from bot.views.deal_name import deal_name
from bot.views.talk_track import words_button
from handlers.call.brief import LONGEST_COMMITMENT, LONGEST_OPENING
from handlers.call.contacts import LONGEST_NAME
from handlers.method.brief import Requirement
from handlers.method.stages import CALL_TO_MAKE, CALL_UNDER_WAY, PREPARABLE
from handlers.method.urgency import Sellers
from handlers.method.urls import MAX_URL_LENGTH
from handlers.screens.brief import (
    BriefCommitmentsScreen,
    BriefContactsScreen,
    BriefNotesScreen,
    BriefScreen,
    BriefStep,
)


def render(screen: BriefStep, texts: Texts) -> Modal:
    """Any screen of the brief as a modal."""
    match screen:
        case BriefScreen():
            return overview(screen, texts)
        case BriefContactsScreen():
            return who_form(screen, texts)
        case BriefCommitmentsScreen():
            return commitments_form(screen, texts)
        case BriefNotesScreen():
            return words_form(screen, texts)


def who_form(screen: BriefContactsScreen, texts: Texts) -> Modal:
    """The people and their requirements. An empty name gets a hint what it costs not to know it (M2.1)."""
    known = screen.prepared
    hint = texts.plain("briefwho.name_hint")
    return Modal(
        ViewId.BRIEF_WHO,
        texts.plain("briefwho.title"),
        (
            ContextText((texts.rich("briefwho.intro", customer=deal_name(screen.deal, texts.plain)),)),
            TextField(
                "decision_maker",
                texts.plain("briefwho.decision_maker"),
                value=known.decision_maker,
                hint=hint if known.decision_maker else screen.no_decision_maker,
                optional=True,
                max_length=LONGEST_NAME,
            ),
            TextField(
                "functional_decision_maker",
                texts.plain("briefwho.functional_decision_maker"),
                value=known.functional_decision_maker,
                hint=hint if known.functional_decision_maker else screen.no_functional_decision_maker,
                optional=True,
                max_length=LONGEST_NAME,
            ),
            RadioGroup(
                "sellers",
                texts.plain("briefwho.sellers"),
                tuple(Option(sellers, texts.plain(f"sellers.{sellers}")) for sellers in Sellers),
                chosen=known.sellers,
                optional=True,
            ),
            TextField(
                "requirements",
                texts.plain("briefwho.requirements"),
                value="\n".join(each.need for each in known.requirements),
                hint=texts.plain("briefwho.requirements_hint"),
                placeholder=texts.plain("briefwho.requirements_example"),
                multiline=True,
                optional=True,
            ),
        ),
        state=ModalState(screen.deal.id),
        submit=texts.plain("briefwho.submit"),
        close=texts.plain("briefwho.close"),
    )


def commitments_form(screen: BriefCommitmentsScreen, texts: Texts) -> Modal:
    """Each requirement in full, with a field for the commitment made for it (M2.3)."""
    shown = screen.requirements
    components: list[Component] = [
        ContextText(
            (texts.rich("briefcommit.intro", first=shown[0].number, last=shown[-1].number, total=screen.total),)
        )
    ]
    for each in shown:
        components.append(Paragraph(f"{each.number}. {texts.markup.bold(texts.markup.escape(each.requirement.need))}"))
        components.append(
            TextField(
                f"{COMMITMENT_PREFIX}{each.number}",
                texts.plain("briefcommit.commitment"),
                value=each.requirement.commitment,
                multiline=True,
                optional=True,
                max_length=LONGEST_COMMITMENT,
            )
        )
    return Modal(
        ViewId.BRIEF_COMMITMENTS,
        texts.plain("briefcommit.title"),
        tuple(components),
        state=ModalState(screen.deal.id, version=screen.version),
        submit=texts.plain("briefcommit.submit"),
        close=texts.plain("briefcommit.close"),
    )


def words_form(screen: BriefNotesScreen, texts: Texts) -> Modal:
    """The opening line, the concern to raise first, the proposal and notes."""
    known = screen.prepared
    return Modal(
        ViewId.BRIEF_WORDS,
        texts.plain("briefwords.title"),
        (
            TextField(
                "opening",
                texts.plain("briefwords.opening"),
                value=screen.opening,
                hint=texts.plain("briefwords.opening_hint"),
                multiline=True,
                optional=True,
                max_length=LONGEST_OPENING,
            ),
            TextField(
                "elephant",
                texts.plain("briefwords.elephant"),
                value=known.elephant,
                hint=texts.plain("briefwords.elephant_hint"),
                multiline=True,
                optional=True,
            ),
            TextField(
                "proposal",
                texts.plain("briefwords.proposal"),
                value=known.proposal,
                hint=texts.plain("briefwords.proposal_hint"),
                optional=True,
                max_length=MAX_URL_LENGTH,
            ),
            TextField(
                "notes",
                texts.plain("briefwords.notes"),
                value=known.notes,
                hint=texts.plain("briefwords.notes_hint"),
                multiline=True,
                optional=True,
                max_length=LONGEST_ENTRY,
            ),
        ),
        state=ModalState(screen.deal.id),
        submit=texts.plain("briefwords.submit"),
        close=texts.plain("briefwords.close"),
    )


def overview(screen: BriefScreen, texts: Texts) -> Modal:
    """The whole brief, with the actions that the deal's stage allows."""
    deal = screen.card.deal
    offered: list[tuple[str, ActionId, Literal["primary"] | None]] = []
    if deal.stage in PREPARABLE:
        offered += [("send", ActionId.BRIEF_SEND, None), ("change", ActionId.BRIEF_CHANGE, None)]
    if deal.stage in CALL_UNDER_WAY:
        offered.insert(0, ("go_on", ActionId.CARD_GO_ON, "primary"))
    buttons = tuple(
        Button(
            texts.plain(f"brief.{name}"),
            action_id,
            str(deal.id),
            accessible_name=texts.plain(f"brief.label_{name}", customer=deal_name(deal, texts.plain)),
            style=style,
        )
        for name, action_id, style in offered
    )
    return Modal(
        ViewId.BRIEF,
        texts.plain("brief.title"),
        (
            Heading(texts.plain("brief.headline", customer=deal_name(deal, texts.plain))),
            *([ActionRow("brief", buttons)] if buttons else []),
            *([ActionRow("people", _people_buttons(screen, texts))] if deal.stage in PREPARABLE else []),
            *([ContextText((texts.rich("brief.sent"),))] if screen.sent else []),
            *(Paragraph(part) for part in _parts(screen, texts)),
        ),
        state=ModalState(deal.id),
        close=texts.plain("brief.close"),
    )


def _people_buttons(screen: BriefScreen, texts: Texts) -> tuple[Button, ...]:
    """The form of each contact, and the rep's own words."""
    deal = screen.card.deal
    contacts = tuple(edit_button(deal, contact, texts) for contact in screen.contacts)
    return (*(contacts or (edit_button(deal, None, texts),)), words_button(deal, texts))


def message(screen: BriefScreen, texts: Texts) -> Message:
    """The brief as one message. If it does not fit, it says so; the button opens all of it."""
    deal = screen.card.deal
    text = texts.plain("card.brief")
    label = texts.plain("card.label_brief", customer=deal_name(deal, texts.plain))
    return Message(
        texts.rich("brief.fallback", customer=deal_name(deal, texts.plain), opening=screen.opening),
        (
            Heading(texts.plain("brief.headline", customer=deal_name(deal, texts.plain))),
            Excerpt(tuple(_parts(screen, texts)), texts.rich("brief.more")),
            ActionRow(f"deal:{deal.id}", (Button(text, ActionId.CARD_BRIEF, str(deal.id), accessible_name=label),)),
        ),
    )


def _parts(screen: BriefScreen, texts: Texts) -> Iterator[str]:
    """The brief as marked-up paragraphs, in the order in which the call needs them."""
    known, rich = screen.prepared, texts.rich
    facts = card_view.facts_line(screen.card, texts)
    if facts:
        yield facts
    yield _titled(texts, "brief.who", *_people(screen, texts))
    if screen.card.deal.stage in CALL_TO_MAKE:
        yield _titled(texts, "brief.why", card_view.urgency_line(screen.card, rich))
    yield _titled(texts, "brief.opening", rich("brief.quoted", text=screen.opening))
    if known.elephant:
        yield _titled(texts, "brief.elephant", texts.markup.escape(known.elephant))
    if known.requirements:
        yield _titled(texts, "brief.requirements", *_requirements(known.requirements, texts))
    yield _titled(texts, "brief.questions", *(rich("brief.question", text=text) for text in screen.questions))
    if known.proposal:
        yield _titled(texts, "brief.proposal", texts.markup.address(known.proposal))
    if known.notes:
        yield _titled(texts, "brief.notes", texts.markup.escape(known.notes))


def _people(screen: BriefScreen, texts: Texts) -> Iterator[str]:
    known, rich = screen.prepared, texts.rich
    yield from (contact_line(contact, texts) for contact in screen.contacts)
    if not known.decision_maker:
        yield rich("brief.no_decision_maker", hint=screen.no_decision_maker)
    if not known.functional_decision_maker:
        yield rich("brief.no_functional_decision_maker", hint=screen.no_functional_decision_maker)
    if known.sellers is not None:
        yield rich("brief.sellers", number=rich(f"sellers.{known.sellers}"))


def _requirements(requirements: tuple[Requirement, ...], texts: Texts) -> Iterator[str]:
    for number, each in enumerate(requirements, start=1):
        yield f"{number}. {texts.markup.escape(each.need)}"
        if each.commitment:
            yield texts.rich("brief.commitment", text=each.commitment)
        else:
            yield texts.rich("brief.no_commitment")


def _titled(texts: Texts, key: str, *lines: str) -> str:
    return "\n".join([texts.markup.bold(texts.rich(key)), *lines])
