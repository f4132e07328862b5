"""No text makes the detector raise, linger or waver."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.detection import Decision, Post, detect, looks_idle

LONG = 40_000
SIGNED = "signed closed won $45k Acme & not ? ! * < > <@U1> Owner: Amount: to ( ) :tada: 🎉 契約 さま will 500万円 x 12"
WORDS = [*SIGNED.split(), "/mo", "=", "the", "just", "contract", '"', "\n", "\u202e", "\x00"]
MARKS = "< > & * _ ~ ` : @ 1 $ ( ? | さ 🎉 a' a- a. :a a: a@ 1, 1.1. $1 x12 aaa"
PIECES = [
    *MARKS.split(),
    *[
        "<at>",
        "<@",
        "<a href='",
        "<blockquote>",
        "<p",
        "&amp;",
        "```",
        "www.",
        "http://",
        "1 000",
        '"',
        "契約",
        "\n",
        " ",
    ],
    *["\u0301", "\ue000", "\ue003", "of the ", "> ", "Closed Won → ", "from ", "one hundred ", "sixty "],
    *[
        "signed ",
        "Acme ",
        "Acme & ",
        "Owner: ",
        "Amount:\n",
        "the ",
        "contract the ",
        "contract is now ",
        "will ",
        "not ",
    ],
]

any_character = st.characters(exclude_categories=())
any_text = st.one_of(
    st.text(any_character, max_size=400),
    st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=120).map("".join),
    st.tuples(st.sampled_from(WORDS), st.integers(1, 4000)).map(lambda pair: (pair[0] * pair[1])[:LONG]),
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


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_text)
def test_any_text_gets_an_answer(text: str) -> None:
    answer = detect(Post(text))
    assert 0 <= answer.confidence <= 1
    assert answer.decision in Decision
    assert (answer.amount is None) or answer.amount > 0
    assert detect(Post(text)) == answer
    (answer.customer or "").encode("utf-8")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(json_like, max_size=3), st.lists(json_like, max_size=3))
def test_any_blocks_get_an_answer(blocks: list[object], attachments: list[object]) -> None:
    post = Post("signed", blocks=blocks, attachments=attachments)  # type: ignore[arg-type]  # as malformed as it comes
    assert detect(post) == detect(post)


@settings(max_examples=200, deadline=None)
@given(any_text)
def test_what_looks_idle_is_no_deal(text: str) -> None:
    if looks_idle(text):
        assert not detect(Post(text)).deal_closed


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece",
    PIECES,
)
def test_adversarial_repetition_is_read_in_linear_time(piece: str) -> None:
    for text in (piece * (LONG // len(piece)), "signed Acme $5k " + piece * (LONG // len(piece))):
        assert detect(Post(text)).decision in Decision
