"""Sums as people write and say them: ranges, unit prices, digits of any script, number words; and what is no sum."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.detection import (
    AmountTooLargeError,
    AmountUnclearError,
    Post,
    TypedAmount,
    detect,
    find_amendment,
    find_typed_amount,
)
from handlers.intake.manual_report import parse_report, read_report
from handlers.requests import Caller
from prompts.detection import languages
from tests.field.test_text import customers, slash
from tests.slack.slack_driver import Office
from tests.wording import fixed_part

PIECES = [
    *"0123456789.,'-–:/#()%$€£xk", "  ", "\n", " to ", " and ", " between ", "E+4", "½", "万円", "４５", "٤٥", "𝟒𝟓",
    " half a ", " million", " thousand", " two", " hundred", " point ", " per seat", " each", " at ", " a year", "/mo",
    " x ", " USD", " kr.", " t€", "list ", "total ",
]  # fmt: skip
CALLER = Caller("slack", "T1", "U1", "won-1")


def reported(*sources: str) -> pytest.MarkDecorator:
    return pytest.mark.reported(*sources)


def heard(text: str) -> tuple[str | None, str | None]:
    answer = detect(Post(text))
    return (None if answer.amount is None else f"{answer.amount.normalize():f}", answer.currency)


@reported("own trial: ranges of money, and what looks like one")
@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        ("$40-50k", None, None),
        ("$40k-$50k", None, None),
        pytest.param("20k–25k", None, None, marks=reported("nielstron/quantulum3#8")),
        ("£20k – £25k", None, None),
        pytest.param("between 40 and 50k", None, None, marks=reported("nielstron/quantulum3#200")),
        ("between $40k and $50k", None, None),
        pytest.param("$5-8,000", None, None, marks=reported("EFord36/normalise#69")),
        ("$40-50", None, None),
        ("40 to 50 thousand dollars", None, None),
        ("forty to fifty thousand dollars", None, None),
        ("somewhere between forty and fifty thousand dollars", None, None),
        ("US$40k-US$50k", None, None),
        ("€1.2-1.5m", None, None),
        ("$800-1.2k", None, None),
        ("anywhere from 20k to 30k", None, None),
        ("zwischen 40 und 50 Tsd. Euro", None, None),
        ("40.000-50.000 €", None, None),
        ("40 000 à 50 000 €", None, None),
        ("at least $40-50k", "40000", "USD"),
    ],
)
def test_a_range_is_no_exact_sum(written: str, value: str | None, currency: str | None) -> None:
    assert heard(f"closed won: Acme Foods, {written}") == (value, currency)


@reported("own trial: numbers as people type and tools export them")
@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        (".5M", "500000", None),
        ("$.5M", "500000", "USD"),
        ("€.75m", "750000", "EUR"),
        pytest.param("1.2E+4 USD", "12000", "USD", marks=reported("scurker/currency.js#412")),
        pytest.param("USD 1E3", "1000", "USD", marks=reported("RubyMoney/monetize#60")),
        pytest.param("1,23E+4 €", "12300", "EUR", marks=reported("openexchangerates/accounting.js#207")),
        pytest.param("$3.891506E5", "389150.6", "USD", marks=reported("scrapinghub/price-parser#50")),
        ("＄４５ｋ", "45000", "USD"),
        ("＄４５，０００", "45000", "USD"),
        ("𝟒𝟓𝐤 EUR", "45000", "EUR"),
        pytest.param("٤٥٬٠٠٠ USD", "45000", "USD", marks=reported("DevExpress/DevExtreme-Intl#41")),
        ("٤٥٠٠٫٥ USD", "4500.5", "USD"),
        ("４５，０００ＵＳＤ", "45000", "USD"),
        ("ＵＳＤ４５ｋ", "45000", "USD"),
        pytest.param("45\u2009000 €", "45000", "EUR", marks=reported("izadiegizabal/exploratu#7")),
        ("1.250.000,00", "1250000", None),
        ("1,250,000.50", "1250000.5", None),
        ("45 t€", "45000", "EUR"),
        ("45 T€", "45000", "EUR"),
        ("受注額:4,480,000円", "4480000", "JPY"),
        ("45'000.- CHF", "45000", "CHF"),
        ("450 t.kr.", "450000", "SEK"),
        ("86 kkr", "86000", "SEK"),
        ("Amount:45k", "45000", None),
        ("Net £: 7,318.40", "7318.4", "GBP"),
        ("Value (EUR): 57,000", "57000", "EUR"),
        ("kr 95.000 (DKK)", "95000", "DKK"),
        ("14,200 a year in USD", "14200", "USD"),
        ("2 hundred thousand dollars", "200000", "USD"),
        ("3.4L INR", "340000", "INR"),
        ("₹3.4L", "340000", "INR"),
        ("26k extra per year ($)", "26000", "USD"),
        ("GHS 126,000", "126000", "GHS"),
        ("٤٥٬٠٠٠ دولار", "45000", "USD"),
        ("45 000 евро", "45000", "EUR"),
        ("5,000,000 원", "5000000", "KRW"),
    ],
)
def test_digits_of_any_country(written: str, value: str | None, currency: str | None) -> None:
    assert heard(f"closed won: Acme Foods, {written}") == (value, currency)


@reported("own trial: sums that are dictated")
@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        pytest.param("a hundred and twenty thousand dollars", "120000", "USD", marks=reported("akshaynagpal/w2n#38")),
        ("a hundred and twenty thousand", "120000", None),
        pytest.param("half a million euros", "500000", "EUR", marks=reported("akshaynagpal/w2n#72")),
        ("half a million", "500000", None),
        ("two and a half grand", "2500", None),
        pytest.param("one point two million", "1200000", None, marks=reported("MycroftAI/lingua-franca#92")),
        ("one point two five million pounds", "1250000", "GBP"),
        ("quarter of a million pounds", "250000", "GBP"),
        ("three quarters of a million pounds", "750000", "GBP"),
        ("thirty five k", "35000", None),
        ("thirty five k, dollars", "35000", "USD"),
        ("one twenty k", "120000", None),
        ("a thousand dollars", "1000", "USD"),
        ("twelve lakh", "1200000", "INR"),
        ("half a mil", "500000", None),
        ("one and a half million", "1500000", None),
        ("a million and a half dollars", "1500000", "USD"),
    ],
)
def test_numbers_in_words(written: str, value: str | None, currency: str | None) -> None:
    assert heard(f"closed won: Acme Foods, {written}") == (value, currency)


@reported("own trial: prices for one seat, hour or head")
@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        ("$99 per seat x 40, $47,520 a year", "47520", "USD"),
        ("$99 per user", None, None),
        ("£85 an hour", None, None),
        pytest.param("$30 per head, $9,000", "9000", "USD", marks=reported("badlogic/heissepreise#7")),
        ("12 machines at $4,500 each, $54,000 all in", "54000", "USD"),
        ("$7/seat/mo", None, None),
        ("$7/user/month, 84k a year", "84000", None),
        ("40 seats at $99", None, None),
        ("40 new seats @ $99", None, None),
        ("3 x 12k, so 36k€ in total", "36000", "EUR"),
        ("4 x $8,250, annual value $33k", "33000", "USD"),
        ("$99/mo x 40 seats", None, None),
        ("450 students at €32 each makes €14,400", "14400", "EUR"),
        ("60 treadmills at £2,150 a piece, £129,000 all in", "129000", "GBP"),
        ("£525 a day, £68,250 all told", "68250", "GBP"),
        ("18 € pro Nutzer", None, None),
        ("18 € par utilisateur, soit 21 600 €", "21600", "EUR"),
    ],
)
def test_a_unit_price_is_no_total(written: str, value: str | None, currency: str | None) -> None:
    assert heard(f"closed won: Acme Foods, {written}") == (value, currency)


@reported("own trial: several sums in a post")
@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        ("List: $72,000\nSigned at: $64,800", "64800", "USD"),
        ("they wanted 60k, got 72k", "72000", None),
        ("a 2M umbrella, annual premium $31,870", "31870", "USD"),
        ("Monthly: $3,750\nAnnual: $45,000", "45000", "USD"),
        ("12k a year for 3 years, 36k total", "36000", None),
        ("deposit of $9,000 paid, total $36,000", "36000", "USD"),
        ("$2,395 down, treatment total $9,850", "9850", "USD"),
        ("salary 130k, our fee $32,500", "32500", "USD"),
        ("they spent 4k last year, 74k GBP this time", "74000", "GBP"),
        ("3bn turnover, starts with $6,600", "6600", "USD"),
        ("suite 4B, $9,200/mo", "9200", "USD"),
        ("we save them $200k a year, they signed for $24k a year", "24000", "USD"),
        ("3k and change, precisely $3,212", "3212", "USD"),
        ("6k more expensive than the others, 52k", "52000", None),
        ("listino 50.000 €, chiuso a 44.000 €", "44000", "EUR"),
        ("#35k #gbp", "35000", "GBP"),
        ("Total for June so far: $214k. This one: $23,760", "23760", "USD"),
        ("from Starter to Enterprise: 4.8k → 36k a year", "36000", None),
        ("year 1 $20k, year 2 $25k, year 3 $30k, TCV $75k", "75000", "USD"),
        ("£36,000 an hour ago", "36000", "GBP"),
    ],
)
def test_what_the_customer_pays(written: str, value: str | None, currency: str | None) -> None:
    assert heard(f"closed won: Acme Foods, {written}") == (value, currency)


@reported("own trial: counts, labels and telephone numbers")
@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        ("20,000 of the kraft boxes", None, None),
        ("1,200 tents", None, None),
        ("45,000 sq ft", None, None),
        ("12,400 trailers", None, None),
        ("5k doors", None, None),
        ("call 020 794 611", None, None),
        ("call 555 019 222", None, None),
        ("PO 4,500,129", None, None),
        ("salary 130k", None, None),
        ("12.000 Mitarbeiter", None, None),
        ("suite 4B", None, None),
    ],
)
def test_what_is_no_money(written: str, value: str | None, currency: str | None) -> None:
    assert heard(f"closed won: Acme Foods, {written}") == (value, currency)


@reported("own trial: sums in the words of other trades and countries")
@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        ("incumbent was at $60k, we closed at $72k", "72000", "USD"),
        ("$50k less a 10% discount, $45k net", "45000", "USD"),
        ("gross $50k, net $45k", "45000", "USD"),
        ("15 licences à 120 €, 1 800 € par an", "1800", "EUR"),
        ("$30 per user per month, 25 users, $9,000/yr", "9000", "USD"),
        ("a cool million dollars", "1000000", "USD"),
        ("three hundred fifty k", "350000", None),
        ("nine hundred dollars a month", "900", "USD"),
        ("two point five million euros", "2500000", "EUR"),
        ("one and a quarter million", "1250000", None),
        ("1.2 to 1.4 million", None, None),
        ("10-15k depending on usage", None, None),
        ("$10k–15k", None, None),
        ("10k to 15k a year", None, None),
        ("£15-£20k", None, None),
        ("£12.50 per hour, 40 hours", None, None),
        ("£450/day", None, None),
        ("£450 a day for 6 months", None, None),
        ("20% fee on a £60k salary, £12k", "12000", "GBP"),
        ("$11.50/sq ft, 12,000 sq ft, $138,000 a year", "138000", "USD"),
        ("$5m cover, premium $12,400", "12400", "USD"),
        ("policy limit $2M, $8,300 premium", "8300", "USD"),
        ("100k+ rows migrated", None, None),
        ("₽1,2 млн", "1200000", "RUB"),
        ("5 млн ₽", "5000000", "RUB"),
        ("Rp 450 juta", "450000000", "IDR"),
        ("45k Canadian dollars", "45000", "CAD"),
        ("45k Swiss francs", "45000", "CHF"),
    ],
)
def test_more_ways_to_tell_a_sum(written: str, value: str | None, currency: str | None) -> None:
    assert heard(f"closed won: Acme Foods, {written}") == (value, currency)


@reported("languagetool-org/languagetool#8981")
@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("Weserblick hat unterschrieben, eine halbe Million Euro", "500000", "EUR"),
        ("Weserblick hat unterschrieben, fünfzigtausend Euro", "50000", "EUR"),
        ("Weserblick hat unterschrieben, fünfundvierzigtausend Euro", "45000", "EUR"),
        ("Weserblick hat unterschrieben, zweihundertfünfzigtausend Euro", "250000", "EUR"),
        ("Weserblick hat unterschrieben, anderthalb Millionen Euro", "1500000", "EUR"),
        ("Weserblick hat unterschrieben, zwölf Tausend Euro", "12000", "EUR"),
        ("Groupe Vallon a signé, douze mille euros", "12000", "EUR"),
        ("Groupe Vallon a signé, cent vingt mille euros", "120000", "EUR"),
        ("Groupe Vallon a signé, un demi-million d'euros", "500000", "EUR"),
        ("Talleres Urdiain ha firmado, medio millón de euros", "500000", "EUR"),
        ("Talleres Urdiain ha firmado, doce mil euros", "12000", "EUR"),
        ("Talleres Urdiain ha firmado, cuarenta y cinco mil euros", "45000", "EUR"),
        ("Officine Brera ha firmato, mezzo milione di euro", "500000", "EUR"),
        ("Officine Brera ha firmato, cinquantamila euro", "50000", "EUR"),
        ("Bakkerij Vonk heeft getekend, vijftigduizend euro", "50000", "EUR"),
        ("Bakkerij Vonk heeft getekend, een half miljoen euro", "500000", "EUR"),
        ("Bakkerij Vonk heeft getekend, vijfenveertigduizend euro", "45000", "EUR"),
        ("Padaria Luso assinou o contrato, meio milhão de euros", "500000", "EUR"),
        ("Padaria Luso assinou o contrato, quarenta e cinco mil euros", "45000", "EUR"),
        ("Grönqvist har skrivit på, femtiotusen kronor", "50000", "SEK"),
        ("Grönqvist har skrivit på, en halv miljon kronor", "500000", "SEK"),
        ("Fjord har signert, femtitusen kroner", "50000", "NOK"),
        ("Fjord har signert, en halv million kroner", "500000", "NOK"),
        ("Firma Wisła podpisała umowę, pół miliona złotych", "500000", "PLN"),
        ("Firma Wisła podpisała umowę, dwanaście tysięcy złotych", "12000", "PLN"),
    ],
)
def test_number_words_of_other_languages(text: str, value: str | None, currency: str | None) -> None:
    assert heard(text) == (value, currency)


@reported("RubyMoney/monetize#61")
def test_a_number_keeps_its_place_in_the_text() -> None:
    typed = "Acme Foods ＄４５ｋ a year"
    found = find_typed_amount(typed)
    assert found is not None
    assert (typed[: found.start], typed[found.start : found.end]) == ("Acme Foods ", "＄４５ｋ a year")


@reported("python/cpython#96857")
@pytest.mark.parametrize("digits", [15, 25, 400, 5_000, 40_000])
@pytest.mark.parametrize("written", ["X {}", "X ${}", "X {} EUR", "X {}k", "X $1{}.50 a year", "{}"])
def test_an_absurd_number_is_refused_politely(written: str, digits: int) -> None:
    with pytest.raises(AmountTooLargeError) as refused:
        find_typed_amount(written.format("7" * digits))
    assert (refused.value.field, refused.value.key) == ("amount", "refusal.amount_too_large")


@reported("python/cpython#139957")
@pytest.mark.parametrize("typed", ["X 1E99 USD", "X $9.9E+15", "X $999999 bn"])
def test_an_absurd_exponent_is_refused_politely(typed: str) -> None:
    with pytest.raises(AmountTooLargeError):
        find_typed_amount(typed)


@reported("own trial: the command and 5,000 digits")
async def test_the_command_answers_an_absurd_number(office: Office) -> None:
    assert fixed_part("refusal.amount_too_large") in await slash(office, f"won X {'7' * 5_000}")
    assert await customers(office) == []


@reported("own trial: a sum as large as a big order may be")
def test_a_large_sum_is_taken() -> None:
    assert find_typed_amount("X $9,999,999,999,999") == TypedAmount(Decimal(9_999_999_999_999), "USD", None, 2, 20)


@reported("own trial: the command with a range or a unit price")
@pytest.mark.parametrize("written", ["$40-50k", "20k–25k", "$99 per seat", "£85 an hour", "40 x $99"])
def test_a_typed_range_or_unit_price_is_asked_about(written: str) -> None:
    for report in (lambda: read_report(CALLER, f"Acme {written}"), lambda: parse_report(CALLER, "Acme", written)):
        with pytest.raises(AmountUnclearError) as refused:
            report()
        assert (refused.value.field, refused.value.key) == ("amount", "refusal.amount_unclear")


@reported("own trial: a correction that names a range")
def test_a_range_corrects_no_amount() -> None:
    found = find_amendment(Post("correction: it is 45k, they had said 40-50k"))
    assert found is not None
    assert found.sum_written == "45k"
    assert find_amendment(Post("correction: it is 40-50k")) is None


@reported("own trial: Danish money words")
def test_danish_has_its_money_words() -> None:
    assert {"mio", "mia", "tusind"} <= languages()["da"]["numbers"]["multipliers"].keys()


@reported("own trial: any text of numbers, signs and number words")
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_read_without_an_error(text: str) -> None:
    answer = detect(Post(f"closed won: Acme, {text}"))
    assert answer.amount is None or answer.amount > 0
