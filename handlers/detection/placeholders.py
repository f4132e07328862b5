"""Recognize what a template left empty: `null`, `N/A`, `{{deal.name}}`, `[object Object]`."""

from __future__ import annotations

import re
from functools import cache

from prompts.detection import table

BLANK = "\ue004"
"""Stands where a template had nothing to fill in, so that no later step reads its rest as a name or a sum."""

_HINTS = (
    "{",
    "null",
    "undefined",
    "NaN",
    "[object",
    "<no ",
    "#REF!",
    "#N/A",
    "#NAME?",
    "#VALUE!",
    "%",
    "<none",
    "<nil",
)
_LEFTOVER = re.compile(
    r"""
    \{\{[^{}\n]{0,80}\}\}
  | [$\#%]\{[^{}\n]{0,80}\}
  | \{[!$]?[A-Za-z_][\w.]{0,60}\}
  | %[A-Z][A-Z0-9_]{1,40}%
  | <%=?[^%\n]{0,80}%>
  | <(?:no\ value|null|none|nil|undefined)>
  | \[(?:object\ [A-Za-z]{1,20}|undefined|null)\]
  | \#(?:REF!|N/A|NAME\?|VALUE!|NULL!)
  | (?<![\w.'’-])(?:null|undefined|NaN)(?![\w'’-])
    """,
    re.VERBOSE,
)
_AROUND = " \t*_\"'“”‘’`()[]<>{}.:;,!~" + "\ue003"
_DASHES = frozenset("-–—−?…_•·x×")


def blank_leftovers(text: str) -> str:
    """Replace each leftover of a template in `text` by BLANK."""
    return _LEFTOVER.sub(BLANK, text) if any(hint in text for hint in _HINTS) else text


def is_placeholder(value: str) -> bool:
    """Whether the whole value of a field stands for nothing: `-`, `N/A`, `(none)`, `TBD`, `Account.name`."""
    bare = value.strip(_AROUND).lower()
    return not bare.strip(BLANK + _AROUND) or set(bare) <= _DASHES or bare in _words() or _is_path(bare)


def _is_path(value: str) -> bool:
    """`account.name`, `customer_name`, `deal.company.name`: the place of a value, not the value."""
    told = table("cards")["placeholders"]
    parts = re.split(r"[._ ]", value)
    return (
        len(parts) > 1
        and parts[0].strip("$") in told["records"]
        and set(parts[1:]) <= {*told["records"], *told["parts"]}
    )


@cache
def _words() -> frozenset[str]:
    return frozenset(table("cards")["placeholders"]["words"])
