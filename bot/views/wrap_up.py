"""The wrap-up modal: the objectives of the call, what it lacks, the referral ask, and the next step (M2, M5, M9.1)."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Checkbox,
    Checkboxes,
    Component,
    ContextText,
    Divider,
    Heading,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from bot.views.talk_track import objectives_to_say
from handlers.call.referral import LONGEST_DEFINITION
from handlers.call.wrap_up import ALL_OBJECTIVES
from handlers.deal.next_steps import LONGEST_STEP
from handlers.method.alignment import Missing, WhyMissing
from handlers.method.salutation import salutation
from handlers.method.statements import AgreedCounts
from handlers.screens.call import ReferralScreen, WrapUpScreen
from prompts.recap_rules import recap_rules
from prompts.wording import Ready

OUTCOMES = ("agreed", "not_now", "declined")


def render(screen: WrapUpScreen | ReferralScreen, texts: Texts) -> Modal:
    """The objectives, then the referral ask as sentences to say (M5.1), then the next step; or only the ask."""
    if isinstance(screen, ReferralScreen):
        return _second_ask(screen, texts)
    objectives = "\n".join(texts.rich("wrapup.objective", text=item.text, why=item.why) for item in screen.objectives)
    all_of_them = Checkbox(
        ALL_OBJECTIVES,
        texts.plain("wrapup.all_objectives"),
        ticked=all(item.holds for item in screen.objectives),
    )
    return Modal(
        ViewId.WRAP_UP,
        texts.plain("wrapup.title"),
        (
            Paragraph(texts.rich("wrapup.settled", counts=Ready(counts_text(screen.counts, texts)))),
            *_missing(screen, texts),
            Heading(texts.plain("wrapup.before_you_hang_up")),
            *(objectives_to_say(screen.talk, texts) or [Paragraph(objectives)]),
            Checkboxes("objectives", texts.plain("wrapup.objectives"), (all_of_them,)),
            *([Paragraph(texts.rich("wrapup.obstacle_say"))] if screen.asks_obstacle else []),
            *referral_fields(screen, texts, screen.outcome),
            *_last_field(screen, texts),
        ),
        state=ModalState(screen.deal.id),
        submit=texts.plain("wrapup.submit"),
        close=texts.plain("wrapup.close"),
    )


def _last_field(screen: WrapUpScreen, texts: Texts) -> list[Component]:
    """One more question at the most: who is a good fit, until the team has said so once; then the next step."""
    if screen.missing:
        return []
    if screen.asks_definition:
        return [_definition_field(screen, texts)]
    step = TextField(
        "next_step",
        texts.plain("wrapup.next_step"),
        value=screen.next_step,
        hint=texts.plain("wrapup.next_step_hint"),
        max_length=LONGEST_STEP,
        optional=True,
    )
    return [Divider(), step]


def _definition_field(screen: WrapUpScreen | ReferralScreen, texts: Texts) -> TextField:
    return TextField(
        "definition",
        texts.plain("wrapup.definition"),
        value=screen.definition,
        multiline=True,
        max_length=LONGEST_DEFINITION,
        optional=True,
    )


def _second_ask(screen: ReferralScreen, texts: Texts) -> Modal:
    """The referral ask after a "not now"."""
    return Modal(
        ViewId.REFERRAL,
        texts.plain("wrapup.ask_again_title"),
        (*referral_fields(screen, texts, None), _definition_field(screen, texts)),
        state=ModalState(screen.deal.id),
        submit=texts.plain("wrapup.submit"),
        close=texts.plain("wrapup.close"),
    )


def referral_fields(screen: WrapUpScreen | ReferralScreen, texts: Texts, outcome: str | None) -> tuple[Component, ...]:
    """The referral ask as sentences to say, and the customer's answer. Only a yes needs the last two fields."""
    return (
        Heading(texts.plain("wrapup.ask")),
        Paragraph(_referral_ask(screen, texts)),
        ContextText(
            (
                texts.rich("wrapup.quality_say", definition=_lowered(screen.definition)),
                texts.rich("wrapup.later_say"),
            )
        ),
        RadioGroup(
            "outcome",
            texts.plain("wrapup.outcome"),
            tuple(Option(each, texts.plain(f"wrapup.{each}")) for each in OUTCOMES),
            chosen=outcome,
        ),
        TextField("number", texts.plain("wrapup.number"), value=str(screen.number), max_length=3, optional=True),
    )


def counts_text(counts: AgreedCounts, texts: Texts) -> str:
    """ "two expectations and one priority": a count of zero is left out."""
    rules = recap_rules(texts.plain.locale)
    parts = [
        texts.rich(f"wrapup.counts_{name}", count=count, number=rules.in_words(count))
        for name, count in (("expectations", counts.expectations), ("priorities", counts.priorities))
        if count
    ]
    return texts.rich("wrapup.counts_both", one=Ready(parts[0]), other=Ready(parts[1])) if parts[1:] else "".join(parts)


def missing_text(missing: tuple[Missing, ...], texts: Texts) -> str:
    """What is missing, as a list in a sentence."""
    told = texts.rich(f"wrapup.missing_{missing[0]}")
    for each in missing[1:]:
        told = texts.rich("wrapup.missing_next", told=Ready(told), what=Ready(texts.rich(f"wrapup.missing_{each}")))
    return told


def _missing(screen: WrapUpScreen, texts: Texts) -> list[Component]:
    """What the call lacks, the way to add it, and the question why."""
    if not screen.missing:
        return []
    add = texts.plain("wrapup.add")
    label = texts.plain("wrapup.label_add", customer=deal_name(screen.deal, texts.plain))
    return [
        Paragraph(texts.rich("wrapup.missing", what=Ready(missing_text(screen.missing, texts)))),
        ActionRow("missing", (Button(add, ActionId.LIST_TEXT, str(screen.deal.id), accessible_name=label),)),
        RadioGroup(
            "why_missing",
            texts.plain("wrapup.why_missing"),
            tuple(Option(why, texts.plain(f"wrapup.why_{why}")) for why in WhyMissing),
            chosen=screen.why_missing,
        ),
    ]


def _referral_ask(screen: WrapUpScreen | ReferralScreen, texts: Texts) -> str:
    """The sentence addresses a person by name, never a company, and says small numbers in words."""
    rules = recap_rules(texts.plain.locale)
    count = screen.counts.expectations + screen.counts.priorities
    return texts.rich(
        "wrapup.sentence",
        name=salutation(screen.reached, rules.names, screen.deal.customer),
        count=count,
        count_in_words=rules.in_words(count),
        number=screen.number,
        number_in_words=rules.in_words(screen.number),
    )


def _lowered(definition: str) -> str:
    """The definition within a sentence."""
    return definition[:1].lower() + definition[1:].rstrip(".") if definition[1:2].islower() else definition.rstrip(".")
