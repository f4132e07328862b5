"""Action ids, view ids and modal state: what ties a component to its handler when a payload brings it back."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self

from bot.ui.numbers import MAX_AMOUNT, read_number, read_numbers


class ActionId(StrEnum):
    """The action of each button and each user select. The part before the dot names the view."""

    CARD_GO_ON = "card.go_on"
    CARD_RECORD = "card.record"
    CARD_BRIEF = "card.brief"
    CARD_FIX = "card.fix"
    CARD_CORRECTED = "card.corrected"
    CARD_DISMISS = "card.dismiss"
    CARD_STAND_BY = "card.stand_by"
    CARD_OWNER = "card.owner"
    CARD_LOST = "card.lost"
    CARD_SCHEDULE = "card.schedule"
    CARD_ANOTHER = "card.another"
    CARD_CANCELLED = "card.cancelled"
    CARD_REFUNDED = "card.refunded"
    CARD_ORDER = "card.order"
    CARD_STEP = "card.step"
    ORDER_IS_SO = "order.is_so"
    ORDER_NOT_SO = "order.not_so"
    STEP_DONE = "step.done"
    STEP_MOVE = "step.move"
    ATTEMPT_NO_ANSWER = "attempt.no_answer"
    ATTEMPT_LEFT_MESSAGE = "attempt.left_message"
    ATTEMPT_ASKED_TO_MOVE = "attempt.asked_to_move"
    ATTEMPT_WRONG_PERSON = "attempt.wrong_person"
    ATTEMPT_NO_SHOW = "attempt.no_show"
    CALL_COLD_FEET = "call.cold_feet"
    CALL_DISCOUNT = "call.discount"
    CALL_NEW_PERSON = "call.new_person"
    CALL_WORDS = "call.words"
    CALL_TEAM_WORDS = "call.team_words"
    SELLERS_UP_TO_ONE = "sellers.up_to_one"
    SELLERS_TWO_OR_THREE = "sellers.two_or_three"
    SELLERS_FOUR_OR_MORE = "sellers.four_or_more"
    CONTACT_EDIT = "contact.decision_maker"
    CONTACT_EDIT_TOO = "contact.functional"
    WON_ANOTHER = "won.another"
    SCHEDULE_HOUR = "schedule.hour"
    SCHEDULE_TODAY = "schedule.today"
    SCHEDULE_MORNING = "schedule.morning"
    SCHEDULE_AFTERNOON = "schedule.afternoon"
    SCHEDULE_OFF = "schedule.off"
    SCHEDULE_OTHERWISE = "schedule.otherwise"
    SCHEDULE_SOONER = "schedule.sooner"
    SNOOZE_HOUR = "snooze.hour"
    SNOOZE_AFTERNOON = "snooze.afternoon"
    SNOOZE_TOMORROW = "snooze.tomorrow"
    SNOOZE_OTHER = "snooze.other"
    SNOOZE_STOP = "snooze.stop"
    REMINDERS_CHANGE = "reminders.change"
    REMINDERS_OFF = "reminders.off"
    REMINDERS_ON = "reminders.on"
    REMINDERS_STOP = "reminders.stop"
    REMINDERS_RESUME = "reminders.resume"
    PROMISE_DONE = "promise.done"
    PROMISE_TOMORROW = "promise.tomorrow"
    READ_AGREED = "readback.agreed"
    READ_CORRECTED = "readback.corrected"
    READ_WITHDRAWN = "readback.withdrawn"
    READ_ALL = "readback.all"
    READ_EACH = "readback.each"
    ON_THE_PHONE = "readback.decision_maker"
    ON_THE_PHONE_TOO = "readback.functional"
    CALL_EDIT_LIST = "call.edit_list"
    LIST_EDIT = "list.edit"
    LIST_DETAILS = "list.details"
    LIST_ADD = "list.add"
    LIST_TEXT = "list.text"
    LIST_UNDO = "list.undo"
    LIST_EARLIER = "list.earlier"
    LIST_FURTHER = "list.further"
    LIST_TAKE_OFF = "list.take_off"
    COACH_MOVE = "coach.move"
    COACH_SAID_SO = "coach.said_so"
    COACH_COMPETITOR = "coach.competitor"
    COACH_LATER = "coach.later"
    RECAP_EDIT = "recap.edit"
    RECORD_REFERRAL = "record.referral"
    RECORD_CRM_NOTE = "record.crm_note"
    BRIEF_SEND = "brief.send"
    BRIEF_CHANGE = "brief.change"
    DRAFT_START_OVER = "draft.start_over"
    DEALS_PAGE = "deals.page"
    HOME_ALL = "home.all"
    HOME_CALL = "home.call"
    HOME_PROMISES = "home.promises"
    HOME_WAITING = "home.waiting"
    HOME_DONE = "home.done"
    COMMAND_RUN = "command.run"
    UNDELIVERED_RETRY = "undelivered.retry"
    UNDELIVERED_CANCEL = "undelivered.cancel"
    UNDELIVERED_UNBLOCK = "undelivered.unblock"
    DIGEST_DROP = "digest.drop"
    DIGEST_PROMISE_DONE = "digest.promise_done"
    DIGEST_PROMISE_TOMORROW = "digest.promise_tomorrow"
    REMINDERS_LIGHT = "reminders.light"
    REMINDERS_STANDARD = "reminders.standard"
    REMINDERS_ACTIVE = "reminders.active"
    CARD_CHALLENGE = "card.challenge"
    CARD_PRAISE = "card.praise"
    CARD_MORE = "card.more"
    CHALLENGE_SHOW = "challenge.show"
    CHALLENGE_EDIT = "challenge.edit"
    CHALLENGE_PROMISE = "challenge.promise"
    CHALLENGE_PHONE = "challenge.phone"
    CHALLENGE_EMAIL = "challenge.email"
    CHALLENGE_VISIT = "challenge.visit"
    CHALLENGE_CHAT = "challenge.chat"
    CHALLENGE_TOLD_EARLIER = "challenge.told_earlier"
    CHALLENGE_UPDATE = "challenge.update"
    CHALLENGE_SOLVE = "challenge.solve"
    CHALLENGE_CONFIRM = "challenge.confirm"
    CHALLENGE_NOT_YET = "challenge.not_yet"
    CHALLENGE_WITHDRAW = "challenge.withdraw"
    REFERRALS_OPEN = "referrals.open"
    REFERRALS_AGAIN = "referrals.again"
    REFERRALS_PLAN = "referrals.plan"
    REFERRALS_HOUR = "referrals.hour"
    REFERRALS_TODAY = "referrals.today"
    REFERRALS_MORNING = "referrals.morning"
    REFERRALS_AFTERNOON = "referrals.afternoon"
    REFERRALS_CLEAR = "referrals.clear"
    REFERRALS_ASKED = "referrals.asked"
    REFERRALS_ADD = "referrals.add"
    REFERRALS_EDIT = "referrals.edit"
    REFERRALS_STEP = "referrals.step"
    REFERRALS_BACK = "referrals.back"
    REFERRALS_DROP = "referrals.drop"
    REFERRALS_NOT_NOW = "referrals.not_now"
    REFERRALS_DECLINED = "referrals.declined"
    REFERRALS_LEAVE = "referrals.leave"
    REVIEW_OPEN = "review.open"
    SELF_CHECK_OPEN = "selfcheck.open"
    SELF_CHECK_STOP = "selfcheck.stop"
    SELF_CHECK_MONTHLY = "selfcheck.monthly"
    CHANNEL_WINS = "channel.wins"
    CHANNEL_EXTERNAL_WINS = "channel.external_wins"
    CHANNEL_LISTEN = "channel.listen"
    CHANNEL_EXCLUDED = "channel.excluded"
    HANDOVER_TO = "handover.to"
    PROMISES_OPEN = "promises.open"
    PROMISES_PAGE = "promises.page"
    PROMISES_KEPT = "promises.kept"
    PROMISES_EXCEEDED = "promises.exceeded"
    PROMISES_MISSED = "promises.missed"
    PROMISES_TAKE_BACK = "promises.take_back"
    PROMISES_THEY_SAID_SO = "promises.they_said_so"
    PROMISES_EVIDENCE = "promises.evidence"
    PROMISES_TECHNICAL = "promises.technical"
    PROMISES_COMMUNICATION = "promises.communication"
    PROMISES_DELIVERY = "promises.delivery"
    PROMISES_EXPECTATIONS = "promises.expectations"
    PROMISES_DISHONESTY = "promises.dishonesty"
    PROMISES_UNCHANGED = "promises.unchanged"
    PROMISES_ALL_KEPT = "promises.all_kept"
    PROMISES_COMPLETE = "promises.complete"
    PROMISES_VALUE_DAY = "promises.value_day"
    PROMISE_THEY_CALLED = "promise.they_called"
    PROMISE_LATE = "promise.late"
    PROMISE_MISSED = "promise.missed"
    NEXT_ORDER_TALKED = "next_order.talked"
    NEXT_ORDER_NOT_NOW = "next_order.not_now"
    DIGEST_KEPT = "digest.kept"
    DIGEST_EXCEEDED = "digest.exceeded"
    DIGEST_MISSED = "digest.missed"
    DIGEST_PROMISE_THEY_CALLED = "digest.promise_they_called"
    DIGEST_PROMISE_LATE = "digest.promise_late"
    DIGEST_PROMISE_MISSED = "digest.promise_missed"
    DELIVERY_ADD = "delivery.add"
    DELIVERY_REMOVE = "delivery.remove"
    FEASIBILITY_ASK = "feasibility.ask"
    FEASIBILITY_CAN_DO = "feasibility.can_do"
    FEASIBILITY_AT_RISK = "feasibility.at_risk"
    FEASIBILITY_CANNOT = "feasibility.cannot"
    FEASIBILITY_KEEP = "feasibility.keep"
    HANDOFF_SHOW = "handoff.show"
    HANDOFF_POST = "handoff.post"
    HANDOFF_TAKE = "handoff.take"
    HANDOFF_SEND_BACK = "handoff.send_back"
    HANDOFF_INTRODUCED = "handoff.introduced"
    HANDOFF_KICKOFF = "handoff.kickoff"
    HANDOFF_ANSWER = "handoff.answer"
    COVER_ACCEPT = "cover.accept"
    COVER_DECLINE = "cover.decline"
    COVER_AGAIN = "cover.again"
    COVER_BACK = "cover.back"
    COVER_PICK = "cover.pick"
    COVER_NOBODY = "cover.nobody"
    COVER_ASK = "cover.ask"
    COVER_ASK_OTHER = "cover.ask_other"
    COVER_MYSELF = "cover.myself"
    DIGEST_COVER_ASK = "digest.cover_ask"
    DIGEST_COVER_MYSELF = "digest.cover_myself"
    PROMISES_RENEGOTIATE = "promises.renegotiate"
    HANDOFF_PIN = "handoff.pin"
    PROMISES_NOTE = "promises.note"
    TEAM_SHOW = "dealteam.show"
    TEAM_HELPERS = "dealteam.helpers"
    TEAM_REMOVE = "dealteam.remove"
    PROMISES_KEEPER = "promises.keeper"
    ANNOUNCE_OPEN = "announce.open"
    ANNOUNCE_THANKS = "announce.thanks"


OVERFLOW = "more"
"""The action id of the menu behind "…" where a platform has one element for all of its buttons (Slack)."""


@dataclass(frozen=True, slots=True)
class OverflowValue:
    """What an option of that menu carries: the button that it stands for. `number` tells options apart."""

    number: int
    action_id: str
    value: str

    def to_text(self) -> str:
        """Serialize as the option's value."""
        return f"{self.number}|{self.action_id}|{self.value}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Parse the option's value. Raises `ValueError` for anything that `to_text` never wrote."""
        number, action_id, value = text.split("|", 2)
        return cls(read_number(number) or 0, action_id, value)


COMMITMENT_PREFIX = "commitment_"
"""A commitment's field is named by this and the number of its requirement."""


class ViewId(StrEnum):
    """The kind of each modal (Slack: its callback id)."""

    CHECKLIST = "checklist"
    COACHING = "coaching"
    LIST = "list"
    EDIT = "edit"
    ADD = "add"
    DETAILS = "details"
    READ_BACK = "readback"
    READ_ALL = "readall"
    CORRECTION = "correction"
    WRAP_UP = "wrapup"
    RECAP = "recap"
    RECAP_EDIT = "recapedit"
    REFERRAL = "referral"
    REOPEN = "reopen"
    RECORD = "record"
    CRM_NOTE = "crmnote"
    WON = "won"
    FIX = "fix"
    SCHEDULE = "schedule"
    SCHEDULED = "scheduled"
    SNOOZE = "snooze"
    SNOOZED = "snoozed"
    HOURS = "hours"
    BRIEF = "brief"
    BRIEF_WHO = "briefwho"
    BRIEF_COMMITMENTS = "briefcommit"
    BRIEF_WORDS = "briefwords"
    ATTEMPT = "attempt"
    CONTACT = "contact"
    CONTACT_KEPT = "contactkept"
    TALK = "talk"
    HANDOVER = "handover"
    CHALLENGE = "challenge"
    CHALLENGE_LOG = "challengelog"
    CHALLENGE_STEP = "challengestep"
    CHALLENGE_PROMISE = "challengepromise"
    PRAISE = "praise"
    ORDER = "order"
    STEP = "step"
    REFERRALS = "referrals"
    REFERRAL_MEETING = "referralmeeting"
    REFERRAL_ASKED = "referralasked"
    REFERRAL_FORM = "referralform"
    REVIEW = "review"
    REVIEW_SAVED = "reviewsaved"
    SELF_CHECK = "selfcheck"
    SELF_CHECK_SAVED = "selfchecksaved"
    NOTICE = "notice"
    PROMISES = "promises"
    PROMISE = "promise"
    PROMISE_EVIDENCE = "promiseevidence"
    VALUE_DAY = "valueday"
    DELIVERY = "delivery"
    FEASIBILITY_ASK = "feasibilityask"
    FEASIBILITY_DOUBT = "feasibilitydoubt"
    HANDOFF = "handoff"
    HANDOFF_READ = "handoffread"
    HANDOFF_BACK = "handoffback"
    HANDOFF_KICKOFF = "handoffkickoff"
    HANDOFF_ANSWER = "handoffanswer"
    COVER = "cover"
    PROMISE_RENEGOTIATE = "promiserenegotiate"
    PROMISE_NOTE = "promisenote"
    DEAL_TEAM = "dealteam"
    MORE_ACTIONS = "moreactions"
    PROMISE_KEEPER = "promisekeeper"
    ANNOUNCE = "announce"


@dataclass(frozen=True, slots=True)
class ModalState:
    """What a modal carries (Slack: its private metadata): the deal, and the statement and version that it shows."""

    deal_id: int = 0
    statement_id: int = 0
    version: int = 0
    adding: tuple[str, ...] = ()
    """The kinds of statements whose list is too long for a field, so that the field only adds to it."""
    hints_seen: bool = False
    """The recap was shown with the linter's findings, so the next submission is final."""
    seen: tuple[tuple[int, int], ...] = ()
    """Id and version of each statement that the modal shows, if it shows several."""
    base: str = ""
    """A digest of what the form's fields held when it was opened: tells whether they hold something else by now."""
    suffix: str = ""
    """Appended to the field names, because a platform may keep the old content of a field that has the same name."""

    role: str = ""
    """The role of the contact that the modal is about, or the step of the challenge."""
    challenge_id: int = 0
    referral_id: int = 0
    """The referral that the modal is about."""
    unkept_deal_id: int = 0
    """The deal of a form of which nothing is kept before it is submitted."""

    def to_text(self) -> str:
        """Serialize for the platform to store."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Parse what the platform returns. Raises `ValueError` for anything that `to_text` never wrote."""
        try:
            data = json.loads(text or "{}")
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if not isinstance(data, dict):
            raise ValueError("no modal state")  # noqa: TRY004 (what a client sent is a value)
        numbers = dict(zip(_NUMBERS, read_numbers([data.get(name, 0) for name in _NUMBERS]), strict=True))
        adding, seen = data.get("adding", []), data.get("seen", [])
        base, suffix, role = data.get("base", ""), data.get("suffix", ""), data.get("role", "")
        if not (_are_texts([*adding, base, suffix, role] if isinstance(adding, list) else None) and _are_pairs(seen)):
            raise ValueError("no modal state")
        return cls(
            **numbers,
            adding=tuple(adding),
            hints_seen=data.get("hints_seen") is True,
            seen=tuple((statement, shown) for statement, shown in map(read_numbers, seen)),
            base=base,
            suffix=suffix,
            role=role,
        )


@dataclass(frozen=True, slots=True)
class OrderValue:
    """What the button "Another order" below a report carries: the known deal, and the reported sum in minor units."""

    deal_id: int
    amount_minor: int
    currency: str
    """An ISO 4217 code, empty if unknown."""
    period: str
    """What the sum covers, empty if unknown."""
    report: str
    """A digest that tells this report from others: it makes one deal, however often the button is tapped."""

    REPORT_LENGTH: ClassVar[int] = 16

    def to_text(self) -> str:
        """Serialize as the button's value."""
        return f"{self.deal_id}:{self.amount_minor}:{self.currency}:{self.period}:{self.report}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Parse the button's value. Raises `ValueError` for anything that `to_text` never wrote."""
        found = _ORDER.fullmatch(text)
        deal_id = None if found is None else read_number(found[1])
        minor = None if found is None else read_number(found[2], MAX_AMOUNT)
        if found is None or deal_id is None or minor is None:
            raise ValueError("not an order")
        return cls(deal_id, minor, found[3], found[4], found[5])


@dataclass(frozen=True, slots=True)
class OccasionValue:
    """What the buttons of a promise's reminder carry: the deal, the statement, which of its rules, and the occasion."""

    deal_id: int
    statement_id: int
    number: int
    occasion: date

    def to_text(self) -> str:
        """Serialize as the button's value."""
        return f"{self.deal_id}:{self.statement_id}:{self.number}:{self.occasion.isoformat()}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Parse the button's value. Raises `ValueError` for anything that `to_text` never wrote."""
        *numbers, day = text.split(":")
        deal_id, statement_id, number = read_numbers(numbers)
        return cls(deal_id, statement_id, number, date.fromisoformat(day))


@dataclass(frozen=True, slots=True)
class PromiseValue:
    """What a promise's buttons carry: the deal, the statement in the version that is shown, and the board's page."""

    deal_id: int
    statement_id: int
    version: int
    page: int

    def to_text(self) -> str:
        """Serialize as the button's value."""
        return f"{self.deal_id}:{self.statement_id}:{self.version}:{self.page}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Parse the button's value. Raises `ValueError` for anything that `to_text` never wrote."""
        deal_id, statement_id, version, page = read_numbers(text.split(":"))
        return cls(deal_id, statement_id, version, page)


_ORDER = re.compile(r"([0-9]+):([0-9]+):([A-Z]{3}|):(year|quarter|month|week|total|):([0-9a-f]{16})")
_NUMBERS = ("deal_id", "statement_id", "version", "challenge_id", "referral_id", "unkept_deal_id")


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _are_pairs(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, list) and len(value) == 2 for value in values)
