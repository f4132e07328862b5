"""Half surrogate pairs in JSON: a client that cuts a text in the middle of an emoji leaves one, escaped.

Such a text cannot be encoded, so it can neither be stored, nor signed, nor be part of a URL.
"""

from __future__ import annotations

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def replace_surrogates(value: Any) -> Any:
    """The same JSON value with U+FFFD for each half surrogate pair, in names, too.

    Raises `RecursionError` if it is nested too deeply.
    """
    if isinstance(value, str):
        return _HALF.sub(_REPLACEMENT, value)
    if isinstance(value, list):
        return [replace_surrogates(each) for each in value]
    if isinstance(value, dict):
        return {replace_surrogates(name): replace_surrogates(each) for name, each in value.items()}
    return value
