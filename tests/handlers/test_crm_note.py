"""The note for the CRM: what is agreed, the days, the next step; for who acts as the rep alone."""

from __future__ import annotations

import pytest

from bot.ui.components import Paragraph
from bot.ui.texts import Texts
from bot.views import crm_note as view
from handlers.call import crm_note
from handlers.errors import NotYoursError
from handlers.requests import DealRequest
from tests.conformance.invented_platform import TypewriterMarkup
from tests.handlers.world import BEN, World


def note(world: World, deal: int) -> str:
    modal = view.render(world.do(crm_note.show, DealRequest(world.caller(), deal)), Texts(TypewriterMarkup(), "coach"))
    return next(each.text for each in modal.components if isinstance(each, Paragraph))


def test_it_has_what_they_agreed_to_and_when(world: World) -> None:
    deal = world.a_recapped_deal("Harbor Lights")
    text = note(world, deal)
    day = world.now.date().isoformat()
    assert text.startswith(f"Harbor Lights, $45,000, closed {day}\nFirst call on {day}")
    assert f"Recap sent {day}" in text
    assert all(each.wording in text for each in world.statements(deal))


def test_what_is_not_agreed_is_not_in_it(world: World) -> None:
    deal = world.a_deal("Harbor Lights")
    assert note(world, deal).endswith("Nothing agreed yet.")


def test_a_colleague_does_not_get_it(world: World) -> None:
    deal = world.a_deal("Harbor Lights")
    with pytest.raises(NotYoursError):
        world.do(crm_note.show, DealRequest(world.caller(BEN), deal))
