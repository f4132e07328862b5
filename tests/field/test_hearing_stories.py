"""A win among other sentences: what they say of something else must not bury the news, nor its customer."""

from __future__ import annotations

import pytest

from handlers.detection import Decision, Post, detect

WIN = "Signed today: Orrin Glass, two cutting lines, £186,000."
LONG_WAY = (
    "When I took over the territory, Castellan Freight was marked as dead. Their old champion had left, they had a bad "
    "start with us in 2019, and their finance director told our boss at a conference that he would rather use a "
    "spreadsheet. I asked for half an hour. He gave me fifteen minutes and spent ten of them complaining. I wrote it "
    "all down, then sent him his own list back with a date behind each item. We fixed seven of the nine. The eighth is "
    "on the roadmap, the ninth he withdrew. Then nothing happened for a month, and I had given up hope by Easter. "
)


@pytest.mark.reported("own trial: one more ordinary sentence")
@pytest.mark.parametrize(
    "aside",
    [
        "They asked their questions as if they were already customers.",
        "We met by accident at a trade fair in Lyon.",
        "Somebody in their legal team had deleted the draft by mistake.",
        "Dana mistakenly sent them the wrong deck, and they laughed.",
        "I wasn't sure we could deliver in time.",
        "Neither of us had slept much last week.",
        "In my dreams I was still answering their security questionnaire.",
        "They cancelled three meetings in a row before Christmas.",
        "Their old vendor pulled out of the market in spring.",
        "Their finance director had second thoughts about the term at the very end.",
        "Their Series B closed in March, so the budget was there.",
        "They are hiring thirty people this year.",
        "They were down to two vendors, and the other one was cheaper.",
    ],
)
def test_an_ordinary_sentence_buries_no_win(aside: str) -> None:
    for text in (f"{WIN} {aside}", f"{aside} {WIN}", f"{WIN}\n{aside}"):
        assert detect(Post(text)).deal_closed, text


@pytest.mark.reported("own trial: retractions in the same words")
@pytest.mark.parametrize(
    "taken_back",
    [
        "Sorry, that was posted by mistake.",
        "In my dreams!",
        "As if!",
        "I marked this as won by accident.",
        "Disregard, wrong account.",
        "They cancelled this morning.",
        "They pulled out.",
        "They had second thoughts and cancelled the order.",
    ],
)
def test_a_retraction_still_takes_the_win_back(taken_back: str) -> None:
    assert detect(Post(f"{WIN} {taken_back}")).decision is Decision.NO


@pytest.mark.reported("own trial: the customer is named where the story begins")
@pytest.mark.parametrize(
    "end",
    [
        "They signed on Friday afternoon. Three years, $240k a year. Huge thanks to Lena in support.",
        "The signed contract came back this morning: $240k a year. Thanks to Ingrid for the references.",
    ],
)
def test_the_customer_of_a_long_story_is_found(end: str) -> None:
    found = detect(Post(LONG_WAY + end))
    assert (found.customer, found.amount) == ("Castellan Freight", 240_000)


@pytest.mark.reported("own trial: somebody else's news, and papers that bind nobody")
@pytest.mark.parametrize(
    "text",
    [
        "Saw on LinkedIn that Medora signed the Brannoc hospital, $1.2M. Good for them I guess.",
        "Read in the news that Medora won the Brannoc hospital, $1.2M",
        "My sister's band just signed with Domino Records!! So proud",
        "Finally signed the contract with Zoom, $18k a year, so no more waiting rooms",
        "The Foxglove Inns contract has been signed by us, now waiting on their GM. £22k",
        "Zephyr Wind: signed NDA back, $310k opp, next step technical workshop",
        "Kick-off with *Calder Mills* is on the 12th, please bring the signed contract (£48,000) so that we can go on.",
    ],
)
def test_other_news_is_none_of_ours(text: str) -> None:
    assert detect(Post(text)).decision is Decision.NO


@pytest.mark.reported("own trial: false and sure")
@pytest.mark.parametrize(
    "text",
    [
        "Closed won: me vs. the printer 😂 $0 ARR",
        "Placed an order with Spindle & Co for two lathes, $418,000, the CFO has signed it off",
        "Spurs closed the deal for the midfielder, 48 million euros, madness",
    ],
)
def test_what_only_looks_like_a_win_is_never_sure(text: str) -> None:
    assert detect(Post(text)).decision is not Decision.SURE


@pytest.mark.reported("page: Insurance Agencies, Brokers Industry Terminology", "own trial: wins of other trades")
@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("Placed a CFO at Brackenridge Foods! Fee £31,500. She starts in May.", "Brackenridge Foods"),
        ("Contract signed for a team of 8 contractors at Brightmoor Bank, £3.4k a day", "Brightmoor Bank"),
        ("Wrote a new BOP for Sunny Side Daycare, $3,150", "Sunny Side Daycare"),
        ("Completion! 14 Harbour Street has been sold to Mr & Mrs Okafor for £385,000 🔑", "Mr & Mrs Okafor"),
    ],
)
def test_more_trades_are_heard(text: str, customer: str) -> None:
    found = detect(Post(text))
    assert found.deal_closed, found.cues
    assert found.customer == customer


@pytest.mark.reported("own trial: a customer that is called by its address")
def test_a_bare_address_is_a_name() -> None:
    assert detect(Post("closed www.petalpost.co.uk, £6k a year")).customer == "petalpost.co.uk"
