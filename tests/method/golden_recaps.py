"""Twenty deals and their recap emails. `python -m tests.method.golden_recaps` rewrites them in docs/recap.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from handlers.method.recap import draft
from handlers.method.statements import Kind, Said, Statement
from prompts.wording import Wording

PAGE = Path(__file__).parents[2] / "docs" / "recap.md"
MARK = "## Twenty emails\n"


@dataclass(frozen=True)
class Golden:
    """A deal with agreed statements, and what is special about it."""

    about: str
    customer: str
    contact: str
    rep: str
    expectations: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    next_step: str = ""

    def statements(self) -> list[Statement]:
        """As they stand after the call."""
        wordings = [(Kind.EXPECTATION, w) for w in enumerate(self.expectations, 1)]
        wordings += [(Kind.PRIORITY, w) for w in enumerate(self.priorities, 1)]
        return [
            Statement(number, kind, 1, wording, position, Said.AGREED)
            for number, (kind, (position, wording)) in enumerate(wordings, 1)
        ]


DEALS = (
    Golden(
        "The usual call: three expectations, two priorities",
        "Northwind Dental",
        "Dana Whitfield",
        "Ada Kemp",
        ("A call every Friday until go-live", "Problems told within 2 hours, by phone", "No invoice before go-live"),
        ("Check-in in under 2 minutes", "No lost letters"),
        "the kickoff call on Tuesday, 12 January, at 9:00",
    ),
    Golden(
        "Whole sentences, as they were dictated, and a contact with a title",
        "Harbor Point Hotels",
        "Dr. Jane Roe",
        "Bruno Salas",
        ("We want one person to call, not a hotline.", "Tell us before you change a date!"),
        ("Guests must be able to check in from their phone.", "It has to work in all 14 houses by 1 June."),
    ),
    Golden(
        "One expectation, and nobody's name",
        "Contoso",
        "",
        "Ada Kemp",
        ("weekly mail, short, to me only",),
    ),
    Golden(
        "Only priorities, by rank; the contact was typed surname first",
        "Fabrikam Foods",
        "Roe, Marcus",
        "Ada Kemp",
        (),
        ("40 seats", "20 miles per gallon or better", "the old label printers keep working", "blue, not green"),
    ),
    Golden(
        "Seven statements",
        "Blue Yonder Airfreight",
        "Prof. Anna Maria Weber",
        "Bruno Salas",
        (
            "keep me posted by mail every Tuesday",
            "no surprises on the bill",
            "ask Jim in operations first",
            "delivery on or before 12 March",
        ),
        ("fewer than 3 errors per 1,000 shipments", "customs papers in one click", "a dark mode"),
    ),
    Golden(
        "Quotation marks, an address and an emoji in the customer's own words",
        "Litware & Sons",
        "Sam O'Neill",
        "Ada Kemp",
        ("The status page https://status.example.com is always current", "don't call it “the migration” 🙂"),
        ('The word "error" never appears on the till',),
    ),
    Golden(
        "Words from right to left",
        "Adatum Tel Aviv",
        "נועה לוי",
        "Ada Kemp",
        ("שיחה כל יום ראשון", "Invoices in English"),
        ("תמיכה בעברית",),
    ),
    Golden(
        "Long statements, each in a sentence of its own",
        "Trey Research",
        "J. R. Okafor",
        "",
        (
            "If anything slips, we want to hear it from you the same day, with a new date and the reason, even when it "
            "is only half a day",
            "Before delivery somebody walks through the lab with Priya and marks where every cable goes",
        ),
        (
            "The instruments must run unattended from Friday evening to Monday morning without anybody resetting them",
            "Results go into our own archive, in our own format, and never leave the building",
        ),
    ),
    Golden(
        "Two people on the call",
        "Wide World Importers",
        "Lena and Tom Brandt",
        "Bruno Salas",
        ("a visit each quarter", "the agreed price does not change"),
        ("one screen for both warehouses",),
    ),
    Golden(
        "Short and dictated in small letters",
        "proseware",
        "jean-luc moreau",
        "ada kemp",
        ("billing after the pilot", "someone picks up before 9"),
        ("fast", "no training needed"),
    ),
    Golden(
        "Awkward: one statement, and it is a priority",
        "Lucerne Publishing",
        "Mireille Aubert",
        "Ada Kemp",
        (),
        ("Runs on our old machines",),
    ),
    Golden(
        "Awkward: twelve statements",
        "Coho Winery",
        "Hannah Weiss",
        "Bruno Salas",
        (
            "A call every Friday until go-live",
            "We hear of any delay within 4 hours",
            "No invoice before 15 January",
            "Tell us who is coming before anyone visits",
            "one person to call, not a hotline",
            "Don't talk to our growers directly",
            "We don't want surprises on the bill",
        ),
        (
            "Labels printed in under 10 seconds",
            "Staff can use it without training",
            "Works offline in the cellar",
            "at least 99.9% uptime during harvest",
            "Integrate with our ERP",
        ),
        "go-live on Monday, 15 February",
    ),
    Golden(
        "Awkward: names with &",
        "Smith & Daughters",
        "Ruth & Tom Smith",
        "Ada Kemp",
        ("invoices go to R&D, not to us", "weekly call with Ruth & Tom"),
        ("Q&A in one place", "P&L by site every month"),
    ),
    Golden(
        "The contact is the company's name",
        "Northwind Dental",
        "Northwind Dental",
        "Ada Kemp",
        ("call me weekly", "please send reports to me, not to IT"),
        ("easy to use",),
    ),
    Golden(
        "Insurance, in the broker's customer's words",
        "Margie's Travel",
        "Mrs. Okonkwo",
        "Bruno Salas",
        (
            "Remind us 60 days before the renewal",
            "Claims answered within 2 working days",
            "If the premium goes up, tell us why",
        ),
        ("No gaps in the fleet cover", "Every van is covered from the first day"),
        "I send you the policy by Friday, 4 December",
    ),
    Golden(
        "Equipment, with a delivery",
        "Alpine Ski House",
        "Jonas Brandt",
        "Ada Kemp",
        (
            "Delivered by the 12th, with two weeks' notice",
            "We want your technician to bring the spare belts",
            "Never call the lift crew before 9",
        ),
        ("Less than 2 hours of downtime a week", "Someone we can call on Sundays"),
    ),
    Golden(
        "What they want of each other",
        "City Power & Light",
        "Priya Nair",
        "Bruno Salas",
        (
            "You call us, we don't call you",
            "Notify us 2 weeks before you ship",
            "I want to be told first",
            "Our data stays in the EU",
        ),
        ("Reports ready by 8 every morning",),
    ),
    Golden(
        "Two sentences in one, a question, and a fragment",
        "Fourth Coffee",
        "Sam",
        "Ada Kemp",
        ("Who calls us when it breaks? We need a name.", "within 24 hours", "no bait and switch"),
        ("1) fast 2) cheap", "Salesforce integration"),
    ),
    Golden(
        "The price and what was promised",
        "Humongous Insurance",
        "Elena Rossi",
        "Bruno Salas",
        ("The price you quoted stays", "The agreed price does not change for 24 months"),
        ("30 % faster boarding", "Onboarding in 2 weeks"),
    ),
    Golden(
        "Another language",
        "Südwind Möbel",
        "Jörg Huber",
        "Ada Kemp",
        ("Bitte jeden Freitag anrufen", "Keine Rechnung vor dem 15. Januar"),
        ("schneller als heute",),
    ),
)


def mail(number: int, deal: Golden) -> str:
    """The mail; the deals are numbered from 1."""
    return draft(
        Wording(),
        deal_id=number,
        customer=deal.customer,
        contact=deal.contact,
        rep=deal.rep,
        statements=deal.statements(),
        next_step=deal.next_step,
    )


def all_mails() -> str:
    """The last section of the page."""
    parts = [MARK]
    for number, deal in enumerate(DEALS, 1):
        quoted = "\n".join(f"> {line}".rstrip() for line in mail(number, deal).splitlines())
        parts.append(f"\n### {number}. {deal.about}\n\n{quoted}\n")
    return "".join(parts)


if __name__ == "__main__":
    before, _, _ = PAGE.read_text("utf-8").partition(MARK)
    PAGE.write_text(before + all_mails(), "utf-8")
