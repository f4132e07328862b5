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
_TITLE_CUT = re.compile(r"\s+[-–—|/:•·>→]+\s+|\s*[(|\[{]|:\s|[,;]\s|\n|//")
_EDGES = " \t\n.,;:!?*'\"“”‘’«»()[]{}|-–—•·~#>" + BOLD
_SMALL_WORDS = frozenset("and of the de la du des del da do di van von der den und et y e for at on in".split())


def title_customer(title: str, lexicon: Lexicon) -> str | None:
    """Return the customer in a deal's title: `Acorn Daycare - New Business`, `Osprey Rentals expansion to NW`."""
    head = _TITLE_CUT.split(title.strip(_EDGES), maxsplit=1)[0].strip(_EDGES)
    words = head.split()
    for index in range(1, len(words)):
        pair = " ".join(words[index : index + 2]).lower()
        if pair in lexicon.suffixes or words[index].lower() in lexicon.suffixes:
            return polish(" ".join(words[:index]))
    return polish(head)


def polish(name: str) -> str | None:
    """Trim a name; give it capitals if it had none or nothing but. None if nothing, or too much, is left."""
    name = " ".join(name.replace(BOLD, "").strip(_EDGES).split())
    if not name or len(name) > _LONGEST_TEXT or MENTION_OPEN in name:
        return None
    if name.islower() or (name.isupper() and (len(name) > _LONGEST_INITIALS or " " in name)):
        words = name.lower().split(" ")
        return " ".join(
            word if index and word in _SMALL_WORDS else word[:1].upper() + word[1:] for index, word in enumerate(words)
        )
    return name
