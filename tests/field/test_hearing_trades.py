"""Wins of every trade, what looks like one, the kind of the order, and Danish: as people tell them.

The learned weights are another part's: here the phrases are judged alone, as for a tool's card.
"""

from __future__ import annotations

import pytest

from handlers.detection import DealKind, Decision, Post, detect
from handlers.detection.deal_kind import deal_kind
from handlers.detection.lexicon import lexicon
from handlers.detection.markup import decode
from handlers.detection.reading import read
from handlers.detection.verdict import decide, judge

SURE_WIN = "Just closed Kestrel Robotics, $45k!"
TERMS = ("page: Insurance Agencies, Brokers Industry Terminology", "own trial: wins of other trades")


PHRASES_ALONE = 0.42
"""The least confidence at which the phrases, without the learned weights, ask about a post."""


def reported(*sources: str) -> pytest.MarkDecorator:
    return pytest.mark.reported(*sources)


def by_phrases(text: str) -> Decision:
    """What the phrases alone say of a post."""
    words = lexicon()
    verdict = judge(read(decode(text), words), words, card=True)
    if verdict.confidence < PHRASES_ALONE:
        return Decision.NO
    return decide(verdict.confidence, wins_channel=True, sure=verdict.sure)


def kind_of(text: str) -> DealKind | None:
    return deal_kind(read(decode(text), lexicon()))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Bound! Fleet cover for Mossgrove", id="bound"),
        pytest.param("Bound Pine Tyres this morning, £14k premium", id="a broker binds a customer"),
        pytest.param("BOR signed by Lindgren Dairy, $60k premium", id="broker of record"),
        pytest.param("Wrote the property for Kettle Couriers, £22k", id="wrote"),
        pytest.param("Bind request accepted, Juniper Assisted Living, $148k", id="bind request"),
    ],
)
@reported(*TERMS)
def test_insurance_wins_are_read(text: str) -> None:
    assert by_phrases(text) is not Decision.NO


@pytest.mark.parametrize(
    "text",
    [
        "Lease signed with Harper Logistics, 12 trailers",
        "Lease executed with Bramble Toys, 5 years, $9k a month",
        "Exchanged on Plot 4, the Okafors, £325k",
        "Listing agreement signed, Mill Lane, the Abbott family",
        "Settlement went through for Noel Karagiannis, AUD 1,340,000",
    ],
)
@reported("page: Transaction Glossary (CloseProof)", "own trial: a lease is an order, too")
def test_property_wins_are_read(text: str) -> None:
    assert by_phrases(text) is not Decision.NO


@pytest.mark.parametrize(
    "text",
    [
        "Placement accepted, Vale & Co, fee €24k",
        "Temp order in: 12 pickers for Dunlin Foods from Monday",
        "Retained search won: Alder Health, €60k",
        "Retainer paid by Moxham & Tate, £30,000",
    ],
)
@reported("page: Recording Placements (Relentify)", "page: Learn How to Speak the Language of Recruitment")
def test_staffing_wins_are_read(text: str) -> None:
    assert by_phrases(text) is not Decision.NO


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Letter of award in from Harmon County, $1.2m", id="construction"),
        pytest.param("NTP received from Harmon County, $1.2m", id="notice to proceed"),
        pytest.param("Subcontract executed with Delacroix Builders", id="subcontract"),
        pytest.param("Contract and deposit in: Meridian Foods, 14 November", id="an event"),
        pytest.param("Ballroom confirmed: Corelline Pharma, £45k", id="a ballroom"),
        pytest.param("Engagement letter back from Tolliver Marine, £145k", id="advice"),
        pytest.param("Call-off received from Drummond Rail, £52k", id="manufacturing"),
        pytest.param("Insertion order back from Kestner Watches, €72k", id="media"),
        pytest.param("Sponsorship sold: Parallax Custody, S$35k", id="sponsorship"),
        pytest.param("Tow truck, Rusty Anchor Recovery, $118,400 signed & funded", id="a vehicle"),
        pytest.param("Marketplace private offer accepted: Tessellate Bio, $150,000", id="a marketplace"),
        pytest.param("Renewal: Pine County, 2 years", id="a renewal in a heading"),
    ],
)
@reported("page: Letter of award", "page: Booking Status Definitions", "own trial: wins of other trades")
def test_wins_of_other_trades_are_read(text: str) -> None:
    assert by_phrases(text) is not Decision.NO


@pytest.mark.parametrize(
    "text",
    [
        "Quote out to Pine Tyres, £14k for the fleet cover",
        "Indication with the underwriters, £48k, Marlpit Breweries",
        "Offer accepted on the Old Rectory, £1.15m, subject to survey, sold STC",
        "Heads of terms agreed with Pinnock Cycles, £44k",
        "Second interview for the CFO role at Marsh & Co, fee £30k",
        "Test drive with Langmere Couriers went great, 8 vans, £230k",
        "First option on the ballroom for Meridian Foods, £20k",
        "Preferred bidder on the Harbour job, £2m",
        "Tender submitted to Wexford Council, €400k",
        "We signed the lease for our new warehouse, $12k a month",
        "Our insurance is renewed, policy signed with Allshield, £12k",
        "Bought new vans for our fleet, signed today, £80k",
        "Insurance claim was settled, £82k, paid to Rowsley Quarry",
        "The playground contract was awarded to Rudd & Daughters, £445k",
        "Three parties sold on it, contract signed by Thistle Foods, £20k? No paper yet",
    ],
)
@reported("page: First Option (run-sheets.com)", "page: Booking Status Definitions", "own trial: not yet a win")
def test_what_is_no_win_yet_in_those_trades(text: str) -> None:
    assert by_phrases(text) is Decision.NO
    assert detect(Post(text)).decision is not Decision.SURE


@pytest.mark.parametrize(
    "aside",
    [
        "Thanks to everybody who set up their sandbox.",
        "It was at risk two weeks ago.",
        "We re-opened it in June.",
        "Next step: roll-out in Q3.",
        "No discount given.",
        "Their competitor wanted it badly.",
        "They walked away twice last year.",
        "The load test took three weeks.",
        "Somebody had lost the keys to the test lab.",
    ],
)
@pytest.mark.parametrize("first", [False, True], ids=["after the news", "before the news"])
@reported("maziyarpanahi/openmed#928", "climatepolicyradar/knowledge-graph#164", "SeraphimSerapis/tool-eval-bench#105")
def test_an_aside_in_another_sentence_denies_nothing(aside: str, first: bool) -> None:
    text = f"{aside} {SURE_WIN}" if first else f"{SURE_WIN} {aside}"
    assert by_phrases(text) is Decision.SURE
    assert detect(Post(text)).deal_closed


@pytest.mark.parametrize(
    "text",
    [
        "They had cancelled in May, but today Kestrel Robotics signed, $45k",
        "Lost them in 2023, Kestrel Robotics signed today, $45k",
        "Kestrel Robotics is in at $44k, Halloran Paper slipped",
    ],
)
@reported("maziyarpanahi/openmed#928", "own trial: what speaks against belongs to its clause")
def test_what_speaks_against_belongs_to_its_clause(text: str) -> None:
    assert by_phrases(text) is not Decision.NO


@pytest.mark.parametrize(
    "text",
    [
        f"{SURE_WIN} Please ignore, I am testing the integration",
        f"Sandbox org. {SURE_WIN}",
        f"{SURE_WIN} Update: they pulled out an hour later.",
        f"{SURE_WIN} False alarm, nothing signed.",
    ],
)
@reported("own trial: a test says so anywhere")
def test_a_test_and_a_retraction_still_deny_the_post(text: str) -> None:
    assert by_phrases(text) is Decision.NO
    assert detect(Post(text)).decision is Decision.NO


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Globex announced that they signed Initech", id="competitors"),
        pytest.param("Globex just announced they've signed Initech, $2M", id="announced they've"),
        pytest.param("Hotel Aurora ha firmato con la concorrenza, 140k", id="to the competition, it"),
        pytest.param("Hotel Jodła podpisał z konkurencją, 120 tys. zł", id="to the competition, pl"),
        pytest.param("45 contrats signés ce trimestre, 1,2 M€", id="a total, fr"),
        pytest.param("12 Verträge im Mai unterschrieben, 340.000 €", id="a total, de"),
        pytest.param("Cerramos octubre con 38 contratos y 740.000 €", id="a total, es"),
        pytest.param("45 underskrevne kontrakter i alt, 6,3 mio. kr.", id="a total, da"),
        pytest.param("we closed 14 deals in May, $1.2M", id="a total"),
        pytest.param("A perfect win post: Acme signed, $40k, kudos to Jo", id="an example"),
        pytest.param('New here? It looks like this: "Signed: Acme Dental, $14k". No novels.', id="a quoted example"),
        pytest.param(
            "We ordered four vans from Holmquist Motors, 168k. Signed by our CFO today.", id="our own purchase"
        ),
        pytest.param("Bienvenida Rocío, firmó ayer y se incorpora el lunes", id="hiring, es"),
        pytest.param("Abbiamo firmato per il nuovo gestionale, 19.800 € l'anno", id="our own purchase, it"),
    ],
)
@reported("own trial: false and sure")
def test_somebody_elses_news_totals_and_examples_are_no_wins(text: str) -> None:
    assert by_phrases(text) is Decision.NO


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("no churn, they renewed: Pine County, 12k", DealKind.RENEWAL),
        ("we lost the renewal of Globex but signed Acme, $5k", None),
        ("Drayfoot Logistics extended through 2029", DealKind.RENEWAL),
        ("Mistry Pharma signed for another year, £18k", DealKind.RENEWAL),
        ("Quorn Bikes added 30 more seats and signed the amendment", DealKind.EXPANSION),
        ("Change order signed by Vale & Co, €520k", DealKind.EXPANSION),
        ("Signed through our partner Nordlys: Vestervang, 1.4m", DealKind.PARTNER),
        ("First deal via a reseller! Inverlaggan Salmon signed, £23k", DealKind.PARTNER),
        ("Azure Marketplace purchase went through for Gildencroft Bank", DealKind.PARTNER),
        ("New logo: Thistlewick Foods, $72k", DealKind.NEW),
        ("First order from Lundby Delikatesser, 11 200 SEK", DealKind.NEW),
        ("Won back: Toft Marine signed today, $40k", DealKind.NEW),
        ("*Closed Won*\nAccount: Acme\nOwner: Jo\nRegion: North\nAmount: $5k\nType: Renewal", DealKind.RENEWAL),
        ("Kestrel Robotics signed today, $45k", None),
        ("Kestrel Robotics signed, $45k. The renewal talk with Globex is next week", None),
        ("Deal closed with Kestrel, $45k. Upsell potential next year", None),
        ("Wir haben verlängert: Stadtwerke Ahlen, 36 Monate, 174.000 €", DealKind.RENEWAL),
        ("Extension signée chez Papeteries du Lozon : 40 licences de plus", DealKind.EXPANSION),
        ("Commande reçue via notre revendeur Infogarde, 73 000 €", DealKind.PARTNER),
        ("Renovado Hotel Punta, dos años más, 23.800 €", DealKind.RENEWAL),
        ("Rinnovo firmato: Ceramiche Valdastra, 90.000 euro", DealKind.RENEWAL),
        ("Verlenging getekend door Bakker & Zn, € 12.000", DealKind.RENEWAL),
        ("Renovou! Colégio Girassol, R$ 132 mil por ano", DealKind.RENEWAL),
        ("Nowy klient: Drukarnia Kaszta, umowa podpisana, 50 000 zł", DealKind.NEW),
        ("Hällefors Såg har förlängt avtalet, 88 000 kr", DealKind.RENEWAL),
        ("Utvidelsen hos Trollfjell er underskrevet, 1,1 mill.", DealKind.EXPANSION),
        ("De har forlænget: Skovtoft Plejecenter, 145.000 kr", DealKind.RENEWAL),
        ("白波リゾート様より更新契約書を受領しました。年間312万円", DealKind.RENEWAL),
    ],
)
@reported(
    "Atlas-Authority/marketing-automation#147", "mattermost/mattermost-data-warehouse#967", "CodeScience/BOSS#11",
    "FlowFuse/website#5577",
)  # fmt: skip
def test_the_kind_of_the_order_is_told(text: str, kind: DealKind | None) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Hjortlund Tandklinik skrev under, 96.000 kr om året",
        "Rammeaftale med Lindeskov Mejeri underskrevet, 2,1 mio. kr.",
        "Ordre i hus: Havnsø Trælast, 330.000 kr.",
        "Sundbakke Kommune har underskrevet kontrakten, 415.000 kr",
        "Vi vandt udbuddet hos Aalbæk Fiskeindustri, 1.475.000 kr",
    ],
)
@reported("page: Det der er så fedt ved sådan en dag (Computerworld.dk)", "own trial: Danish is a promised language")
def test_danish_wins_are_read(text: str) -> None:
    assert by_phrases(text) is not Decision.NO
    assert detect(Post(text)).currency == "DKK"


@pytest.mark.parametrize(
    "text",
    [
        "Tilbud sendt til Højlund Kabel A/S på 215.000 kr.",
        "Kunden har underskrevet, men vores egen direktør mangler stadig at kontrasignere Hørby, 1,4 mio. kr.",
        "Ordren fra Fuglsang Foder er annulleret, 290.000 kr.",
        "Hvem af jer lukkede Strømmen Yoga?",
        "Så skrev vi under på det nye kontor, 62.000 kr. om måneden",
        "Vi forventer at lukke Frydendal Slagteri, 350.000 kr",
    ],
)
@reported("own trial: Danish is a promised language")
def test_danish_that_is_no_win(text: str) -> None:
    assert by_phrases(text) is Decision.NO


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("Kontrakten med Fjellvik er signert, 480 000 kr i året", "NOK"),
        ("Bakeriet på Moa kjøpte årspakken, 8 400 kr, betalt med kort", "NOK"),
        ("Avtalet med Hällefors är påskrivet, 88 000 kr", "SEK"),
        ("Aftalen med Grønbech er underskrevet, 42.000 kr", "DKK"),
    ],
)
@reported("own trial: Danish beside Norwegian and Swedish")
def test_the_krona_is_that_of_the_language(text: str, currency: str) -> None:
    assert detect(Post(text)).currency == currency
