"""How a deal is named: by its customer, or by a stand-in while no customer is known."""

from __future__ import annotations

from handlers.screens.deals import DealFacts
from prompts.wording import Wording


def deal_name(deal: DealFacts, plain: Wording) -> str:
    """The customer's name, as it was typed: not yet escaped for any markup."""
    return deal.customer or plain("card.nameless")
