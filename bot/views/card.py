"""The deal card in the rep's direct messages, and the lines that other views share with it."""

from __future__ import annotations

from dataclasses import replace

from bot.ui.components import (
    MOST_BEHIND_DOTS,
    ActionRow,
    Button,
    Component,
    ContextText,
    Heading,
    Message,
    Modal,
    Paragraph,
    UserSelect,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import orders
from bot.views.deal_name import deal_name
from bot.views.handoff_status import handoff_lines
from bot.views.team_line import team_line
from handlers.detection import DealKind
from handlers.method.promise_outcomes import DealOutcome
from handlers.method.reminders_due import AGREED
from handlers.method.stages import (
    ALIGNED_OR_LATER,
    CALL_NOT_MADE,
    CALL_TO_MAKE,
    ENDED,
    KEEPING,
    NOT_STOOD_BY,
    RECAPPED_OR_LATER,
    WON,
    Stage,
)
from handlers.method.statements import Progress
from handlers.method.time_parsing.resolve import format_day
from handlers.method.urgency import SENTENCES, Level, Sellers
from handlers.screens.deals import DealCard, DealFacts, MoreActions, SourceMessage, TeamMember
from prompts.wording import Ready, Wording


def title(card: DealCard, wording: Wording) -> str:
    """The card's first line: the customer and the next step."""
    customer = deal_name(card.deal, wording)
    stage = card.deal.stage
    if card.doubt is not None:
        return wording(f"card.title_{_doubt_state(card)}", customer=customer)
    if asks_for_owner(card):
        return (
            wording("card.title_whose", customer=customer)
            if card.deal.customer
            else wording("card.title_whose_nameless")
        )
    if stage is Stage.SIGHTED:
        return (
            wording("card.title_sighted", customer=customer)
            if card.deal.customer
            else wording("card.title_sighted_nameless")
        )
    if stage in CALL_TO_MAKE:
        return wording(f"card.title_{_call_state(card)}", customer=customer)
    name = "settled" if all_settled(card) else stage
    if name in ("settled", Stage.IN_CALL, Stage.ALIGNED, Stage.RECAPPED, Stage.DISMISSED):
        return wording(f"card.title_{name}", customer=customer)
    return wording("card.title_other", customer=customer, stage=wording(f"stage.{stage}"))


def _call_state(card: DealCard) -> str:
    """Whether the call is scheduled, whether its time has passed, and whether it is known whom to call."""
    if card.call is None:
        late = card.urgency.level is Level.OLD and card.deal.customer
        return "open_late" if late else "open" if card.deal.customer else "open_nameless"
    return "call_over" if card.call.is_over else "scheduled"


def _doubt_state(card: DealCard) -> str:
    """What happened to the message, and whether it was the owner's own."""
    own = card.source is not None and card.source.author == card.deal.owner
    return f"{card.doubt}_own" if own else f"{card.doubt}_other"


def asks_for_owner(card: DealCard) -> bool:
    """Whether the card only asks whose deal it is."""
    return card.deal.stage is Stage.SIGHTED and not card.deal.owner_known


def stage_line(card: DealCard, wording: Wording) -> str:
    """The deal's stage, in a few words."""
    return wording("stage.whose") if asks_for_owner(card) else wording(f"stage.{card.deal.stage}")


def urgency_line(card: DealCard, wording: Wording) -> str:
    """Why the call is urgent, in one sentence (M1.4): by what is known, and in other words than on the card before."""
    reason = card.urgency.reason(decides=bool(card.decides))
    name = f"{reason}_{card.deals_before % SENTENCES[reason] + 1}"
    sellers = Sellers.of(card.urgency.sellers)
    return wording(
        f"urgency.{name}",
        hours=card.urgency.hours,
        days=card.urgency.days,
        decides=card.decides,
        sellers="" if sellers is None else wording(f"sellers.{sellers}"),
    )


def status_lines(card: DealCard, texts: Texts) -> list[str]:
    """The lines below the card's title."""
    stage = card.deal.stage
    if card.doubt is not None:
        return [texts.rich("card.doubt_note")]
    if asks_for_owner(card):
        return [texts.rich("card.whose_note")]
    if stage is Stage.DISMISSED:
        return [texts.rich("card.dismissed_note")]
    found: list[str] = []
    if card.call is not None:
        found.append(texts.rich("card.call_at", when=texts.markup.moment(card.call.at)))
    elif stage is Stage.SIGHTED:
        found.append(texts.rich("card.sighted_note"))
    elif stage in CALL_TO_MAKE:
        found.append(urgency_line(card, texts.rich))
    elif stage is Stage.IN_CALL:
        found.append(progress_line(card.progress, texts.rich))
    else:
        found += _outcome_lines(card, texts)
    found += [*orders.refund_line(card, texts), *orders.step_line(card, texts)]
    found += [*handoff_lines(card.handoff, texts), *_tries_line(card, texts), *challenges_lines(card, texts)]
    return [*found, *_offer_line(card, texts)]


def list_status(card: DealCard, texts: Texts) -> str:
    """What a line of a list says below the deal: how far it is, and the next step that has a day."""
    dated = orders.step_line(card, texts) if card.step is not None and card.step.on is not None else []
    return "\n".join(dict.fromkeys([status_lines(card, texts)[0], *dated]))


def challenges_lines(card: DealCard, texts: Texts) -> list[str]:
    """How many challenges are open, and what the most urgent one asks for, by when."""
    found = card.challenges
    if found is None:
        return []
    state = "overdue" if found.overdue else found.state
    return [texts.rich(f"challenge.card_{state}", count=found.count, when=texts.markup.moment(found.tell_by))]


def _tries_line(card: DealCard, texts: Texts) -> list[str]:
    """How often the rep tried to reach the customer, and when to try again."""
    tries = card.tries
    if tries is None:
        return []
    if tries.next_at is None or card.call is not None:
        return [texts.rich("attempt.card_no_next", count=tries.count)]
    return [texts.rich("attempt.card", count=tries.count, when=texts.markup.moment(tries.next_at))]


def fear_lines(card: DealCard, texts: Texts) -> list[str]:
    """What meets the fear of the call (M1.1): a sentence on a rep's first deals, then their own calls."""
    fear = card.fear
    if fear is None or card.doubt is not None:
        return []
    if fear.words:
        return [texts.markup.escape(fear.words)]
    return [texts.rich("fear.proof", count=fear.calls, cancelled=fear.cancelled, minutes=fear.minutes)]


def _outcome_lines(card: DealCard, texts: Texts) -> list[str]:
    """What came out of the call: what is agreed, the referral promise, the recap."""
    counts = card.counts
    found = [texts.rich("card.agreed", expectations=counts.expectations, priorities=counts.priorities)]
    if card.referral is not None:
        found.append(texts.rich(f"card.referral_{card.referral.outcome}", number=card.referral.number))
    if card.recap_sent_at is not None:
        found.append(texts.rich("card.recap_sent", when=texts.markup.moment(card.recap_sent_at)))
    elif card.deal.stage is Stage.ALIGNED:
        found.append(texts.rich("card.recap_due"))
    if card.promises is not None:
        next_due = "" if card.promises.next_due is None else format_day(card.promises.next_due)
        counted = Ready(counts_line(card.promises.outcome, texts.rich))
        found.append(texts.rich("promises.card_line", counts=counted, day=next_due))
    return found


def counts_line(outcome: DealOutcome, wording: Wording) -> str:
    """How many promises were kept, exceeded and missed, and how many are open: "2 kept, 1 missed, 3 open"."""
    return wording(
        "promises.counts",
        kept=outcome.kept,
        exceeded=outcome.exceeded,
        missed=outcome.missed,
        pending=outcome.pending,
    )


def progress_line(progress: Progress, wording: Wording) -> str:
    """How far the read-back is."""
    if progress.total == 1:
        return wording("card.progress_one_done" if progress.complete else "card.progress_one")
    if progress.complete:
        return wording("card.progress_done", total=progress.total)
    return wording("card.progress", settled=progress.settled, total=progress.total)


def _offer_line(card: DealCard, texts: Texts) -> list[str]:
    """What the button "Another order" is about."""
    if card.offered is None:
        return []
    amount = amount_text(card.offered.amount, card.offered.period, texts)
    return [texts.rich("card.other_sum", amount=Ready(amount))]


_ACTIONS = {
    "start": ActionId.CARD_GO_ON,
    "continue": ActionId.CARD_GO_ON,
    "recap": ActionId.CARD_GO_ON,
    "record": ActionId.CARD_RECORD,
    "corrected": ActionId.CARD_CORRECTED,
    "yes_closed": ActionId.CARD_STAND_BY,
    "still_a_deal": ActionId.CARD_STAND_BY,
    "undo": ActionId.CARD_STAND_BY,
    "schedule": ActionId.CARD_SCHEDULE,
    "reschedule": ActionId.CARD_SCHEDULE,
    "brief": ActionId.CARD_BRIEF,
    "fix": ActionId.CARD_FIX,
    "add_customer": ActionId.CARD_FIX,
    "add_amount": ActionId.CARD_FIX,
    "hand_on": ActionId.CARD_FIX,
    "drop": ActionId.DIGEST_DROP,
    "another": ActionId.CARD_ANOTHER,
    "promises": ActionId.PROMISES_OPEN,
    "complete": ActionId.PROMISES_COMPLETE,
    "unchanged": ActionId.PROMISES_UNCHANGED,
    "not_a_deal": ActionId.CARD_DISMISS,
    "challenge": ActionId.CARD_CHALLENGE,
    "open_challenge": ActionId.CHALLENGE_SHOW,
    "praise": ActionId.CARD_PRAISE,
    "step": ActionId.CARD_STEP,
    "order": ActionId.CARD_ORDER,
    "referrals": ActionId.REFERRALS_OPEN,
    "review": ActionId.REVIEW_OPEN,
    "to_delivery": ActionId.HANDOFF_SHOW,
    "team": ActionId.TEAM_SHOW,
    "more": ActionId.CARD_MORE,
    "helpers": ActionId.TEAM_HELPERS,
    "announce": ActionId.ANNOUNCE_OPEN,
}
"""Action ids by the key of the button's text."""


BUTTONS_IN_A_ROW = 3
MOST_ON_A_LIST = 2
"""Entries behind "…" on a line of a list: many lines must fit one message. The card has all of them."""


def _fitting(names: tuple[str, ...]) -> tuple[str, ...]:
    """The buttons that fit behind "…"; if some don't, the last one opens all of them."""
    return names if len(names) <= MOST_BEHIND_DOTS else (*names[: MOST_BEHIND_DOTS - 1], "more")


def _all_behind_dots(card: DealCard) -> tuple[str, ...]:
    """Every button behind "…", also what only the card offers: the handoff, from the recap on, and the team."""
    more = _next_steps(card)[1]
    if card.doubt is not None or card.deal.stage not in WON or asks_for_owner(card):
        return more
    handoff = ("to_delivery",) if card.deal.stage in (Stage.RECAPPED, Stage.DELIVERING) else ()
    return (*handoff, *more, *(() if card.refunded_at is not None else ("announce",)), "team")


def more_actions(screen: MoreActions, texts: Texts) -> Modal:
    """Every button that is behind the card's "…"."""
    card, plain = screen.card, texts.plain
    names = _all_behind_dots(card)
    rows = (names[start : start + BUTTONS_IN_A_ROW] for start in range(0, len(names), BUTTONS_IN_A_ROW))
    return Modal(
        ViewId.MORE_ACTIONS,
        plain("card.more"),
        (
            Paragraph(texts.markup.bold(texts.markup.escape(deal_name(card.deal, plain)))),
            *(action_row(card, row, plain, f"more:{number}", main=False) for number, row in enumerate(rows)),
        ),
        state=ModalState(card.deal.id),
        close=plain("card.more_close"),
    )


def action_row_of(card: DealCard, plain: Wording, name: str, *, listed: bool = True) -> ActionRow:
    """The next steps: the main one, at most two others, and the rest behind "…"; on a list (`listed`) few of them.

    If the owner is unknown, the row starts with a user select for them.
    """
    names, more = _next_steps(card)
    more = more[:MOST_ON_A_LIST] if listed else _fitting(_all_behind_dots(card))
    row = action_row(card, names, plain, name, main=len(names) > 1 and card.deal.stage not in ENDED, more=more)
    if asks_for_owner(card) and not card.doubt:
        menu = UserSelect(plain("card.whose"), ActionId.CARD_OWNER, str(card.deal.id))
        return replace(row, elements=(menu, *row.elements))
    return row


def question_row(card: DealCard, plain: Wording, name: str) -> ActionRow:
    """The answers to "what to do about it?", for a deal that does not move."""
    if card.deal.stage in CALL_TO_MAKE:
        return action_row(card, ("start", "drop", "hand_on"), plain, name, more=(schedule_button(card), "not_a_deal"))
    return action_row(card, (_next_steps(card)[0][0], "drop", "record"), plain, name)


def action_row(
    card: DealCard,
    names: tuple[str, ...],
    plain: Wording,
    row_name: str,
    *,
    main: bool = True,
    more: tuple[str, ...] = (),
) -> ActionRow:
    """A row of buttons. `names` are the keys of their texts, `more` of those behind "…".

    `main` makes the first one the primary button.
    """
    return ActionRow(
        row_name,
        tuple(_button(card, name, plain, main=main and name == names[0] != "record") for name in names),
        tuple(_button(card, name, plain) for name in more),
    )


def _button(card: DealCard, name: str, plain: Wording, *, main: bool = False) -> Button:
    return Button(
        plain(f"card.{name}"),
        _ACTIONS[name],
        _value(card, name),
        accessible_name=plain(f"card.label_{name}", customer=deal_name(card.deal, plain)),
        style="primary" if main else None,
    )


def _value(card: DealCard, name: str) -> str:
    """What the button carries: the deal, and for another order the message that named its sum; or a challenge."""
    if name == "open_challenge" and card.challenges is not None:
        return str(card.challenges.challenge_id)
    if name == "another" and card.offered is not None:
        return f"{card.deal.id}:{card.offered.sighting_id}"
    return str(card.deal.id)


def schedule_button(card: DealCard) -> str:
    """The name of the button that schedules or reschedules the call."""
    return "schedule" if card.call is None else "reschedule"


def _next_steps(card: DealCard) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the buttons: at most three that are shown, and those behind "…"."""
    stage, edit = card.deal.stage, _edit_button(card)
    names: tuple[str, ...]
    more: tuple[str, ...] = ()
    if card.doubt is not None:
        return ("still_a_deal", "not_a_deal"), ()
    if asks_for_owner(card):
        return ("not_a_deal",), ()
    if stage is Stage.SIGHTED:
        names = ("yes_closed", "not_a_deal", edit)
    elif stage in NOT_STOOD_BY:
        names = ("undo",) if stage is Stage.DISMISSED else ("undo", "review")
    elif stage in RECAPPED_OR_LATER:
        names, first = _after_recap(card)
        more = _after_the_call(card, *first)
    elif stage not in CALL_TO_MAKE:
        names, more = _BUTTONS_BY_STAGE.get(stage, ("record",)), _after_the_call(card)
    elif card.deal.customer:
        names, more = ("start", schedule_button(card), "brief"), (edit, "not_a_deal")
    else:  # whom to call comes first
        names, more = (edit, "start", schedule_button(card)), ("brief", "not_a_deal")
    if card.offered is not None:  # the card asks about it
        names, more = (*names[:2], "another"), (*names[2:], *more)
    return names, more


def _after_the_call(card: DealCard, *first: str) -> tuple[str, ...]:
    """What may happen from the call on, behind "…": after `first`, in the order in which it is needed."""
    stage, names = card.deal.stage, list(first)
    if card.challenges is not None:
        names.append("open_challenge")
    if stage in AGREED:
        names += ["challenge", *(["step"] if card.step is not None else []), "order"]
    if stage in ALIGNED_OR_LATER and stage is not Stage.COMPLETED:
        names.append("referrals")
    return (*names, "praise")


def _edit_button(card: DealCard) -> str:
    """The name of the button that opens the deal's form: it asks for what is missing."""
    if not card.deal.customer:
        return "add_customer"
    return "fix" if card.deal.amount else "add_amount"


_BUTTONS_BY_STAGE = {
    Stage.IN_CALL: ("continue", "record"),
    Stage.ALIGNED: ("recap", "record", "corrected"),
}


def all_settled(card: DealCard) -> bool:
    """Whether every promise of the deal is settled, so that it can be completed."""
    return card.deal.stage in KEEPING and card.promises is not None and card.promises.outcome.settled


def _after_recap(card: DealCard) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The buttons from the recap on: the promises, and completing the deal once all of them are settled."""
    if card.deal.stage is Stage.COMPLETED:
        return ("promises", "referrals", "record"), ("review",)
    if all_settled(card):
        return ("complete", "promises", "record"), ("corrected",)
    more = ("unchanged",) if card.deal.stage is Stage.RECAPPED else ()
    return ("promises", "record", "corrected"), more


def facts_line(card: DealCard, texts: Texts) -> str:
    """The small line: amount, source, and the details that the message named."""
    parts = [amount_text(card.deal.amount, card.deal.period, texts)] if card.deal.amount else []
    if not parts and card.deal.stage in CALL_NOT_MADE:
        parts.append(texts.rich("card.no_amount"))
    kind = kind_text(card.deal, texts)
    parts += [kind] if kind else []
    heard = card.source
    if heard is not None:
        parts.append(_source(heard, texts))
        if heard.link is not None:
            parts.append(texts.markup.link(heard.link, texts.plain("card.the_message")))
    parts += _details(card.deal, card.team, texts)
    return " · ".join(parts)


def _details(deal: DealFacts, team: tuple[TeamMember, ...], texts: Texts) -> list[str]:
    """Details that only some deals have: term, close date, helpers, team, link to the CRM."""
    found = []
    if deal.term_months is not None:
        years, months = divmod(deal.term_months, 12)
        found.append(
            texts.rich("card.term_months", count=deal.term_months) if months else texts.rich("card.term", count=years)
        )
    if deal.close_date is not None:
        found.append(texts.rich("card.close_date", day=format_day(deal.close_date, with_year=True)))
    on_team = {member.person for member in team}
    helped = [texts.markup.person(who) for who in deal.helped_by if who not in on_team]
    if helped:
        found.append(texts.rich("card.helped", people=Ready(", ".join(helped))))
    if team:
        found.append(team_line(team, texts))
    if deal.record_url is not None:
        found.append(texts.markup.link(deal.record_url, texts.rich("card.open_in_crm")))
    return found


def kind_text(deal: DealFacts, texts: Texts) -> str:
    """What kind of order it is, if it is worth saying: empty for new business, and if it is unknown."""
    return "" if deal.kind in (None, DealKind.NEW) else texts.rich(f"card.kind_{deal.kind}")


def _source(heard: SourceMessage, texts: Texts) -> str:
    channel = texts.channel(heard.channel)
    if heard.app:
        return texts.rich("card.heard_from_app", app=heard.app, channel=channel)
    if heard.author and heard.app is None and texts.markup.is_direct(heard.channel):
        return texts.rich("card.heard_direct", author=texts.markup.mention(heard.author))
    if heard.author and heard.app is None:
        return texts.rich("card.heard", author=texts.markup.mention(heard.author), channel=channel)
    return texts.rich("card.heard_app", channel=channel)


def amount_text(amount: str, period: str | None, texts: Texts) -> str:
    """A formatted amount with what it covers: "$45,000 a year"."""
    return texts.rich(f"amount.{period}", value=amount) if period else texts.markup.escape(amount)


def deal_amount(deal: DealFacts, texts: Texts) -> str:
    """The deal's amount with what it covers, to fill into a wording; empty for a deal without one."""
    return "" if deal.amount is None else Ready(amount_text(deal.amount, deal.period, texts))


def render(card: DealCard, texts: Texts) -> Message:
    """The card as a message."""
    lines = status_lines(card, texts)
    facts = facts_line(card, texts)
    components: tuple[Component, ...] = (
        Heading(title(card, texts.plain)),
        Paragraph("\n".join(lines)),
        *([ContextText((facts,))] if facts else []),
        *(ContextText((line,)) for line in fear_lines(card, texts)),
        action_row_of(card, texts.plain, f"card:{card.deal.id}", listed=False),
        *_helpers(card, texts),
        *_not_mine(card, texts),
        *([ContextText((texts.rich("card.introduction"),))] if card.introduces else []),
    )
    return Message(f"{title(card, texts.rich)} {lines[0]}", components)


def _helpers(card: DealCard, texts: Texts) -> list[ActionRow]:
    """The button that adds those whom the message names to the team: nobody gets on it by being named."""
    if not card.helpers or card.doubt is not None:
        return []
    return [ActionRow(f"card:{card.deal.id}:helpers", (_button(card, "helpers", texts.plain),))]


def _not_mine(card: DealCard, texts: Texts) -> list[ActionRow]:
    """A user select that hands the deal to somebody else, until the call is made."""
    if card.deal.stage not in CALL_NOT_MADE or card.doubt is not None or asks_for_owner(card):
        return []
    menu = UserSelect(texts.plain("card.not_mine"), ActionId.CARD_OWNER, str(card.deal.id))
    return [ActionRow(f"card:{card.deal.id}:owner", (menu,))]
