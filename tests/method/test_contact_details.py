"""Phone numbers, addresses and time zones as people write and paste them, and when a customer can be called."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.contact_details import (
    ContactDetails,
    phone_url,
    reachable,
    read_contact,
    read_email,
    read_phone,
    read_zone,
)
from handlers.method.customer_hours import first_common, offers_in_their_day
from handlers.method.offered_times import call_offers
from handlers.method.working_time import WorkingTime
from prompts.cadence import cadence

MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        pytest.param("+49 3423 4234554", "tel:+4934234234554", marks=pytest.mark.reported("telekom-mms/phonebook#196")),
        pytest.param(
            "+41 (0)31 123 21 21", "tel:+41311232121", marks=pytest.mark.reported("sebastian-lenz/craft-linkfield#98")
        ),
        pytest.param(
            "555.555.5555 x 9",
            "tel:5555555555;ext=9",
            marks=pytest.mark.reported("ringcentral/hubspot-embeddable-ringcentral-phone#212"),
        ),
        pytest.param(
            "202-123-1234, ext. 9", "tel:2021231234;ext=9", marks=pytest.mark.reported("google/WebFundamentals#6826")
        ),
        ("(303) 499-7111", "tel:3034997111"),
        ("(+1) 303 499 7111", "tel:+13034997111"),
        ("0049 30 1234567", "tel:+49301234567"),
        ("+33\u00a01\u202f23\u202f45\u202f67\u202f89".replace("\u202f", "\u2009"), "tel:+33123456789"),
        pytest.param(
            "<tel:+15551234567|555-123-4567>", "tel:+15551234567", marks=pytest.mark.reported("vercel/chat#955")
        ),
        ("tel:+15551234567", "tel:+15551234567"),
    ],
)
def test_a_number_is_shown_as_written_and_dialled_without_decoration(typed: str, link: str) -> None:
    assert phone_url(read_phone(typed)) == link


@pytest.mark.parametrize(
    "typed",
    ["12", "2026-11-30", "30.11.2026", "$45,000", "call me", "1" * 16, "+", "order 12345678", "555 1234 <!channel>"],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no phone number"):
        read_phone(typed)


@given(st.text("+0123456789()-./ ext#x\u00a0", max_size=60))
def test_a_link_only_has_what_can_be_dialled(typed: str) -> None:
    try:
        link = phone_url(read_phone(typed))
    except ValueError:
        return
    number, _, extension = link.removeprefix("tel:").partition(";ext=")
    assert number.removeprefix("+").isdigit()
    assert not extension or extension.isdigit()


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("hannah@harbor.example", "hannah@harbor.example"),
        ("Hannah Berg <hannah@harbor.example>", "hannah@harbor.example"),
        ("mailto:hannah@harbor.example", "hannah@harbor.example"),
        pytest.param(
            "<mailto:hannah@harbor.example|hannah@harbor.example>",
            "hannah@harbor.example",
            marks=pytest.mark.reported("scrapinghub/slackbot#86"),
        ),
        ("o'neil+sales@mail.harbor.co.uk", "o'neil+sales@mail.harbor.co.uk"),
    ],
)
def test_an_address_is_read_alone(typed: str, address: str) -> None:
    assert read_email(typed) == address


@pytest.mark.parametrize("typed", ["hannah", "@harbor", "a@b.example, c@d.example", "hannah@localhost"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no email"):
        read_email(typed)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Hannah Berg", ContactDetails("Hannah Berg")),
        ("Dr. Jane Roe - CFO", ContactDetails("Dr. Jane Roe - CFO")),
        (
            "Hannah Berg, VP, +49 30 1234567, hannah@harbor.example",
            ContactDetails("Hannah Berg", "+49 30 1234567", "hannah@harbor.example"),
        ),
        (
            "hannah@harbor.example Hannah Berg (+1 303-499-7111)",
            ContactDetails("Hannah Berg", "+1 303-499-7111", "hannah@harbor.example"),
        ),
        (
            "Hannah Berg\nMobile: 0151 2345678\nEmail: hannah@harbor.example",
            ContactDetails("Hannah Berg", "0151 2345678", "hannah@harbor.example"),
        ),
        ("+49 30 1234567", ContactDetails("", "+49 30 1234567")),
        ("Room 12, 2026-11-30", ContactDetails("Room 12, 2026-11-30")),
    ],
)
def test_a_pasted_signature_is_a_name_a_number_and_an_address(typed: str, read: ContactDetails) -> None:
    assert read_contact(typed) == read


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Pacific", "America/Los_Angeles"),
        ("EST", "America/New_York"),
        ("Europe/Madrid", "Europe/Madrid"),
        ("GMT Standard Time", "Europe/London"),
        ("Kolkata", "Asia/Kolkata"),
        (" ", ""),
    ],
)
def test_a_zone_is_known_by_its_city_and_by_what_people_call_it(typed: str, name: str) -> None:
    assert read_zone(typed) == name


@pytest.mark.parametrize("typed", ["nowhere", "right/UTC", "../etc/passwd", "x" * 500])
def test_an_unknown_zone_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        read_zone(typed)


zones = st.sampled_from(
    ["America/Los_Angeles", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo", "Pacific/Auckland"]
).map(ZoneInfo)
moments = st.integers(0, 40_000).map(lambda quarters: MONDAY_NOON + timedelta(minutes=15 * quarters))


@pytest.mark.reported("microsoftgraph/microsoft-graph-docs#580")
@given(moments, zones, zones)
def test_no_time_before_their_nine_is_offered(now: datetime, mine: ZoneInfo, theirs: ZoneInfo) -> None:
    work = WorkingTime.default(mine, cadence())

    offers = offers_in_their_day(call_offers(now, work), now, work, theirs)

    assert offers  # microsoft/botframework-components#352: nothing is offered to people without common hours
    assert [each.at for each in offers] == sorted({each.at for each in offers})
    assert len({each.offer for each in offers}) == len(offers)
    for each in offers:
        assert each.at > now
        assert reachable(each.at, theirs)
        assert each.days == (each.at.astimezone(mine).date() - now.astimezone(mine).date()).days


@given(moments, zones, zones)
def test_the_next_try_is_in_both_of_their_days(now: datetime, mine: ZoneInfo, theirs: ZoneInfo) -> None:
    work = WorkingTime.default(mine, cadence())
    found = first_common(now, work, theirs)
    if found is not None:
        assert found >= now
        assert work.includes(found)
        assert reachable(found, theirs)
    assert first_common(now, work, None) == work.next(now)


@pytest.mark.parametrize(
    ("clock", "day", "can_be"),
    [(time(8, 59), 2, False), (time(9, 0), 2, True), (time(18, 0), 2, False), (time(12, 0), 7, False)],
)
def test_their_day_is_from_nine_to_six_on_weekdays(clock: time, day: int, can_be: bool) -> None:
    zone = ZoneInfo("America/New_York")
    assert reachable(datetime.combine(date(2026, 3, day), clock, tzinfo=zone), zone) is can_be
