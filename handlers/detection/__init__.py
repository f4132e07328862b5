"""Detect messages that announce a closed deal. Pure functions, no I/O."""

from handlers.detection.amendments import Amendment, AmendmentKind, find_amendment
from handlers.detection.detector import detect
from handlers.detection.flatten import flatten
from handlers.detection.prefilter import looks_idle
from handlers.detection.shared_credit import find_shared_credit
from handlers.detection.typed_amount import (
    AmountTooLargeError,
    AmountUnclearError,
    TypedAmount,
    find_typed_amount,
)
from handlers.detection.types import ChannelContext, Cue, DealKind, Decision, Detection, Period, Post

__all__ = [
    "Amendment",
    "AmendmentKind",
    "AmountTooLargeError",
    "AmountUnclearError",
    "ChannelContext",
    "Cue",
    "DealKind",
    "Decision",
    "Detection",
    "Period",
    "Post",
    "TypedAmount",
    "detect",
    "find_amendment",
    "find_shared_credit",
    "find_typed_amount",
    "flatten",
    "looks_idle",
]
