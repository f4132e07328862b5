"""Does this message announce that a customer has just bought? Pure functions, no I/O."""

from handlers.detection.amendments import Amendment, Amends, amendment
from handlers.detection.detector import detect
from handlers.detection.prefilter import looks_idle
from handlers.detection.typed_amount import Sum, find_sum
from handlers.detection.types import Cue, Decision, Detection, Period, Post, Setting

__all__ = [
    "Amendment",
    "Amends",
    "Cue",
    "Decision",
    "Detection",
    "Period",
    "Post",
    "Setting",
    "Sum",
    "amendment",
    "detect",
    "find_sum",
    "looks_idle",
]
