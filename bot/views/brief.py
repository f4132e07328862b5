"""The brief: its short steps as sheets, the whole of it to look at, and as one message to print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bot.ui.components import (
    LONGEST_ENTRY,
    Button,
    Choice,
    Excerpt,
    Heading,
    Message,
    Option,
    Paragraph,
    Piece,
    Row,
    Sheet,
    Small,
    TextField,
)
from bot.ui.ids import COMMITMENT, Form, Place, Tap
from bot.ui.texts import Words
from bot.views import card as card_view
from handlers.call.brief import LONGEST_COMMITMENT, LONGEST_OPENING
from handlers.call.contacts import LONGEST_NAME
from handlers.method.brief import Requirement
from handlers.method.stages import CALL_TO_MAKE, CALL_UNDER_WAY, PREPARABLE
from handlers.method.urgency import Sellers
from handlers.method.urls import LONGEST_ADDRESS
from handlers.screens.brief import BriefScreen, BriefStep, BriefWhoScreen, BriefWordsScreen, CommitmentsScreen
from handlers.screens.deals import DealFacts


def render(screen: BriefStep, words: Words) -> Sheet:
    """Any screen of the brief as a sheet."""
    match screen:
        case BriefScreen():
            return whole(screen, words)
        case BriefWhoScreen():
            return who(screen, words)
        case CommitmentsScreen():
            return commitments(screen, words)
        case BriefWordsScreen():
            return own_words(screen, words)


def who(screen: BriefWhoScreen, words: Words) -> Sheet:
    """The people, and what they need. Below an empty name stands what it costs not to know it (M2.1)."""
    known = screen.prepared
    hint = words.plain("briefwho.name_hint")
    return Sheet(
        Form.BRIEF_WHO,
        words.plain("briefwho.title"),
        (
            Small((words.rich("briefwho.intro", customer=_customer(screen.deal, words)),)),
            TextField(
                "decision_maker",
                words.plain("briefwho.decision_maker"),
                value=known.decision_maker,
                hint=hint if known.decision_maker else screen.no_decision_maker,
                optional=True,
                most=LONGEST_NAME,
            ),
            TextField(
                "functional_decision_maker",
                words.plain("briefwho.functional_decision_maker"),
                value=known.functional_decision_maker,
                hint=hint if known.functional_decision_maker else screen.no_functional_decision_maker,
                optional=True,
                most=LONGEST_NAME,
            ),
            Choice(
                "sellers",
                words.plain("briefwho.sellers"),
                tuple(Option(sellers, words.plain(f"sellers.{sellers}")) for sellers in Sellers),
                chosen=known.sellers,
                optional=True,
            ),
            TextField(
                "requirements",
                words.plain("briefwho.requirements"),
                value="\n".join(each.need for each in known.requirements),
                hint=words.plain("briefwho.requirements_hint"),
                example=words.plain("briefwho.requirements_example"),
                lines=True,
                optional=True,
            ),
        ),
        place=Place(screen.deal.id),
        submit=words.plain("briefwho.submit"),
        close=words.plain("briefwho.close"),
    )


def commitments(screen: CommitmentsScreen, words: Words) -> Sheet:
    """Each requirement in full, and a field for what we committed to (M2.3)."""
    shown = screen.requirements
    pieces: list[Piece] = [
        Small((words.rich("briefcommit.intro", first=shown[0].number, last=shown[-1].number, total=screen.total),))
    ]
    for each in shown:
        pieces.append(Paragraph(f"{each.number}. {words.markup.bold(words.markup.escape(each.requirement.need))}"))
        pieces.append(
            TextField(
                f"{COMMITMENT}{each.number}",
                words.plain("briefcommit.commitment"),
                value=each.requirement.commitment,
                lines=True,
                optional=True,
                most=LONGEST_COMMITMENT,
            )
        )
    return Sheet(
        Form.BRIEF_COMMITMENTS,
        words.plain("briefcommit.title"),
        tuple(pieces),
        place=Place(screen.deal.id, version=screen.version),
        submit=words.plain("briefcommit.submit"),
        close=words.plain("briefcommit.close"),
    )


def own_words(screen: BriefWordsScreen, words: Words) -> Sheet:
    """How to begin, what to name first, and what to have at hand."""
    known = screen.prepared
    return Sheet(
        Form.BRIEF_WORDS,
        words.plain("briefwords.title"),
        (
            TextField(
                "opening",
                words.plain("briefwords.opening"),
                value=screen.opening,
                hint=words.plain("briefwords.opening_hint"),
                lines=True,
                optional=True,
                most=LONGEST_OPENING,
            ),
            TextField(
                "elephant",
                words.plain("briefwords.elephant"),
                value=known.elephant,
                hint=words.plain("briefwords.elephant_hint"),
                lines=True,
                optional=True,
            ),
            TextField(
                "proposal",
                words.plain("briefwords.proposal"),
                value=known.proposal,
                hint=words.plain("briefwords.proposal_hint"),
                optional=True,
                most=LONGEST_ADDRESS,
            ),
            TextField(
                "notes",
                words.plain("briefwords.notes"),
                value=known.notes,
                hint=words.plain("briefwords.notes_hint"),
                lines=True,
                optional=True,
                most=LONGEST_ENTRY,
            ),
        ),
        place=Place(screen.deal.id),
        submit=words.plain("briefwords.submit"),
        close=words.plain("briefwords.close"),
    )


def whole(screen: BriefScreen, words: Words) -> Sheet:
    """The whole brief, and what can be done with it."""
    deal = screen.card.deal
    offered: list[tuple[str, Tap, Literal["primary"] | None]] = []
    if deal.stage in PREPARABLE:
        offered += [("send", Tap.BRIEF_SEND, None), ("change", Tap.BRIEF_CHANGE, None)]
    if deal.stage in CALL_UNDER_WAY:
        offered.insert(0, ("go_on", Tap.CARD_GO_ON, "primary"))
    buttons = tuple(
        Button(
            words.plain(f"brief.{name}"),
            tap,
            str(deal.id),
            label=words.plain(f"brief.label_{name}", customer=_customer(deal, words)),
            style=style,
        )
        for name, tap, style in offered
    )
    return Sheet(
        Form.BRIEF,
        words.plain("brief.title"),
        (
            Heading(words.plain("brief.headline", customer=_customer(deal, words))),
            *([Row("brief", buttons)] if buttons else []),
            *([Small((words.rich("brief.sent"),))] if screen.sent else []),
            *(Paragraph(part) for part in _parts(screen, words)),
        ),
        place=Place(deal.id),
        close=words.plain("brief.close"),
    )


def message(screen: BriefScreen, words: Words) -> Message:
    """The brief as one message. What does not fit is said, and the button leads to all of it."""
    deal = screen.card.deal
    text = words.plain("card.brief")
    label = words.plain("card.label_brief", customer=_customer(deal, words))
    return Message(
        words.rich("brief.fallback", customer=_customer(deal, words), opening=screen.opening),
        (
            Heading(words.plain("brief.headline", customer=_customer(deal, words))),
            Excerpt(tuple(_parts(screen, words)), words.rich("brief.more")),
            Row(f"deal:{deal.id}", (Button(text, Tap.CARD_BRIEF, str(deal.id), label=label),)),
        ),
    )


def _customer(deal: DealFacts, words: Words) -> str:
    return deal.customer or words.plain("card.nameless")


def _parts(screen: BriefScreen, words: Words) -> Iterator[str]:
    """The brief in paragraphs of marked-up text, in the order in which they are needed on the call."""
    known, rich = screen.prepared, words.rich
    small = card_view.facts_line(screen.card, words)
    if small:
        yield small
    yield _titled(words, "brief.who", *_people(screen, words))
    if screen.card.deal.stage in CALL_TO_MAKE:
        yield _titled(words, "brief.why", card_view.urgency_line(screen.card, rich))
    yield _titled(words, "brief.opening", rich("brief.quoted", text=screen.opening))
    if known.elephant:
        yield _titled(words, "brief.elephant", words.markup.escape(known.elephant))
    if known.requirements:
        yield _titled(words, "brief.requirements", *_requirements(known.requirements, words))
    yield _titled(words, "brief.questions", *(rich("brief.question", text=text) for text in screen.questions))
    if known.proposal:
        yield _titled(words, "brief.proposal", words.markup.address(known.proposal))
    if known.notes:
        yield _titled(words, "brief.notes", words.markup.escape(known.notes))


def _people(screen: BriefScreen, words: Words) -> Iterator[str]:
    known, rich = screen.prepared, words.rich
    if known.decision_maker:
        yield rich("brief.decision_maker", name=known.decision_maker)
    else:
        yield rich("brief.no_decision_maker", hint=screen.no_decision_maker)
    if known.functional_decision_maker:
        yield rich("brief.functional_decision_maker", name=known.functional_decision_maker)
    else:
        yield rich("brief.no_functional_decision_maker", hint=screen.no_functional_decision_maker)
    if known.sellers is not None:
        yield rich("brief.sellers", number=rich(f"sellers.{known.sellers}"))


def _requirements(requirements: tuple[Requirement, ...], words: Words) -> Iterator[str]:
    for number, each in enumerate(requirements, start=1):
        yield f"{number}. {words.markup.escape(each.need)}"
        if each.commitment:
            yield words.rich("brief.commitment", text=each.commitment)
        else:
            yield words.rich("brief.no_commitment")


def _titled(words: Words, key: str, *lines: str) -> str:
    return "\n".join([words.markup.bold(words.rich(key)), *lines])
