"""The same words in different contexts: who did what to whom, when, and whether."""

from __future__ import annotations

import pytest

from handlers.detection import ChannelContext, Decision, Post, detect

NEWS = "Kestrel Robotics signed today, $45k"


@pytest.mark.parametrize(
    "text",
    [
        NEWS,
        f"Can't believe it but {NEWS}",
        f"Nearly lost them twice. {NEWS}",
        f"{NEWS}. Kickoff is next week",
        f"{NEWS}, thanks to Jo for the demo",
        f"They said no twice, but {NEWS}",
        "Guess who signed? Kestrel Robotics! $45k",
        "Congrats to <@U1> on closing Kestrel Robotics, $45k",
        "Correction: Kestrel Robotics is closed at 23k, not 32k",
        "£155k!! Kestrel Robotics.",
        "Kestrel Robotics ✍🏽 70k",
        "Finally got Kestrel Robotics to sign!",
        "They left us in 2021 and signed again today: Kestrel Robotics, $45k",
        "Kestrel Robotics: verbal on Tuesday, redlines on Wednesday, signature today. $45k",
        "Kestrel Robotics DONE, $45k",
        "Sold! Two of the big ones to Kestrel Robotics, $45k",
        "Deal recap: Kestrel Robotics signed, $45k. How we won: four days of security review",
        "Acme nearly beat us, but Kestrel Robotics signed, $45k",
    ],
)
def test_is_news(text: str) -> None:
    assert detect(Post(text)).deal_closed


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Kestrel Robotics hasn't signed, $45k", "a negation"),
        ("Kestrel Robotics will have signed by Friday, $45k", "not yet"),
        ("once Kestrel Robotics signed the contract we can start, $45k", "a condition"),
        ("has Kestrel Robotics signed? $45k", "a question"),
        ("Kestrel Robotics signs on Thursday, $45k", "not yet"),
        ("Our customer Kestrel Robotics just landed a $45k order from a carmaker", "somebody else's news"),
        ("Acme announced Kestrel Robotics as a new customer this morning", "somebody else's news"),
        ("As Maria posted on Tuesday: Kestrel Robotics closed at $45k", "somebody else's news"),
        ("Acme beat us at Kestrel Robotics, they signed yesterday for $45k", "somebody else's news"),
        ("Got the signed SOW back from our ad agency, $45k for the campaign", "our own purchase"),
        ("Closed as duplicate: Kestrel Robotics $45k opportunity", None),
        ("> Just closed Kestrel Robotics! $45k\nThis is how you do it, people. Name, number, done.", None),
        ("Closed won: me vs. the printer. ARR: one working printer.", None),
        ("did Kestrel Robotics sign, or is it closed lost", None),
        ("Apparently Kestrel Robotics signed with our competitor, $45k", "somebody else's news"),
        ("Kestrel Robotics signed back in 2021, $45k", "an old deal"),
        ("NDA signed with Kestrel Robotics", "not a commitment"),
        ("Kestrel Robotics signed the order form, $45k. Scratch that, they pulled out", "taken back"),
        ("testing the bot: Closed Won Kestrel Robotics $1", "a test"),
        ("closed the ticket for Kestrel Robotics", "something that is no customer"),
        ("I closed Kestrel Robotics' support case this morning, $45k", "something that is no customer"),
        ("Kestrel Robotics' signed contract is missing page 4", None),
        ("Signed up for ChatGPT Plus, $20/mo, worth it", "signed up for something"),
        ("New opportunity: Kestrel Robotics, 44k, demo on Monday", None),
        ("Our Series B just closed! $40M led by Kestrel Capital", "funding"),
        ("Offer signed! Our new SE Kestrel Jones starts on the 15th", None),
        ("We signed with a new payroll vendor, cost is 14k/yr", None),
        ("Weekly recap: Kestrel 45k, Northgate 61k, Redfern 12k, total of the week $118k", None),
        ("> Just closed Kestrel Robotics! $45k\nwhat was the discount?", "quoted"),
        ("Kestrel Robotics signed with Rivalsoft, $45k", "signed with somebody else"),
        ("*Kestrel Robotics* moved from *Closed Won* to *Negotiation*, $45k", "left that stage"),
        ("Kestrel Robotics just closed\nStage: Proposal\nAmount: $45k", "another stage"),
    ],
)
def test_is_no_news_with_a_reason(text: str, cue: str | None) -> None:
    answer = detect(Post(text))
    assert answer.decision is Decision.NO
    if cue:
        assert cue in {one.name for one in answer.cues if one.weight < 0}


def test_cues_add_up_to_the_confidence() -> None:
    answer = detect(Post(NEWS))
    assert answer.decision is Decision.SURE
    assert sum(cue.weight for cue in answer.cues) > 3
    assert all(cue.name for cue in answer.cues)


def test_a_wins_channel_lowers_only_the_threshold_for_asking() -> None:
    faint = [Post(text) for text in ("Kestrel is closed", "Hilltop in, 45k", "Fabrikam $12k/yr", "kestrel closed")]
    for post in faint:
        elsewhere, there = detect(post), detect(post, ChannelContext(wins_channel=True))
        assert there.confidence == elsewhere.confidence
        assert there.decision is not Decision.SURE
    assert any(
        detect(post, ChannelContext(wins_channel=True)).deal_closed and not detect(post).deal_closed for post in faint
    )
