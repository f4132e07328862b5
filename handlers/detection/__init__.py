"""Does this message announce that a customer has just bought? Pure functions, no I/O."""

from handlers.detection.amendments import Amendment, Amends, amendment
from handlers.detection.detector import detect
from handlers.detection.idle import looks_idle
from handlers.detection.posts import Cue, Decision, Detection, Period, Post, Setting
from handlers.detection.sums import Sum, find_sum

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
