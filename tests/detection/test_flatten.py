"""All parts of a post are read once, and a quotation is no news."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.detection import Post, detect
from handlers.detection.flatten import flatten
from handlers.detection.markup import decode

NEWS = "Kestrel Robotics signed! $45k"


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}]


def preformatted(text: str) -> list[dict[str, Any]]:
    """A code block, as Slack sends it."""
    inside = [{"type": "text", "text": text}]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": inside}]}]


RECORD = "Customer: Kestrel Robotics\nStage: Closed Won\nAmount: $45k"


@pytest.mark.parametrize(
    "post",
    [
        Post(NEWS),
        Post("", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": NEWS}}]),
        Post("", blocks=[{"type": "header", "text": {"type": "plain_text", "text": NEWS}}]),
        Post("", blocks=[{"type": "context", "elements": [{"type": "mrkdwn", "text": NEWS}]}]),
        Post("", blocks=rich({"type": "emoji", "name": "tada"}, {"type": "text", "text": NEWS})),
        Post("", blocks=[{"type": "section", "fields": [{"type": "mrkdwn", "text": NEWS}]}]),
        pytest.param(Post(f"```{RECORD}```"), marks=pytest.mark.reported("42wim/matterbridge#2062")),
        pytest.param(Post(f"just in:\n```\n{RECORD}\n```\n"), marks=pytest.mark.reported("vm0-ai/vm0#3689")),
        pytest.param(Post("", blocks=preformatted(RECORD)), marks=pytest.mark.reported("PostHog/posthog#67066")),
        Post("", attachments=[{"fallback": NEWS}]),
        Post("", attachments=[{"pretext": NEWS}]),
        Post(
            "",
            attachments=[
                {"title": "Kestrel Robotics", "text": "Closed Won", "fields": [{"title": "Amount", "value": "$45k"}]}
            ],
        ),
        Post("", attachments=[{"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": NEWS}}]}]),
        Post("", attachments=[{"content": {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": NEWS}]}}]),
        Post("", attachments=[{"content": {"sections": [{"activityTitle": NEWS}]}}]),
    ],
)
def test_news_is_found(post: Post) -> None:
    answer = detect(post)
    assert answer.deal_closed
    assert answer.customer == "Kestrel Robotics"
    assert answer.amount == 45000


@pytest.mark.parametrize(
    "post",
    [
        Post("wow", attachments=[{"is_msg_unfurl": True, "text": NEWS}]),
        Post(
            "",
            blocks=[
                {
                    "type": "rich_text",
                    "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": NEWS}]}],
                }
            ],
        ),
        Post("", blocks=rich({"type": "text", "text": NEWS, "style": {"strike": True}})),
        Post("", blocks=rich({"type": "text", "text": NEWS, "style": {"code": True}})),
        Post(f"&gt; {NEWS}"),
        Post(f"```{NEWS}```"),
        Post("", blocks=preformatted(NEWS)),
        Post("", blocks=preformatted("status: won\ncustomer: Kestrel Robotics\namount: 45000")),
        Post(f"~{NEWS}~"),
        Post(f"<blockquote>{NEWS}</blockquote><p>what a story</p>"),
    ],
)
def test_quoted_or_struck_text_is_no_news(post: Post) -> None:
    assert not detect(post).deal_closed


def test_repeated_text_is_read_once() -> None:
    post = Post(NEWS, blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": NEWS}}])
    assert flatten(post) == NEWS


@pytest.mark.parametrize(
    "blocks",
    [
        [None],
        ["x"],
        [{"type": 7}],
        [{"type": "section", "text": "x", "fields": 3}],
        [{"type": "rich_text", "elements": {}}],
        {"type": "x"},
    ],
)
def test_malformed_blocks_are_skipped(blocks: Any) -> None:
    assert flatten(Post("hello", blocks=blocks, attachments=blocks)).startswith("hello")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<@U1> &amp; <#C1|wins>", "\ue0000\ue001 &  "),
        ("see <https://a.example|the deal>", "see the deal"),
        ("<p>one</p><p>two</p>", "\none\n\ntwo\n"),
        ("a &lt; b", "a < b"),
        ("*bold* _it_", "\ue003bold\ue003  it "),
    ],
)
def test_markup_is_decoded(raw: str, text: str) -> None:
    assert decode(raw).text == text


def test_mentions_and_links_are_kept_apart() -> None:
    plain = decode("<@U1|jo> and <at>Carlos Vega</at>, see <https://app.hubspot.com/deal/1|View>")
    assert set(plain.mentions) == {"Carlos Vega", "U1"}
    assert plain.record_url == "https://app.hubspot.com/deal/1"
