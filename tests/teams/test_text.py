"""What people typed does nothing in a message of ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.text import escape


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Northwind Dental", "Northwind Dental"),
        ("A & B <at>everyone</at>", "A &amp; B &lt;at&gt;everyone&lt;/at&gt;"),
        ("[click](https://evil.example)", "\\[click\\](https://evil.example)"),
        ("*b* _i_ `c` ~s~ # | \\", "\\*b\\* \\_i\\_ \\`c\\` \\~s\\~ \\# \\| \\\\"),
    ],
)
def test_marks_are_shown_as_they_are(typed: str, shown: str) -> None:
    assert escape(typed) == shown


@given(st.text())
def test_nothing_is_lost_and_nothing_is_left(typed: str) -> None:
    escaped = escape(typed)
    assert not re.search(r"[<>]", escaped)
    back = re.sub(r"\\([\\`*_~\[\]#|])", r"\1", escaped)
    assert back.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == typed
