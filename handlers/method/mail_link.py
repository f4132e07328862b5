"""A `mailto:` link for the rep's own mail program (RFC 6068), truncated to the length that such programs accept."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from urllib.parse import quote

MAX_LINK_LENGTH = 2000
"""Characters. Some mail programs and operating systems truncate longer links."""
_SENTENCE_END = re.compile(r"\n\n|(?<=[.!?…。])[”\"’»]?(?=\s)")
_WORD_END = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class MailLink:
    """The link, and whether it was truncated."""

    url: str
    cut: bool


def mail_link(subject: str, body: str, mark: str, most: int = MAX_LINK_LENGTH, to: str = "") -> MailLink:
    """Return a `mailto:` link to the address `to`; without a recipient if it is empty.

    Percent-encoded UTF-8 with CRLF line breaks. A body that is too long for `most` characters is cut after a sentence
    (or a word, if the first sentence alone is too long), and `mark` takes the place of the rest.
    """
    url = _url(to, subject, body)
    if len(url) <= most:
        return MailLink(url, cut=False)

    def cut(end: int) -> str:
        return _url(to, subject, f"{body[:end].rstrip()}\n\n{mark}")

    for border in (_SENTENCE_END, _WORD_END):
        ends = [found.end() for found in border.finditer(body)]
        fitting = bisect_right(ends, most, key=lambda end: len(cut(end)))
        if fitting:
            return MailLink(cut(ends[fitting - 1]), cut=True)
    return MailLink(_url(to, subject, mark), cut=True)


def _url(to: str, subject: str, body: str) -> str:
    return f"mailto:{quote(to, safe='@')}?subject={_encoded(subject)}&body={_encoded(body)}"


def _encoded(text: str) -> str:
    return quote("\r\n".join(text.splitlines()), safe="", errors="replace")
