"""Several deals in one message, each with its own sum: in lists, in turns, beside a total."""

from __future__ import annotations

import pytest

from handlers.detection import Post, detect

# "customer | sum" for each deal, in the order of mention; no sum: "customer |".
SEVERAL = {
    "Heathrow Glass and Quill Partners both signed this morning. 5k and 7k respectively.": (
        "Heathrow Glass | 5000",
        "Quill Partners | 7000",
    ),
    "Closed two today: Marlow Tiles, a saw, £3,900, and Orsett Joinery, a kiln, £21,500. Both paid.": (
        "Marlow Tiles | 3900",
        "Orsett Joinery | 21500",
    ),
    "Brightwater Pools $62k + Nine Elms Dairy $8k = $70k, all closed before noon": (
        "Brightwater Pools | 62000",
        "Nine Elms Dairy | 8000",
    ),
    "Closed Tallow Foods and Ravel Textiles today, $90k all told": ("Tallow Foods |", "Ravel Textiles |"),
    "We won two today, $50,000 in total: Corvid Games for $32,000 and Saltmarsh Hotels for $18,000": (
        "Corvid Games | 32000",
        "Saltmarsh Hotels | 18000",
    ),
    "Both contracts are signed: Pell Harbour at $155k and, across the road, Sandon Packaging at $40k.": (
        "Pell Harbour | 155000",
        "Sandon Packaging | 40000",
    ),
    "Two orders signed this afternoon. Ashmere Council (£640,000) and Wick Parish (£18,900).": (
        "Ashmere Council | 640000",
        "Wick Parish | 18900",
    ),
    "Harlow Pumps and Dennet Valves have both renewed, $22k and $35k respectively.": (
        "Harlow Pumps | 22000",
        "Dennet Valves | 35000",
    ),
    "Back-to-back: Inkwell Legal 24 seats @ $50/mo = $14,400/yr, and Rowan Architects, $8,900/yr. Both signed.": (
        "Inkwell Legal | 14400",
        "Rowan Architects | 8900",
    ),
    "Won Tessellate AI ($75k), lost Grayling Partners ($120k). I'll take it.": ("Tessellate AI | 75000",),
    "Signed today: Foxglove Inns (£22k). Verbal only so far: Marsh & Wold (£15k).": ("Foxglove Inns | 22000",),
    "Today's closed deals:\n• Vantor Logistics: €45.000\n• Maison Perrault: €12.500\n• Gebr. Lindt Bau: €88.000": (
        "Vantor Logistics | 45000",
        "Maison Perrault | 12500",
        "Gebr. Lindt Bau | 88000",
    ),
}


@pytest.mark.reported("own trial: sums before, after and behind the names, with and without a total")
@pytest.mark.parametrize("text", SEVERAL)
def test_each_deal_has_its_own_sum(text: str) -> None:
    found = [f"{deal.customer} | {deal.amount if deal.amount else ''}".strip() for deal in detect(Post(text)).deals]
    assert tuple(found) == SEVERAL[text]
