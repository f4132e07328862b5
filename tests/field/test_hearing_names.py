"""Names of customers: what belongs to a name, where it ends, and when two names are one customer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.call import deal_search
from handlers.call.deal_search import DealSearch
from handlers.detection import Post, detect
from handlers.intake.detected_deal import Recognition
from handlers.intake.manual_report import read_report
from handlers.method.customers import customer_key, same_customer
from handlers.requests import Caller
from handlers.screens.call import RecordScreen
from storage.database import Database
from storage.models import Deal
from tests.handlers.world import BEN, World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def reported(*sources: str) -> pytest.MarkDecorator:
    return pytest.mark.reported(*sources)


# --- what belongs to a name -------------------------------------------------------------------------------------

FRAMES = ["Just closed {}! $45k", "{} signed today, $45k ARR", "Great news, {} is officially a customer, 45k"]


@pytest.mark.parametrize(
    "customer",
    [
        pytest.param("4-Acre", marks=reported("explosion/spaCy#13357")),
        pytest.param("1-800-Kestrel", marks=reported("explosion/spaCy#13357")),
        pytest.param("20th Avenue Foods", marks=reported("explosion/spaCy#13357")),
        pytest.param("1st Harbor Plumbing", marks=reported("explosion/spaCy#13357")),
        pytest.param("H4O Labs", marks=reported("explosion/spaCy#13357")),
        pytest.param("Kestrel.com", marks=reported("mideind/Tokenizer#8")),
        pytest.param("kestrel.com", marks=reported("mideind/Tokenizer#8")),
        pytest.param("Kestrel.co.uk", marks=reported("mideind/Tokenizer#8")),
        pytest.param('Boats "R" Us', marks=reported("igrigorik/textquery#5")),
        pytest.param("Wharf 'n' Quay Diner", marks=reported("igrigorik/textquery#5")),
        pytest.param("Tess & Larry's", marks=reported("flairNLP/flair#939")),
        pytest.param("St. Odile's", marks=reported("flairNLP/flair#939")),
        pytest.param("A.Q. Mollard", marks=reported("dblock/slack-market#9")),
        pytest.param("U.V. Bank", marks=reported("dblock/slack-market#9")),
        pytest.param("Form+Grain", marks=reported("own trial: a plus sign in a name")),
        pytest.param("Kestrel, Inc.", marks=reported("NaturalNode/natural#497")),
        pytest.param("Kestrel Foods Inc.", marks=reported("NaturalNode/natural#497")),
        pytest.param("Kestrel Holdings, LLC", marks=reported("NaturalNode/natural#497")),
        pytest.param("Tidewater Rope Co.", marks=reported("trinker/textshape#12")),
        pytest.param("Brown Bros. & Co.", marks=reported("trinker/textshape#12")),
        pytest.param("Kestrel & Sons plc", marks=reported("singi-labs/sifa-workspace#251")),
        pytest.param("Huber GmbH & Co. KG", marks=reported("jscraftcamp/website#2343")),
        pytest.param("Kowalski sp. z o.o.", marks=reported("psolin/cleanco#43")),
        pytest.param("Rossi S.r.l.", marks=reported("psolin/cleanco#42")),
        pytest.param("Rossi S.p.A.", marks=reported("dgunning/edgartools#1027")),
        pytest.param("Novák s.r.o.", marks=reported("psolin/cleanco#23")),
        pytest.param("Horvat d.o.o.", marks=reported("psolin/cleanco#23")),
        pytest.param("Kovács Kft.", marks=reported("psolin/cleanco#23")),
        pytest.param("Pereira Lda.", marks=reported("psolin/cleanco#42")),
        pytest.param("Kestrel K.K.", marks=reported("psolin/cleanco#82")),
        pytest.param("Tejidos Monteclaro, S.A. de C.V.", marks=reported("LexPredict/lexpredict-contraxsuite#9")),
        pytest.param("Zephyr Perfumes Pvt. Ltd.", marks=reported("psolin/cleanco#41")),
        pytest.param("Karoo Estates (Pty) Ltd", marks=reported("psolin/cleanco#88")),
        pytest.param("City of Marlow Falls Parks Dept", marks=reported("own trial: names with of and the")),
        pytest.param("Museum of the Sea and Sky", marks=reported("own trial: names with of and the")),
        pytest.param("Sisters of the Holy Lantern", marks=reported("own trial: names with of and the")),
        pytest.param("Casa de la Luna", marks=reported("own trial: names with of and the")),
        pytest.param("Port of Windle Bay", marks=reported("own trial: names with of and the")),
    ],
)
@pytest.mark.parametrize("frame", FRAMES)
def test_a_name_is_heard_whole(frame: str, customer: str) -> None:
    assert detect(Post(frame.format(customer))).customer == customer


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        pytest.param("New logo: Linden Union, $84,000", "Linden Union", marks=reported("own trial: a labelled value")),
        pytest.param("New logo: Linden Union - $84,000", "Linden Union", marks=reported("own trial: a labelled value")),
        pytest.param(
            "New logo: Linden Union for $84,000", "Linden Union", marks=reported("own trial: a labelled value")
        ),
        pytest.param("New logo: Linden Union 🎉 so happy, $84,000", "Linden Union", marks=reported("own trial: emoji")),
        pytest.param(
            "New logo: Linden Union. Signed an hour ago, $84,000",
            "Linden Union",
            marks=reported("own trial: a labelled value"),
        ),
        pytest.param("New logo: Linden, Inc., $84,000", "Linden, Inc.", marks=reported("NaturalNode/natural#497")),
        pytest.param("New logo: Dr. Linden, $84,000", "Dr. Linden", marks=reported("diasks2/pragmatic_segmenter#46")),
        pytest.param("New logo: Linden Sp. z o.o., $84,000", "Linden Sp. z o.o.", marks=reported("psolin/cleanco#43")),
        pytest.param(
            "*Promociones Sierra, S.L.* ha firmado, 12.000 €",
            "Promociones Sierra, S.L.",
            marks=reported("LexPredict/lexpredict-contraxsuite#9"),
        ),
        pytest.param("New logo: Wahoo!, $84,000", "Wahoo!", marks=reported("teddychan/yahoo-keykey-2#129")),
        pytest.param(
            "New logo: Smith, Jones & Partners, $84,000",
            "Smith, Jones & Partners",
            marks=reported("herval/yahoo-finance#2"),
        ),
        pytest.param(
            "Got the countersigned copy from Tull Foods Inc. Kick-off is on Monday. $132k.",
            "Tull Foods Inc.",
            marks=reported("NaturalNode/natural#601"),
        ),
        pytest.param(
            "COCA-KESTREL SIGNED TODAY!! $45K", "Coca-Kestrel", marks=reported("ppannuto/python-titlecase#101")
        ),
        pytest.param(
            "The Tinder Box bought the yearly plan, £2,880", "The Tinder Box", marks=reported("own trial: The")
        ),
        pytest.param("Just closed Fenn's for $45k", "Fenn's", marks=reported("flairNLP/flair#939")),
        pytest.param("株式会社北斗様、受注しました！120万円", "株式会社北斗", marks=reported("psolin/cleanco#82")),
    ],
)
def test_a_name_ends_where_it_ends(text: str, customer: str) -> None:
    assert detect(Post(text)).customer == customer


@reported("explosion/spaCy#13357")
def test_a_sum_that_is_a_name_is_no_sum() -> None:
    found = detect(Post("Just closed 5M! $45k"))
    assert (found.customer, found.amount) == ("5M", 45_000)


@pytest.mark.parametrize(
    ("typed", "customer", "amount"),
    [
        pytest.param("5M $45k", "5M", 45_000, marks=reported("explosion/spaCy#13357")),
        pytest.param("7B Robotics $4k", "7B Robotics", 4_000, marks=reported("explosion/spaCy#13357")),
        pytest.param("Smith & Co (London) $5k", "Smith & Co (London)", 5_000, marks=reported("psolin/cleanco#88")),
        pytest.param("(株)アクメ 50万円", "(株)アクメ", 500_000, marks=reported("psolin/cleanco#82")),
        pytest.param("$5k (株)アクメ", "(株)アクメ", 5_000, marks=reported("psolin/cleanco#82")),
    ],
)
def test_a_name_is_typed_whole(typed: str, customer: str, amount: int) -> None:
    report = read_report(Caller("slack", "T1", "U1", "key"), typed)
    assert (report.customer, report.amount) == (customer, amount)


# --- two spellings of one customer, and two customers ------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("ﾊﾟﾝﾀﾞ商事", "パンダ商事", marks=reported("ShokoAnime/ShokoServer#1338")),
        pytest.param("ハ\u309aンタ\u3099商事", "パンダ商事", marks=reported("ikegami-yukino/neologdn#7")),
        pytest.param("株式会社アクメ", "アクメ", marks=reported("psolin/cleanco#82")),
        pytest.param("アクメ株式会社", "株式会社アクメ", marks=reported("psolin/cleanco#82")),
        pytest.param("(株)アクメ", "アクメ㈱", marks=reported("psolin/cleanco#82")),
        pytest.param("有限会社 ミツバ", "ミツバ", marks=reported("psolin/cleanco#82")),
        pytest.param("IŞIK TEKSTİL A.Ş.", "Işık Tekstil", marks=reported("jeancroy/fuzz-aldrin-plus#33")),
        pytest.param("Işık Tekstil", "isik tekstil", marks=reported("jeancroy/fuzz-aldrin-plus#33")),
        pytest.param("Łódź Meble", "Lodz Meble", marks=reported("Neamar/KISS#1141")),
        pytest.param("Søndergaard", "Sondergaard", marks=reported("motss/normalize-diacritics#108")),
        pytest.param("Bjælke", "BJAELKE", marks=reported("wenzhixin/bootstrap-table#8003")),
        pytest.param("Þór Hús", "Thor Hus", marks=reported("wenzhixin/bootstrap-table#8003")),
        pytest.param("Smiðja", "Smidja", marks=reported("wenzhixin/bootstrap-table#8003")),
        pytest.param("Œuvre Café", "Oeuvre Cafe", marks=reported("wenzhixin/bootstrap-table#8003")),
        pytest.param("Đorđe Gradnja", "Dorde Gradnja", marks=reported("psolin/cleanco#56")),
        pytest.param("Kestrel™ Foods®", "Kestrel Foods", marks=reported("own trial: signs of trade marks")),
        pytest.param("Kes\u00adtrel\u200b Foods", "Kestrel Foods", marks=reported("own trial: invisible characters")),
        pytest.param("Lindgaard A/S", "Lindgaard", marks=reported("dgunning/edgartools#1027")),
        pytest.param("Novák s.r.o.", "Novák", marks=reported("psolin/cleanco#23")),
        pytest.param("Novák spol. s r.o.", "Novák s.r.o.", marks=reported("psolin/cleanco#23")),
        pytest.param("Horvat d.o.o.", "Horvat", marks=reported("psolin/cleanco#23")),
        pytest.param("Kovács Kft.", "Kovács", marks=reported("psolin/cleanco#23")),
        pytest.param("Pereira Lda.", "Pereira", marks=reported("psolin/cleanco#42")),
        pytest.param("Silva Ltda", "Silva", marks=reported("psolin/cleanco#42")),
        pytest.param("Monteclaro, S.A. de C.V.", "Monteclaro", marks=reported("psolin/cleanco#42")),
        pytest.param("Perfumes Pvt. Ltd.", "Perfumes", marks=reported("psolin/cleanco#41")),
        pytest.param("ООО «Ромашка»", "Ромашка", marks=reported("margince/margince#2849")),
        pytest.param("UAB Duona", "Duona", marks=reported("margince/margince#2849")),
        pytest.param("Oy Kaluste Ab", "Kaluste", marks=reported("psolin/cleanco#8")),
    ],
)
def test_two_spellings_have_one_key(one: str, other: str) -> None:
    assert customer_key(one) == customer_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Böhm", "Boehm", marks=reported("ligi/FAST#16")),
        pytest.param("Köln Bäder", "Koeln Baeder", marks=reported("pelias/schema#74")),
        pytest.param("Søren Fisk", "Soeren Fisk", marks=reported("suchnsuch/Tangent#369")),
        pytest.param("Levi's", "Levis", marks=reported("margince/margince#2642")),
        pytest.param("Go Pro", "GoPro", marks=reported("margince/margince#2642")),
    ],
)
def test_two_spellings_are_one_customer(one: str, other: str) -> None:
    assert same_customer(customer_key(one), customer_key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("パンダ商事", "ハンダ商事", marks=reported("google-research/bert#130")),
        pytest.param("かぎ", "かき", marks=reported("google-research/bert#130")),
        pytest.param("राम", "रामा", marks=reported("thisisankit27/f-tree#113")),
        pytest.param("कुमार", "कमार", marks=reported("thisisankit27/f-tree#113")),
        pytest.param("น้ำ", "นำ", marks=reported("career-ops-hq/career-ops#4349")),
        pytest.param("Мой Дом", "Мои Дом", marks=reported("own trial: й and и are two letters")),
        pytest.param("&", "AND", marks=reported("namehash/ens-normalize-python#45")),
        pytest.param("+ &", "& !", marks=reported("namehash/ens-normalize-python#45")),
        pytest.param("🎉" * 12, "🎉" * 11 + "🏆", marks=reported("namehash/ens-normalize-python#45")),
        pytest.param("Store 1 12", "Store 11 2", marks=reported("own trial: digits in other groups")),
        pytest.param("Blue Foods", "Blu Foods", marks=reported("own trial: an e that is no umlaut")),
    ],
)
def test_two_customers_stay_two(one: str, other: str) -> None:
    one, other = customer_key(one), customer_key(other)
    assert (one == other, same_customer(one, other), same_customer(other, one)) == (False, False, False)


letters = st.text("パハバﾊﾟ株式会社ガカłøæßðþıİIiÄaäöoüueéйиरामा&().,- \u200d\u0301🎉1２", max_size=24) | st.text(
    max_size=24
)


@reported("google-research/bert#130", "margince/margince#99")
@given(letters)
def test_a_key_is_its_own_key(name: str) -> None:
    key = customer_key(name)
    assert customer_key(key) == key
    assert same_customer(key, key)
    assert bool(key) == bool(name.strip())


@reported("margince/margince#99")
@given(letters, letters)
def test_the_comparison_does_not_depend_on_the_order(one: str, other: str) -> None:
    one, other = customer_key(one), customer_key(other)
    assert same_customer(one, other) == same_customer(other, one)


# --- keys that an older version stored --------------------------------------------------------------------------


def store_key(world: World, deal: int, key: str) -> None:
    """Leave the deal as an older version stored it."""
    world.write(lambda session: setattr(session.get_one(Deal, deal), "customer_key", key))


@reported("google-research/bert#130")
@pytest.mark.parametrize(
    ("customer", "old_key", "again"),
    [
        ("パンダ商事", "ハンタ商事", "パンダ商事"),
        ("Łódź Meble", "łodz meble", "LODZ MEBLE"),
        ("Lindgaard A/S", "lindgaard a s", "Lindgaard"),
    ],
)
def test_a_deal_with_a_key_of_an_older_version_is_found(world: World, customer: str, old_key: str, again: str) -> None:
    deal = world.a_deal(customer)
    store_key(world, deal, old_key)
    heard = world.detect(again, person=BEN)
    assert (heard.recognition, heard.deal_id) == (Recognition.KNOWN, deal)
    assert world.follow_up(f"False alarm, {again} fell through")
    shown = world.do(deal_search.show_record, DealSearch(world.caller(event=""), again))
    assert isinstance(shown, RecordScreen)
    assert shown.card.deal.customer == customer


@reported("google-research/bert#130")
def test_another_customer_does_not_match_a_key_of_an_older_version(world: World) -> None:
    store_key(world, world.a_deal("パンダ商事"), "ハンタ商事")
    assert world.detect("ハンタ商事", person=BEN).recognition is Recognition.NEW
