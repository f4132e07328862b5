"""The wrap-up modal: the objectives of the call, and the referral ask (M5)."""

from __future__ import annotations

from bot.ui.components import Heading, Modal, Option, Paragraph, RadioGroup, TextField
from bot.ui.ids import ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.checklist import item_checkboxes
from bot.views.deal_name import deal_name
from bot.views.talk_track import objectives_to_say
from handlers.call.wrap_up import LONGEST_DEFINITION
from handlers.method.salutation import salutation
from handlers.screens.call import WrapUpScreen
from prompts.recap_rules import recap_rules

OUTCOMES = ("agreed", "not_now", "declined")


def render(screen: WrapUpScreen, texts: Texts) -> Modal:
    """The objectives, then the referral ask as a sentence to say (M5.1)."""
    counts, deal = screen.counts, screen.deal
    numbers = {"expectations": counts.expectations, "priorities": counts.priorities}
    return Modal(
        ViewId.WRAP_UP,
        texts.plain("wrapup.title"),
        (
            Paragraph(texts.rich("wrapup.settled", **numbers)),
            *objectives_to_say(screen.talk, texts),
            item_checkboxes("objectives", texts.plain("wrapup.objectives"), screen.objectives, optional=False),
            Heading(texts.plain("wrapup.ask")),
            Paragraph(_referral_ask(screen, texts)),
            RadioGroup(
                "outcome",
                texts.plain("wrapup.outcome"),
                tuple(Option(outcome, texts.plain(f"wrapup.{outcome}")) for outcome in OUTCOMES),
                chosen=screen.outcome,
            ),
            TextField("number", texts.plain("wrapup.number"), value=str(screen.number), max_length=3),
            TextField(
                "definition",
                texts.plain("wrapup.definition"),
                value=screen.definition,
                multiline=True,
                max_length=LONGEST_DEFINITION,
            ),
        ),
        state=ModalState(deal.id),
        submit=texts.plain("wrapup.submit"),
        close=texts.plain("wrapup.close"),
    )


def _referral_ask(screen: WrapUpScreen, texts: Texts) -> str:
    """The sentence addresses the customer's person by name and leaves out a count of zero."""
    counts = screen.counts
    expectations = texts.rich("wrapup.counts_expectations", count=counts.expectations) if counts.expectations else ""
    priorities = texts.rich("wrapup.counts_priorities", count=counts.priorities) if counts.priorities else ""
    both = texts.rich("wrapup.counts_both", expectations=expectations, priorities=priorities)
    return texts.rich(
        "wrapup.sentence",
        name=salutation(screen.reached, recap_rules(texts.plain.locale).names) or deal_name(screen.deal, texts.plain),
        counts=both if expectations and priorities else expectations or priorities,
        number=screen.number,
    )
