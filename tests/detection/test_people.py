"""Who closed it, who helped, when, and where the record is."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.detection import ChannelContext, Post, detect

TODAY = ChannelContext(today=date(2025, 11, 21))


@pytest.mark.parametrize(
    ("text", "closers", "helpers"),
    [
        ("Congrats to <@U5RST> who closed Harbor Point Hotels today, $210k", ("U5RST",), ()),
        ("<@U1> just closed Harbor Point Hotels! $210k thanks to <@U2> and <@U3>", ("U1",), ("U2", "U3")),
        ("Harbor Point Hotels closed won, $210k, closed by <@U1>. Thanks <@U2>", ("U1",), ("U2",)),
        ("Closed Harbor Point Hotels, $210k, thanks <@U2>", (), ("U2",)),
        ("New win\nAccount: Harbor Point\nOwner: Jamie Soto\nWho helped? <@U0SE22>", ("Jamie Soto",), ("U0SE22",)),
        ("<p><at>Carlos Vega</at> just closed <b>Sunfield Solar</b>! $43k</p>", ("Carlos Vega",), ()),
    ],
)
def test_people(text: str, closers: tuple[str, ...], helpers: tuple[str, ...]) -> None:
    answer = detect(Post(text))
    assert answer.closed_by == closers
    assert answer.helped_by == helpers


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Close date: Oct 3, 2024", date(2024, 10, 3)),
        ("Close Date: 10/14/2024", date(2024, 10, 14)),
        ("Close Date: 21/11/2025", date(2025, 11, 21)),
        ("Close date: 2025-11-20", date(2025, 11, 20)),
        ("Close date: 14.10.2024", date(2024, 10, 14)),
        ("Close date: 3 November", date(2025, 11, 3)),
        ("Close date: 45/45/2024", None),
        ("signed yesterday", date(2025, 11, 20)),
        ("signed today", date(2025, 11, 21)),
        ("signed", None),
    ],
)
def test_close_date(written: str, day: date | None) -> None:
    assert detect(Post(f"Closed won: Acorn Daycare, $6k\n{written}"), TODAY).close_date == day


def test_the_record_is_the_link_into_the_crm() -> None:
    text = (
        "Acorn Daycare closed won $6k <https://news.example.com|read> <https://acme.my.salesforce.com/006|Opportunity>"
    )
    assert detect(Post(text)).record_url == "https://acme.my.salesforce.com/006"
