"""A tool's card is read by its form: the stage of a record, or what was done to an order or a document."""

from __future__ import annotations

import pytest

from handlers.detection import Post, detect

SUM = "$41,000"


def deal_closed(text: str, source: str = "salesforce") -> bool:
    return detect(Post(text, source=source)).deal_closed


@pytest.mark.parametrize(
    "text",
    [
        f"*Kite Foods* | Stage: *Closed Won* (was: Verbal Commit) | {SUM}",
        f"Status: `Contract out` → `Won`\nKite Foods\n{SUM}",
        f"Stage changed from Negotiation to Closed Won: Kite Foods, {SUM}",
        "IsWon = TRUE | AccountName: Kite Foods | Amount: 41000 | CurrencyIsoCode: USD",
        "Etapa: Negociación → Cerrada ganada | Oportunidad: Bodegas Luar | Importe: 14.000 €",
        "Phase geändert von Verhandlung zu Gewonnen: Kessler Bau (12.000 €)",
        "Étape : Négociation → Fermée/Gagnée | Opportunité : Scierie Haut-Jura | Montant : 33 000,00 €",
        f"Old Stage: Contract Sent\nNew Stage: Closed Won\nOpportunity: Kite Foods - Upsell\nAmount: {SUM}",
    ],
)
def test_a_stage_reached_is_news(text: str) -> None:
    assert deal_closed(text)


@pytest.mark.parametrize(
    "text",
    [
        f"*Kite Foods* | Stage: *Closed Lost* (was: Negotiation) | {SUM}",
        f"Closed Won → Negotiation: *Kite Foods*, {SUM}",
        f"Kite Foods moved from Closed Won to Contract sent, {SUM}",
        f"Pia closed opportunity Kite Foods as Lost ({SUM})",
        f"Stage changed to Closed Won: Kite Foods, {SUM}. Marked by mistake",
        "When stage changes to Closed Won, notify the channel",
        f"[Full sandbox] Stage changed to Closed Won: Kite Foods, {SUM}",
        "Etapa: Negociación → Cerrada perdida | Oportunidad: Bodegas Luar | Importe: 14.000 €",
    ],
)
def test_a_stage_left_or_another_stage_is_no_news(text: str) -> None:
    assert not deal_closed(text)


@pytest.mark.parametrize(
    "text",
    [
        f"Order #1088 confirmed: Kite Foods, 40 units, {SUM}",
        f"Quote Q-22 accepted and signed by Kite Foods, {SUM}",
        "Completed: Order Form – Kite Foods. All recipients have completed signing.",
        f"Draft order was paid. Customer: Kite Foods. Total: {SUM}",
        "Devis accepté et signé : Atelier Roussel. Total : 3 200 €",
        "Neues Abonnement: Kessler Bau, Team jährlich, 2.400,00 €",
        f"Contrato firmado: sí\nCliente: Bodegas Luar\nMonto: {SUM}",
        f"Closed deal\nCustomer: Kite Foods\nACV: {SUM}\nNotes: nearly lost them, ticket open, NDA first",
    ],
)
def test_a_completed_order_is_news(text: str) -> None:
    assert deal_closed(text, "zapier")


@pytest.mark.parametrize(
    "text",
    [
        f"Payment failed: Kite Foods, {SUM}",
        f"Order #1088 was cancelled and refunded: Kite Foods, {SUM}",
        "Completed: Mutual NDA – Kite Foods. All recipients have completed signing.",
        "Jo Park signed *Kite Foods – Order Form* (1 of 2)",
        "Ticket #9 solved: Kite Foods, payment received twice",
        f"Discount request\nCustomer: Kite Foods\nACV: {SUM}\nReason: contract signed as soon as we agree",
        f"Weekly summary: 4 deals won, {SUM}",
        "Tâche terminée : contrat signé à relancer, Menuiserie Arbel",
        "Umschlag abgelaufen: Rahmenvertrag Seidel Logistik",
        f"Phase geändert: Gewonnen → Verhandlung, Seidel Logistik, {SUM}",
    ],
)
def test_an_incomplete_order_or_another_object_is_no_news(text: str) -> None:
    assert not deal_closed(text, "zapier")


def test_tools_without_sales_have_no_news() -> None:
    assert not deal_closed(f"Closed Won: Kite Foods, {SUM}", "github")


def test_a_card_is_recognized_without_the_name_of_the_tool() -> None:
    assert deal_closed(f"Kite Foods → Closed Won | {SUM}", "slack")
    assert not deal_closed(f"Échec de paiement : Kite Foods, {SUM}", "slack")


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("Your document *Proposal for Kite Foods* was *completed*", "Kite Foods"),
        ("*Master Subscription Agreement – Kite Foods* is fully signed by both parties", "Kite Foods"),
        (f"Sales order SO-4 confirmed for Kite Foods, {SUM}. Deal: Closed Won", "Kite Foods"),
        ("Abgeschlossen: *Rahmenvertrag Seidel Logistik*, von allen Parteien unterzeichnet", "Seidel Logistik"),
    ],
)
def test_the_customer_of_a_document(text: str, customer: str) -> None:
    assert detect(Post(text, source="docusign")).customer == customer


def test_a_bare_number_in_a_field_takes_the_currency_of_another_field() -> None:
    answer = detect(Post("IsWon = TRUE | AccountName: Kite Foods | Amount: 41000 | CurrencyIsoCode: USD", source="crm"))
    assert answer.amount == 41000
    assert answer.currency == "USD"
