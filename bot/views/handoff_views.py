"""Selects the view for a screen about delivery."""

from __future__ import annotations

from bot.ui.components import Message, Modal
from bot.ui.texts import Texts
from bot.views import delivery, feasibility, handoff, handoff_brief, missed_promise, promise_notes
from bot.views.notices import message_in_modal
from handlers.screens.handoff import (
    AnswerForm,
    AskDeliveryForm,
    DeliveryDoubt,
    DeliveryForm,
    DoubtForm,
    FeasibilityQuestion,
    HandoffForm,
    HandoffLate,
    HandoffMessage,
    HandoffModal,
    HandoffNudge,
    HandoffOffer,
    HandoffQuestions,
    HandoffReturned,
    KickoffForm,
    KickoffSet,
    MissReported,
    PostedBrief,
    ReadBackDone,
    ReadBackForm,
    SendBackForm,
)
from handlers.screens.promises import NoteTold


def modal(screen: HandoffModal, texts: Texts) -> Modal:  # noqa: C901 (one case per screen)
    """The screen as a modal."""
    match screen:
        case DeliveryForm():
            view = delivery.form(screen, texts)
        case AskDeliveryForm():
            view = feasibility.ask_form(screen, texts)
        case FeasibilityQuestion():
            view = message_in_modal(feasibility.question(screen, texts), texts)
        case DoubtForm():
            view = feasibility.doubt_form(screen, texts)
        case HandoffForm():
            view = handoff.form(screen, texts)
        case ReadBackForm():
            view = handoff.read_back_form(screen, texts)
        case ReadBackDone():
            view = handoff.read_back_done(screen, texts)
        case SendBackForm():
            view = handoff.send_back_form(screen, texts)
        case KickoffForm():
            view = handoff.kickoff_form(screen, texts)
        case KickoffSet():
            view = handoff.kickoff_set(screen, texts)
        case AnswerForm():
            view = handoff.answer_form(screen, texts)
    return view


def message(screen: HandoffMessage, texts: Texts) -> Message:  # noqa: C901 (one case per screen)
    """The screen as a message."""
    match screen:
        case FeasibilityQuestion():
            view = feasibility.question(screen, texts)
        case DeliveryDoubt():
            view = feasibility.doubt(screen, texts)
        case HandoffOffer():
            view = handoff.offer(screen, texts)
        case HandoffQuestions():
            view = handoff.questions(screen, texts)
        case HandoffReturned():
            view = handoff.returned(screen, texts)
        case HandoffNudge():
            view = handoff.nudge(screen, texts)
        case HandoffLate():
            view = handoff.late(screen, texts)
        case MissReported():
            view = missed_promise.miss_reported(screen, texts)
        case NoteTold():
            view = promise_notes.note_told(screen, texts)
        case PostedBrief():
            view = handoff_brief.posted(screen, texts)
    return view
