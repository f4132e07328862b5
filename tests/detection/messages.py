"""Unusual messages: any characters, odd and deep blocks, and input for catastrophic backtracking."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.detection import Post
from handlers.detection.markup import MAX_POST_LENGTH

LONG = 40_000
"""Characters: the longest message that Slack delivers."""

DEEP = 300
"""Levels of nesting: a few more than the JSON parser of Python 3.11 accepts."""

SIGNED = "signed closed won $45k Acme & not ? ! * < > <@U1> Owner: Amount: to ( ) :tada: 🎉 契約 さま will 500万円 x 12"
ORDINARY = "Just closed Northwind Dental! $45k ARR, thanks <@U7>. Anybody up for lunch at the noodle place?\n"
WORDS = [*SIGNED.split(), "/mo", "=", "the", "just", "contract", '"', "\n", "\u202e", "\x00"]

MARKS = "< > & * _ ~ ` : @ 1 $ ( ? | さ 🎉 a' a- a. :a a: a@ 1, 1.1. $1 x12 aaa ~a :+1 a🎉\ufe0f 1' % + ; / - •"
# fmt: off
PIECES = [
    'Boats "R" Us, Inc', "Wharf 'n' Quay.com's", "5M", "ました医療", "A.", "of ", "The ", "A&", "A-",
    *MARKS.split(),
    "<at>", "<@", "<@U1|", "<a href='", "<a ", "<a href='a'", "<blockquote>", "<p", "<b", "<br", "<h1 a", "</p>",
    "<i ", "&amp;", "&gt;", "```", "Won: a", "`a", "www.", "http://", "http://a.", "<http://a|", "a@a.", "a.a@a", "@a.",
    "_a",
    "a_", "**", "1 000", "1 000 ", "1.000,", "12/12/", "12.12.", "2024-1-", "1 Jan", "Jan 1", "Jan ", "jan, ", "1st ",
    "12 lakh", '"', "契約", "万", "\n", " ", "\t", "\r", "\u00a0", "\n ", " \n", " -", "- ", " |", " :", ": ", " (",
    ", ", " , ", "//", "\u0301", "\ue000", "\ue001", "\ue0001", "\ue0001\ue001", "\ue002", "\ue003", "a\ue003",
    "\ue003a\n", "\ud800", "of the ", "> ", "Closed Won → ", "from ", "one hundred ", "sixty ", "and ", " and",
    "wooo", "a 1", "a12", "$ 1", "1k", "1 €", "signed ", "Acme ", "Acme & ", "Acme's ", "Owner: ", "Owner: a\n",
    "Amount:\n", "the ", "Deal name", "Deal name: ", "\na\ue003", "<at>a</at>", "<a href='a'>", "<b>", "~a~ ",
    "zoho.", "2024-1-1 ", "1/1/2024 ", "1.1.2024 ", "契約締結", "contract the ", "contract is now ", "will ", "not ",
    "not 1k ", "should be ", "instead of ", "12k -> ",
    "beat Acme AND ", "up against ", "3 vendors ", "3 large ", ", and ",
    "「ab」", "a.pdf", "0001007731 a", " inc.", "a gmbh", "(a)", ", Ab", ", inc", "a:1", "{{a}}", "null", "a.png",
    "- a", "SO-77", "a. B", "; a: ", "a inc",
]
"""Matches and near-matches of patterns; each is repeated until the message is LONG."""
# fmt: on

OPENERS = [
    "",
    "signed Acme $5k ",
    *(f"Closed won\n{label}: a" for label in ("Owner", "Deal", "Account", "Amount", "Close date", "Helped by")),
]
"""The text before the repeated pieces: nothing, the news of a deal, or the start of a field."""

any_character = st.characters(exclude_categories=())
any_text = st.one_of(
    st.text(any_character, max_size=400),
    st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=120).map("".join),
    st.tuples(st.sampled_from(WORDS), st.integers(1, 4000)).map(lambda pair: (pair[0] * pair[1])[:LONG]),
)


def repeated(piece: str, length: int = LONG, *, opener: str = "", end: str = "z") -> str:
    """`opener`, then `piece` repeated, with `end` at the end and at the limit of what is read."""
    pieces = piece * (length // len(piece))
    read = MAX_POST_LENGTH - len(opener) - len(end)
    return opener + pieces[:read] + end + pieces[read:]


long_text = st.builds(
    repeated,
    st.lists(st.sampled_from(PIECES + WORDS), min_size=1, max_size=4).map("".join),
    st.integers(0, LONG),
    opener=st.sampled_from(OPENERS),
    end=st.sampled_from(["", "z", "\n", "<", "\u202e", "\ud800"]),
)
json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "fields", "elements", "title", "value", "content", "body", "rows", "blocks"]
            ),
            inner
            | st.sampled_from(
                ["section", "rich_text", "rich_text_section", "table", "context", "AdaptiveCard", "header"]
            ),
            max_size=4,
        )
    ),
    max_leaves=20,
)


def nested(kind: str, depth: int, text: str) -> object:
    """Nested blocks of a kind; the innermost contains `text`."""
    holder = {"table": "rows", "rich_text_list": "elements", "Container": "items", "rich_text": "elements"}[kind]
    inside: object = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    for _ in range(depth):
        inside = {"type": kind, holder: [[inside]] if kind == "table" else [inside]}
    return inside


deep_blocks = st.builds(
    nested, st.sampled_from(["table", "rich_text_list", "Container", "rich_text"]), st.integers(1, DEEP), any_text
)
odd_fields = st.lists(
    st.fixed_dictionaries({"title": any_text | json_like, "value": any_text | json_like}), min_size=1, max_size=6
).map(lambda fields: {"fallback": "Closed won", "fields": fields})

any_post = st.one_of(
    st.builds(Post, any_text),
    st.builds(Post, long_text),
    st.builds(Post, any_text, blocks=st.lists(json_like | deep_blocks, max_size=3)),
    st.builds(Post, any_text, attachments=st.lists(json_like | odd_fields, max_size=3)),
)
"""Any post. Blocks and attachments may violate their types, as platforms may send anything."""
