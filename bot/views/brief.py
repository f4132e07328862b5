"""The brief: its short steps as modals, the whole of it to look at, and as one message to print."""

from __future__ import annotations

from collections.abc import Iterator

from bot.routes import COMMITMENT, Form, Place, Tap
from bot.slack.blocks import INPUT_LIMIT, Block, actions, button, choice, context, header, modal, sections, text_field
from bot.slack.text import SECTION_LIMIT, address_link, bold, escape, pieces
from bot.slack.words import SlackWords
from bot.views import card as card_view
from bot.views.card import Message
from handlers.brief import LONGEST_COMMITMENT, LONGEST_OPENING
from handlers.contacts import LONGEST_NAME
from handlers.method.addresses import LONGEST_ADDRESS
from handlers.method.brief import Requirement
from handlers.method.stages import CALL_TO_MAKE, CALL_UNDER_WAY, PREPARABLE
from handlers.method.urgency import Sellers
from handlers.screens import BriefScreen, BriefStep, BriefWhoScreen, BriefWordsScreen, CommitmentsScreen, DealFacts

MESSAGE_LIMIT = 9000
"""Characters of text in one message. Slack refuses blocks of more than some 12,000, and does not say how it counts."""


def render(screen: BriefStep, words: SlackWords) -> Block:
    """Any screen of the brief as a modal view."""
    match screen:
        case BriefScreen():
            return whole(screen, words)
        case BriefWhoScreen():
            return who(screen, words)
        case CommitmentsScreen():
            return commitments(screen, words)
        case BriefWordsScreen():
            return own_words(screen, words)


def who(screen: BriefWhoScreen, words: SlackWords) -> Block:
    """The people, and what they need. Below an empty name stands what it costs not to know it (M2.1)."""
    known = screen.prepared
    hint = words.plain("briefwho.name_hint")
    return modal(
        Form.BRIEF_WHO,
        words.plain("briefwho.title"),
        [
            context(words.rich("briefwho.intro", customer=_customer(screen.deal, words))),
            text_field(
                "decision_maker",
                words.plain("briefwho.decision_maker"),
                value=known.decision_maker,
                hint=hint if known.decision_maker else screen.no_decision_maker,
                optional=True,
                most=LONGEST_NAME,
            ),
            text_field(
                "functional_decision_maker",
                words.plain("briefwho.functional_decision_maker"),
                value=known.functional_decision_maker,
                hint=hint if known.functional_decision_maker else screen.no_functional_decision_maker,
                optional=True,
                most=LONGEST_NAME,
            ),
            choice(
                "sellers",
                words.plain("briefwho.sellers"),
                [(sellers, words.plain(f"sellers.{sellers}")) for sellers in Sellers],
                chosen=known.sellers,
                optional=True,
            ),
            text_field(
                "requirements",
                words.plain("briefwho.requirements"),
                value="\n".join(each.need for each in known.requirements),
                hint=words.plain("briefwho.requirements_hint"),
                example=words.plain("briefwho.requirements_example"),
                lines=True,
                optional=True,
            ),
        ],
        metadata=Place(screen.deal.id).packed(),
        submit=words.plain("briefwho.submit"),
        close=words.plain("briefwho.close"),
    )


def commitments(screen: CommitmentsScreen, words: SlackWords) -> Block:
    """Each requirement in full, and a field for what we committed to (M2.3)."""
    shown = screen.requirements
    blocks = [
        context(words.rich("briefcommit.intro", first=shown[0].number, last=shown[-1].number, total=screen.total))
    ]
    for each in shown:
        blocks += sections(f"{each.number}. {bold(escape(each.requirement.need))}")
        blocks.append(
            text_field(
                f"{COMMITMENT}{each.number}",
                words.plain("briefcommit.commitment"),
                value=each.requirement.commitment,
                lines=True,
                optional=True,
                most=LONGEST_COMMITMENT,
            )
        )
    return modal(
        Form.BRIEF_COMMITMENTS,
        words.plain("briefcommit.title"),
        blocks,
        metadata=Place(screen.deal.id, version=screen.version).packed(),
        submit=words.plain("briefcommit.submit"),
        close=words.plain("briefcommit.close"),
    )


def own_words(screen: BriefWordsScreen, words: SlackWords) -> Block:
    """How to begin, what to name first, and what to have at hand."""
    known = screen.prepared
    return modal(
        Form.BRIEF_WORDS,
        words.plain("briefwords.title"),
        [
            text_field(
                "opening",
                words.plain("briefwords.opening"),
                value=screen.opening,
                hint=words.plain("briefwords.opening_hint"),
                lines=True,
                optional=True,
                most=LONGEST_OPENING,
            ),
            text_field(
                "elephant",
                words.plain("briefwords.elephant"),
                value=known.elephant,
                hint=words.plain("briefwords.elephant_hint"),
                lines=True,
                optional=True,
            ),
            text_field(
                "proposal",
                words.plain("briefwords.proposal"),
                value=known.proposal,
                hint=words.plain("briefwords.proposal_hint"),
                optional=True,
                most=LONGEST_ADDRESS,
            ),
            text_field(
                "notes",
                words.plain("briefwords.notes"),
                value=known.notes,
                hint=words.plain("briefwords.notes_hint"),
                lines=True,
                optional=True,
                most=INPUT_LIMIT,
            ),
        ],
        metadata=Place(screen.deal.id).packed(),
        submit=words.plain("briefwords.submit"),
        close=words.plain("briefwords.close"),
    )


def whole(screen: BriefScreen, words: SlackWords) -> Block:
    """The whole brief, and what can be done with it."""
    deal = screen.card.deal
    offered: list[tuple[str, Tap, str | None]] = []
    if deal.stage in PREPARABLE:
        offered += [("send", Tap.BRIEF_SEND, None), ("change", Tap.BRIEF_CHANGE, None)]
    if deal.stage in CALL_UNDER_WAY:
        offered.insert(0, ("go_on", Tap.CARD_GO_ON, "primary"))
    buttons = [
        button(
            words.plain(f"brief.{name}"),
            tap,
            str(deal.id),
            label=words.plain(f"brief.label_{name}", customer=_customer(deal, words)),
            style=style,
        )
        for name, tap, style in offered
    ]
    return modal(
        Form.BRIEF,
        words.plain("brief.title"),
        [
            header(words.plain("brief.headline", customer=_customer(deal, words))),
            *([actions("brief", buttons)] if buttons else []),
            *([context(words.rich("brief.sent"))] if screen.sent else []),
            *(block for part in _parts(screen, words) for block in sections(part)),
        ],
        metadata=Place(deal.id).packed(),
        close=words.plain("brief.close"),
    )


def message(screen: BriefScreen, words: SlackWords) -> Message:
    """The brief as one message. What does not fit Slack's limit is said, and the button leads to all of it."""
    deal = screen.card.deal
    blocks = [header(words.plain("brief.headline", customer=_customer(deal, words)))]
    left = MESSAGE_LIMIT
    for part in _parts(screen, words):
        if len(part) > left:
            blocks += sections(f"{pieces(part, left)[0]} …") if left > SECTION_LIMIT // 10 else []
            blocks.append(context(words.rich("brief.more")))
            break
        blocks += sections(part)
        left -= len(part)
    text = words.plain("card.brief")
    label = words.plain("card.label_brief", customer=_customer(deal, words))
    blocks.append(actions(f"deal:{deal.id}", [button(text, Tap.CARD_BRIEF, str(deal.id), label=label)]))
    return Message(
        words.rich("brief.fallback", customer=_customer(deal, words), opening=screen.opening),
        blocks,
    )


def _customer(deal: DealFacts, words: SlackWords) -> str:
    return deal.customer or words.plain("card.nameless")


def _parts(screen: BriefScreen, words: SlackWords) -> Iterator[str]:
    """The brief in paragraphs of marked-up text, in the order in which they are needed on the call."""
    known, rich = screen.prepared, words.rich
    small = card_view.facts_line(screen.card, rich)
    if small:
        yield small
    yield _titled(rich("brief.who"), *_people(screen, words))
    if screen.card.deal.stage in CALL_TO_MAKE:
        yield _titled(rich("brief.why"), card_view.urgency_line(screen.card, rich))
    yield _titled(rich("brief.opening"), rich("brief.quoted", text=screen.opening))
    if known.elephant:
        yield _titled(rich("brief.elephant"), escape(known.elephant))
    if known.requirements:
        yield _titled(rich("brief.requirements"), *_requirements(known.requirements, words))
    yield _titled(rich("brief.questions"), *(rich("brief.question", text=text) for text in screen.questions))
    if known.proposal:
        yield _titled(rich("brief.proposal"), address_link(known.proposal))
    if known.notes:
        yield _titled(rich("brief.notes"), escape(known.notes))


def _people(screen: BriefScreen, words: SlackWords) -> Iterator[str]:
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


def _requirements(requirements: tuple[Requirement, ...], words: SlackWords) -> Iterator[str]:
    for number, each in enumerate(requirements, start=1):
        yield f"{number}. {escape(each.need)}"
        if each.commitment:
            yield words.rich("brief.commitment", text=each.commitment)
        else:
            yield words.rich("brief.no_commitment")


def _titled(title: str, *lines: str) -> str:
    return "\n".join([bold(title), *lines])
