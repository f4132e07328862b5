"""Convert Slack markup, Teams HTML and plain text into plain text, and collect mentions, links and bold marks."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from handlers.detection.placeholders import blank_leftovers
from handlers.detection.record_links import is_record_link

# A mention becomes its number between two private characters, so that no later step reads a person as a customer.
MENTION_OPEN = "\ue000"
MENTION_CLOSE = "\ue001"
QUOTE_LINE = "\ue002"
BOLD = "\ue003"

MAX_POST_LENGTH = 12_000
"""Characters of a post that are read. The news is at the start, and the work is bounded."""

_PRIVATE = re.compile(
    "[\ue000-\uf8ff\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
_ANGLE = re.compile(r"<([@#!]?)([^<>|\n]{1,2000})(?:\|([^<>\n]{0,500}))?>")
_HTML_HINT = re.compile(
    r"<(?:/|p\b|div\b|br\b|at\b|strong\b|b\b|span\b|a |ul\b|li\b|table\b|em\b|blockquote\b|h[1-6]\b)", re.IGNORECASE
)
_HTML_AT = re.compile(r"<at(?:\s[^<>]{0,200})?>([^<>]{0,200})</at>", re.IGNORECASE)
_HTML_ANCHOR = re.compile(r"<a\s[^<>]{0,300}?href=[\"']([^\"'<>]{1,2000})[\"'][^<>]{0,300}>", re.IGNORECASE)
_HTML_QUOTE = re.compile(r"<blockquote\b[^<>]{0,300}>.*?(?:</blockquote>|\Z)", re.IGNORECASE | re.DOTALL)
_HTML_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6]|/td|p|div|li|tr|ul|blockquote)\b[^<>]{0,300}>", re.IGNORECASE)
_HTML_BOLD = re.compile(r"</?(?:strong|b|h[1-6])\b[^<>]{0,300}>", re.IGNORECASE)
_HTML_TAG = re.compile(r"</?[a-z][a-z0-9]{0,20}(?:\s[^<>]{0,1000})?/?>", re.IGNORECASE)
_URL = re.compile(r"\b(?:https?://|mailto:|www\.)[^\s<>|]{1,2000}")
_BEHIND_ADDRESS = ",.;:!?)"
_BARE_SITE = re.compile(r"www\.[\w-]{1,63}(?:\.[\w-]{2,63}){1,3}")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_AT_NAME = re.compile(r"(?<![\w@])@([A-Za-z][\w.-]{1,40})")
_STRIKE = re.compile(r"(?<![\w~])~(?=\S)([^~\n]{1,300})(?<=\S)~(?![\w~])")
_STARS = re.compile(r"\*{1,3}")
_UNDERSCORES = re.compile(r"(?<![\w])_(?=\S)|(?<=\S)_(?![\w])")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{1,400}`", re.DOTALL)
_LABELLED = re.compile(r"^[ \t]*[A-Z][\w /]{1,30}[:=][ \t]+\S", re.MULTILINE)
_QUOTED = re.compile(r"^[ \t]*(?:>|&gt;)+[ \t]?", re.MULTILINE)
_TIGHT = re.compile(r"(?<=[^\W\d_])[:：=](?=[\d$€£¥])")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}


@dataclass(slots=True)
class PlainText:
    """Plain text, with the people mentioned (ids or names), the links and their labels, in order."""

    text: str
    mentions: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    @property
    def record_url(self) -> str | None:
        """The first link to a deal's record, if any."""
        return next((link for link in self.links if is_record_link(link)), None)

    @property
    def record_title(self) -> str:
        """The label of the first link to a deal's record; empty without one."""
        return next((label for link, label in zip(self.links, self.labels, strict=True) if is_record_link(link)), "")


def decode(raw: str, *, by_tool: bool = False) -> PlainText:
    """Decode `raw`; never raises, linear in its length (bounded by `MAX_POST_LENGTH`).

    A person's code is a quotation, unless it is a record of labelled lines; a tool's is a value.
    """
    plain = PlainText(_PRIVATE.sub(" ", raw[:MAX_POST_LENGTH]))
    text = _QUOTED.sub(QUOTE_LINE, plain.text)
    if "`" in text:
        text = text.replace("`", " ") if by_tool else _CODE.sub(_open_code, text)
    if "<" in text:
        text = _open_angles(text, plain)
    if "&" in text:
        text = html.unescape(text)
    text = blank_leftovers(text)
    if "@" in text:
        text = _MAIL.sub(" ", text)
        text = _AT_NAME.sub(lambda match: _mention(plain, match.group(1)), text)
    if "://" in text or "www." in text:
        text = _URL.sub(lambda match: _site(plain, match.group(0)), text)
    if by_tool:
        text = _TIGHT.sub(r"\g<0> ", text)
    if "~" in text:
        text = _STRIKE.sub(" ", text)
    if "*" in text:
        text = _STARS.sub(BOLD, text)
    if "_" in text:
        text = _UNDERSCORES.sub(" ", text)
    plain.text = text
    return plain


def _open_code(code: re.Match[str]) -> str:
    """A code block whose lines are all labels with their values is a record that somebody copied, and no program."""
    lines = [line for line in code[0].strip("`").splitlines() if line.strip()]
    return "\n".join(["", *lines, ""]) if len(lines) > 1 and all(map(_LABELLED.match, lines)) else " "


def _open_angles(text: str, plain: PlainText) -> str:
    if _HTML_HINT.search(text):
        text = _HTML_QUOTE.sub("\n", text)
        text = _HTML_AT.sub(lambda match: _mention(plain, html.unescape(match.group(1)).strip()), text)
        text = _HTML_ANCHOR.sub(lambda match: _link(plain, html.unescape(match.group(1)), ""), text)
        text = _HTML_BREAK.sub("\n", text)
        text = _HTML_BOLD.sub(BOLD, text)
        text = _HTML_TAG.sub("", text)

    def opened(match: re.Match[str]) -> str:
        sigil, target, label = match.groups()
        if sigil == "@":
            return _mention(plain, target)
        if sigil == "#":
            return " "
        if sigil == "!":
            return " " if target in {"here", "channel", "everyone"} or not label else f" {label} "
        if ":" in target or "/" in target:
            return _link(plain, _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], target), label or "")
        return match.group(0)

    return _ANGLE.sub(opened, text)


def _mention(plain: PlainText, who: str) -> str:
    plain.mentions.append(who)
    return f"{MENTION_OPEN}{len(plain.mentions) - 1}{MENTION_CLOSE}"


def _site(plain: PlainText, url: str) -> str:
    """A bare address names a customer, `acme.co.uk` in `Closed www.acme.co.uk!`; that of a page does not."""
    bare = url.rstrip(_BEHIND_ADDRESS)
    if not _BARE_SITE.fullmatch(bare):
        return _link(plain, url, "")
    return _link(plain, bare, bare.removeprefix("www.")) + url[len(bare) :]


def _link(plain: PlainText, url: str, label: str) -> str:
    plain.links.append(url)
    plain.labels.append(label)
    return label if label and "://" not in label else " "
