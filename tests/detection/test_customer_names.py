"""The customer's name, exactly as the customer writes it."""

from __future__ import annotations

import pytest

from handlers.detection import Post, detect


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("Just closed Northwind Dental! $45k", "Northwind Dental"),
        ("juniper vet group is officially a customer 🐶", "Juniper Vet Group"),
        ("CRESTLINE MEDICAL CLOSED!!! £1.2m", "Crestline Medical"),
        ("Marlow &amp; Sons — closed won, £9.6k", "Marlow & Sons"),
        ("tallow & pine closed 4.8k", "Tallow & Pine"),
        ("Moss and Fern signed, 12k", "Moss and Fern"),
        ("Kite Travel 🎉🎉 signed! €5k", "Kite Travel"),
        ("Beaufort Marine's signed contract is here", "Beaufort Marine"),
        ("Cobbler's Bench signed today for $6.1k", "Cobbler's Bench"),
        ("Closed the Arbor Dental Group deal - $36k", "Arbor Dental Group"),
        ("We won the Brightwater Utilities RFP, contract signed", "Brightwater Utilities"),
        ("Quick update: iRobot Labs signed, 40k", "iRobot Labs"),
        ("Coca-Cola Bottling North signed 40k", "Coca-Cola Bottling North"),
        ("Bank of the Orient signed 40k", "Bank of the Orient"),
        ("St. Mary's Hospital signed 40k", "St. Mary's Hospital"),
        ("IBM signed 40k today", "IBM"),
        ("PO just landed from Kestrel Robotics. 250k", "Kestrel Robotics"),
        ("They signed! Hearth Home Builders, $38k", "Hearth Home Builders"),
        ("Lena Fischer won the deal *Kite Travel* (€5,400)", "Kite Travel"),
        ("*Acorn Daycare - New Business* moved to *Closed Won*", "Acorn Daycare"),
        ("Deal *Osprey Rentals expansion to NW* marked as *Won*, $9k", "Osprey Rentals"),
        ("東海物流様 年間1,200万円 契約締結しました", "東海物流"),
        ("山田製作所さま、受注しました!", "山田製作所"),
        ("Massive congrats to Sam who closed Harbor Point Hotels today, $210k", "Harbor Point Hotels"),
        ("New logo!\nAccount: Harbor Marine Services\nAmount: $12k", "Harbor Marine Services"),
        ("The Kestrel Box deal is signed, £2,880", "Kestrel Box"),
        ("The Kestrel Box renewal is in, £2,880", "Kestrel Box"),
        ("Kestrel's signed contract came back, £2,880", "Kestrel"),
        ("Fenn & Marlow's purchase order came in. 35k booked", "Fenn & Marlow"),
        ("Kestrel-Vertrag unterschrieben, 45.000 €", "Kestrel"),
        ("welcome aboard Kestrel Fertility! ink's dry", "Kestrel Fertility"),
        ("Fiddlehead Farms Co-op signed today, 12k", "Fiddlehead Farms Co-op"),
        ("Customer: Bodegas Sierra, S.L.\nAmount: $12k\nStage: Closed Won", "Bodegas Sierra, S.L."),
        ("<https://crm.example/1|Tidepool Energy Expansion> moved to *Closed Won*", "Tidepool Energy"),
    ],
)
def test_names(text: str, customer: str) -> None:
    assert detect(Post(text)).customer == customer


@pytest.mark.parametrize(
    "text", ["signed today! 45k ARR 🎉", "🎉🎉 deal closed!! 20k", "They signed the contract!!! 🎉"]
)
def test_no_name_is_invented(text: str) -> None:
    assert detect(Post(text)).customer is None


def test_a_mention_in_a_name_notifies_nobody() -> None:
    assert "<" not in (detect(Post("Closed <!channel> Northwind Dental, $45k")).customer or "")
