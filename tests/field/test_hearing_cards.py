"""Cards of tools: what they report, whom they name, what a template left empty, and the link to the record."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from handlers.detection import ChannelContext, Detection, Post, detect
from handlers.detection.record_links import is_record_link

SUM = "$41,000"


def card(text: str, source: str = "zapier", **parts: Any) -> Detection:
    return detect(Post(text, source=source, author_is_bot=True, **parts))


@pytest.mark.reported("own trial: cards of tools that were not seen before")
@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("Record updated: stage PROPOSAL -> CUSTOMER\nAccount: Kite Foods\nAmount: $41,000", "Kite Foods"),
        ("Sales Order SO-77 submitted for customer Kite Foods, $41,000", "Kite Foods"),
        ("Signature request complete: Master Agreement - Kite Foods.pdf\nEveryone has signed.", "Kite Foods"),
        ("Closed-won form submitted\nCustomer = Kite Foods; Value = 41000; Type = New", "Kite Foods"),
        ("Policy issued\nNamed insured: Kite Foods\nAnnual premium: $41,000", None),
        ("Status: Referred → Bound\nInsured: Kite Foods\nGWP: USD 41,000", "Kite Foods"),
        ("Placement confirmed\nClient: Kite Foods\nPerm fee: $41,000", "Kite Foods"),
        ("Event booked - status Definite\nClient: Kite Foods\nTotal: $41,000", "Kite Foods"),
        ("Loop status changed: Under Contract → Sold\nBuyer: Kite Foods\nSale price: $41,000", "Kite Foods"),
        ("Customer: Kite Foods\nAmount: $41,000\nWin probability: 60% → 100%", "Kite Foods"),
        ("*Theo* moved *Kite Foods – POS ($41,000)* from list *Haggling* to list *WON*", "Kite Foods"),
        ("Auftrag AU-204 angelegt\nKunde: Kessler Bau e.K.\nAuftragswert netto: 41.000 €", "Kessler Bau e.K."),
        ("Verkooporder 2570 bevestigd\nKlant: Scheepswerf Noord\nOrderbedrag: € 41.000,00", "Scheepswerf Noord"),
        ("Avtalet är signerat av samtliga parter\nMotpart: Bryggeri Norr\nÅrsvärde: 41 000 kr", "Bryggeri Norr"),
        ("Kontrakten er underskrevet af alle parter\nKunde: Bageri Havn\nÅrsværdi: 41.000 kr", "Bageri Havn"),
        ("Umowa podpisana przez wszystkie strony\nKlient: Mleczarnia Dolna\nWartość: 41 000 PLN", "Mleczarnia Dolna"),
        ("Contratto firmato da tutti\nCliente: Officina Borgo\nImporto annuo: 41.000 €", "Officina Borgo"),
        ("Contrato assinado por todos\nCliente: Padaria Lua\nValor anual: R$ 41.000,00", "Padaria Lua"),
        ("「業務委託契約書_有限会社しらなみ水産」の締結が完了しました。", "有限会社しらなみ水産"),
        ("商談中→受注\n取引先:しらなみ印刷\n受注額:410,000円", "しらなみ印刷"),
        ("Quote 227 accepted → Job 91 created\nCustomer: Kite Foods\nSell price (ex tax): $41,000", "Kite Foods"),
        ("Deal *Lost Valley Lodge – bookings* was marked *Closed Won* ($41,000)", "Lost Valley Lodge"),
        ("Lead won\nCompany: Kite Foods\nValue: $41,000\nLost reason: -", "Kite Foods"),
        ("Signature request complete: NDA and Order Form - Kite Foods.pdf signed by everyone", "Kite Foods"),
        ('Proposal "Website relaunch for Kite & Oak" was signed by Nora Ivy. Value: $41,000', "Kite & Oak"),
        ("Invoice paid\nCustomer: Kite Foods\nFirst invoice of subscription Pro\nAmount: $41,000", "Kite Foods"),
    ],
)
def test_an_order_is_heard(text: str, customer: str | None) -> None:
    answer = card(text)
    assert answer.deal_closed, answer.cues
    if customer is not None:
        assert answer.customer == customer


@pytest.mark.reported("own trial: cards with the words of a win")
@pytest.mark.parametrize(
    "text",
    [
        f"Contract signed by M. Kite. Waiting for counter-signature from us\nCustomer: Kite Foods\nValue: {SUM}",
        f"Agreement – Kite Foods\nStatus: delivered to 2 of 2, signed by 0\nTotal: {SUM}",
        f"Deal lost\nOrganization: Kite Foods\nValue: {SUM}\nLost reason: Won by competitor on price",
        f"Activity due today\nInsured: Kite Foods\nPremium: {SUM}\nStatus: Quoted – not bound",
        f"*New subscription*\n*Kite Foods* started a *14-day trial*\nAmount after trial: {SUM}\nStatus: trialing",
        f"Contact owner changed on 214 records (incl. *Kite Foods*, stage Closed won, {SUM}): Jo → Unassigned",
        f"*Won deal record updated*: Kite Foods (Closed won, {SUM} on Mar 3)\nNew note by Tara: “dinner booked”",
        f"Purchase order 106 approved\nVendor: Kite Cartons\nAmount: {SUM}",
        f"Signature request complete: Offer Letter - Priya Seth.pdf\nEveryone has signed. Salary: {SUM}",
    ],
)
def test_something_else_is_not(text: str) -> None:
    assert not card(text).deal_closed


@pytest.mark.reported("opencollective/opencollective-api#299")
@pytest.mark.parametrize(
    "text",
    [
        "You received a payment of $1,240.00\nCustomer: Kite Foods\nAmount: $1,240.00\nStatus: Succeeded",
        "Payment succeeded: $1,240.00 from Kite Foods",
        "Zahlung eingegangen: Kessler Bau, 1.240,00 €",
    ],
)
def test_a_payment_alone_is_no_new_deal(text: str) -> None:
    assert not detect(Post(text, source="stripe", author_is_bot=True), ChannelContext(wins_channel=True)).deal_closed


@pytest.mark.parametrize(
    "empty",
    [
        pytest.param("undefined", marks=pytest.mark.reported("saleor/apps#219")),
        pytest.param("<null>", marks=pytest.mark.reported("EMCECS/ECS-CommunityEdition#331")),
        pytest.param("[undefined]", marks=pytest.mark.reported("OutlineFoundation/outline-server#1397")),
        pytest.param("N/A", marks=pytest.mark.reported("quack-ai/companion#49")),
        pytest.param("#{ticket.organization.name}", marks=pytest.mark.reported("zammad/zammad#4663")),
        pytest.param("{{Account_Name}}", marks=pytest.mark.reported("mylittletony/ct-frontend#85")),
        pytest.param(
            "${account.nameString}", marks=pytest.mark.reported("higanworks/rundeck-slack-incoming-webhook-plugin#37")
        ),
        *(
            pytest.param(empty, marks=pytest.mark.reported("own trial: what templates leave empty"))
            for empty in (
                "null", "Null", "None", "NaN", "n/a", "-", "--", "—", "TBD", "unknown", "[object Object]", "<no value>",
                "%NAME%", "#REF!", "Account.name", "(none)", "(blank)", "account_name", "{!Account.Name}", "未設定",
            )
        ),
    ],
)  # fmt: skip
def test_what_a_template_left_empty_is_no_name(empty: str) -> None:
    written = empty.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    field = card(f"Closed Won\nAccount: {written}\nAmount: $9,450\nOwner: Steph")
    assert (field.deal_closed, field.customer, field.amount) == (True, None, Decimal(9450))
    titled = card(f"Closed Won\nAccount: {written}\nOpportunity: Renewal 2025 - Pell Ferries\nAmount: $9,450")
    assert titled.customer == "Pell Ferries"
    block = {"type": "section", "fields": [{"type": "mrkdwn", "text": f"*{n}*\n{v}"} for n, v in
             (("Account", written), ("Amount", "$9,450"), ("Owner", "Steph"))]}  # fmt: skip
    assert card("Deal won", blocks=[block]).customer is None


@pytest.mark.reported("saleor/apps#219")
@pytest.mark.parametrize(
    "text",
    [
        "Closed Won! null signed for $31,000.00 (Opportunity ID 0065g00000Rr19KAAR). Great job null!",
        "Deal won: *undefined* – $9,500 – org: [object Object]",
        "New Won Deal!! Customer: undefined. Amount: $9,450.00. Rep: Steph.",
    ],
)
def test_a_headline_without_a_name_names_nobody(text: str) -> None:
    answer = card(text)
    assert answer.deal_closed
    assert answer.customer is None


@pytest.mark.reported("own trial: what stands behind a name")
@pytest.mark.parametrize(
    ("value", "customer"),
    [
        ("Linden Credit Union, $84,000", "Linden Credit Union"),
        ("Linden Credit Union - $84,000", "Linden Credit Union"),
        ("Linden Credit Union. Amount: $84,000", "Linden Credit Union"),
        ("Linden Credit Union, 3 branches, $84,000", "Linden Credit Union"),
        ("Linden Tools, Inc., $84,000", "Linden Tools, Inc."),
        ("Dr. Linden & Partners, $84,000", "Dr. Linden & Partners"),
        ("Linden GmbH & Co. KG, $84,000", "Linden GmbH & Co. KG"),
        ("St. Linden Hospital | $84,000", "St. Linden Hospital"),
        ("Bodegas Linden, S.L. – $84,000", "Bodegas Linden, S.L."),
        ("0001007731 Linden Pumps AG, $84,000", "Linden Pumps AG"),
    ],
)
def test_a_name_ends_where_it_ends(value: str, customer: str) -> None:
    answer = card(f"New logo: {value}")
    assert answer.deal_closed
    assert answer.customer == customer
    assert answer.amount == 84000


@pytest.mark.reported("own trial: labels made of other words")
@pytest.mark.parametrize(
    ("label", "amount"),
    [
        ("Net order value", "41,000 USD"),
        ("Contract value (USD)", "41,000"),
        ("First year fee", "$41,000"),
        ("Net $", "41,000.00"),
    ],
)
def test_a_label_is_read_by_its_words(label: str, amount: str) -> None:
    answer = card(f"Order confirmed\nSold-to party: Kite Foods\n{label}: {amount}\nAccount manager: Jo Park")
    assert (answer.customer, answer.amount, answer.currency) == ("Kite Foods", 41000, "USD")


@pytest.mark.reported("onurmenal/crm-power-pane#104")
@pytest.mark.parametrize(
    "link",
    [
        "https://acme.lightning.force.com/lightning/r/Opportunity/0065g00000Qm3XyAAJ/view",
        "https://acme.my.salesforce.com/0068c00001TgP2QAAV",
        "https://app-eu1.hubspot.com/contacts/447/record/0-3/18834410277",
        "https://app.hubspot.com/contacts/447/deal/1883",
        "https://acme.pipedrive.com/deal/3381",
        "https://crm.zoho.eu/crm/org2007/tab/Potentials/512348000004417002",
        "https://acme.crm4.dynamics.com/main.aspx?appid=0f3c&pagetype=entityrecord&etn=opportunity&id=7c1e5d5a-4e0b",
        "https://app.attio.com/acme/deals/record/2f0d6b1e-5a41/overview",
        "https://app.copper.com/companies/220114/app#/deal/30418872",
        "https://app.close.com/lead/lead_8QxW3nVt2bLkJ0pYhZ4sMr/",
        "https://acme.odoo.com/odoo/sales/418",
        "https://acme.odoo.com/web#id=418&model=crm.lead&view_type=form",
        "https://4419920.app.netsuite.com/app/accounting/transactions/salesord.nl?id=903290",
        "https://cls91.bullhornstaffing.com/BullhornSTAFFING/OpenWindow.cfm?Entity=Placement&id=20918",
        "https://acme.monday.com/boards/4418209917/pulses/5520017731",
        "https://airtable.com/appK3lmQx81TzW/tbl9Yd/viwHot77/recW02lLopq8XvA1",
    ],
)
def test_the_link_to_a_deals_record_is_found(link: str) -> None:
    assert is_record_link(link)
    assert card(f"Deal won: Kite Foods, {SUM}\n<https://example.com/deal/1|logo> <{link}|Open>").record_url == link


@pytest.mark.reported("own trial: links that lead elsewhere")
@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/acme.pipedrive.com/deal/3381",
        "https://pipedrive.com.evil.example/deal/3381",
        "https://notpipedrive.com/deal/3381",
        "https://click.pipedrive.com/open?to=https://acme.pipedrive.com/deal/3381",
        "https://acme.pipedrive.com/deal/3381/logo.png",
        "https://app.hubspot.com/contacts/447/record/0-2/99",
        "https://app.hubspot.com/reports-dashboard/447/view/99",
        "https://acme.lightning.force.com/lightning/r/Account/0015g00000Qm3Xy/view",
        "https://acme.lightning.force.com/lightning/r/Report/00O5g00000Qm3Xy/view",
        "https://help.salesforce.com/articleView?id=0065g",
        "ftp://acme.pipedrive.com/deal/3381",
        "https://[broken/deal/1",
    ],
)
def test_another_link_is_no_record(link: str) -> None:
    assert not is_record_link(link)
