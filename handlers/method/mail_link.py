"""The link that opens a mail in the rep's own mail program (RFC 6068), cut where such programs stop reading."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from urllib.parse import quote

LONGEST_LINK = 2000
"""Characters. Some mail programs and the systems that hand links to them stop near it."""
_BEHIND_A_SENTENCE = re.compile(r"\n\n|(?<=[.!?…。])[”\"’»]?(?=\s)")
_BEHIND_A_WORD = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class MailLink:
    """The link, and whether the end of the mail did not fit into it."""

    url: str
    cut: bool


def mail_link(subject: str, body: str, mark: str, most: int = LONGEST_LINK) -> MailLink:
    """A `mailto:` link without a recipient: nobody knows the address, the rep's mail program does.

    Percent-encoded UTF-8 with CRLF line breaks. A body for which `most` is too short is cut behind a sentence (or a
    word where the first sentence is too long by itself), and `mark` tells in its place that there is more.
    """
    url = _url(subject, body)
    if len(url) <= most:
        return MailLink(url, cut=False)

    def cut(end: int) -> str:
        return _url(subject, f"{body[:end].rstrip()}\n\n{mark}")

    for border in (_BEHIND_A_SENTENCE, _BEHIND_A_WORD):
        ends = [found.end() for found in border.finditer(body)]
        fitting = bisect_right(ends, most, key=lambda end: len(cut(end)))
        if fitting:
            return MailLink(cut(ends[fitting - 1]), cut=True)
    return MailLink(_url(subject, mark), cut=True)


def _url(subject: str, body: str) -> str:
    return f"mailto:?subject={_encoded(subject)}&body={_encoded(body)}"


def _encoded(text: str) -> str:
    return quote("\r\n".join(text.splitlines()), safe="", errors="replace")
