"""Make a customer's name of what was found: cut a deal's title, trim, and give it its capitals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.detection.markup import BOLD, MENTION_OPEN

if TYPE_CHECKING:
    from handlers.detection.lexicon import Lexicon

LONGEST_NAME = 7
"""Words of the longest name that is taken."""

_LONGEST_TEXT = 120
_LONGEST_INITIALS = 4
_TITLE_CUT = re.compile(r"(?<=\s)[-–—|/:•·>→]+\s|[(|\[{]|:\s|[,;]\s|\n|//")
_EMOJI = re.compile(
    r"[\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f]|:[a-z][a-z0-9_+-]{1,40}:"
)
_EDGES = " \t\n.,;:!?*'\"“”‘’«»()[]{}|-–—•·~#>" + BOLD
_SMALL_WORDS = frozenset(
    {
        "and",
        "of",
        "the",
        "de",
        "la",
        "du",
        "des",
        "del",
        "da",
        "do",
        "di",
        "van",
        "von",
        "der",
        "den",
        "und",
        "et",
        "y",
        "e",
    }
)


def title_customer(title: str, lexicon: Lexicon) -> str | None:
    """Return the customer in a deal's title: `Acorn Daycare - New Business`, `Osprey Rentals expansion to NW`."""
    bare = title.strip(_EDGES)
    head = _TITLE_CUT.split(bare, maxsplit=1)[0].strip(_EDGES)
    words = head.split()
    if head == bare:  # nothing but its words tells where the name ends
        small = (at for at in range(1, len(words)) if words[at].islower() and _opens_suffix(words[at:], lexicon))
        words = words[: next(small, len(words))]
        while len(words) > 1 and (_is_suffix(words[-1:], lexicon) or _is_suffix(words[-2:], lexicon)):
            words = words[:-1] if _is_suffix(words[-1:], lexicon) else words[:-2]
    return polish(" ".join(words))


def _opens_suffix(words: list[str], lexicon: Lexicon) -> bool:
    return _is_suffix(words[:1], lexicon) or _is_suffix(words[:2], lexicon)


def _is_suffix(words: list[str], lexicon: Lexicon) -> bool:
    return " ".join(words).lower() in lexicon.suffixes


def polish(name: str) -> str | None:
    """Trim a name; give it capitals if it had none or nothing but. None if nothing, or too much, is left."""
    name = " ".join(_EMOJI.sub(" ", name).replace(BOLD, "").strip(_EDGES).split())
    if not name or len(name) > _LONGEST_TEXT or MENTION_OPEN in name:
        return None
    if name.islower() or (name.isupper() and (len(name) > _LONGEST_INITIALS or " " in name)):
        words = name.lower().split(" ")
        return " ".join(
            word if index and word in _SMALL_WORDS else word[:1].upper() + word[1:] for index, word in enumerate(words)
        )
    return name
