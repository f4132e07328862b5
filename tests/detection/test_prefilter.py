"""The prefilter drops most messages, but never the news of a deal."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from handlers.detection import ChannelContext, Decision, Post, detect, detector, looks_idle
from prompts.detection import table

KINDS = ("correction", "aside", "before_wrong", "taken_back", "gone")
DATA = Path(__file__).parents[1] / "data"
CHAT = [
    json.loads(line)["text"] for line in gzip.decompress((DATA / "chat_noise_dev.jsonl.gz").read_bytes()).splitlines()
]
POSTS = [
    json.loads(line).get("text") or ""
    for name in ("deal_posts_dev", "deal_posts_heldout", "deal_posts_practice", "crm_cards")
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
]


def test_no_deal_looks_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    idle, talk = ([text for text in texts if looks_idle(text)] for texts in (POSTS, CHAT[::5]))
    monkeypatch.setattr(detector, "looks_idle", lambda _text: False)
    wins = ChannelContext(wins_channel=True)
    assert [text for text in idle if detect(Post(text=text), wins).decision is not Decision.NO] == []
    # Of real talk a line in thousands may look like a name by its capitals: "perl != C++".
    assert sum(detect(Post(text=text), wins).decision is not Decision.NO for text in talk) <= 1


def test_most_chat_looks_idle() -> None:
    assert sum(map(looks_idle, CHAT)) > 0.85 * len(CHAT)


@pytest.mark.parametrize("phrase", sorted({p for kind in KINDS for p in table("amendments")[kind]}))
def test_an_amendment_never_looks_idle(phrase: str) -> None:
    assert not looks_idle(f"{phrase} 23k")
