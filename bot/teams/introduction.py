"""Turns as they are handled now: where we are let in is kept, and whoever speaks with us is told what FirstCall is."""

from __future__ import annotations

from bot.teams.acquaintance import Acquaintance
from bot.teams.comings import change
from bot.teams.dispatch import Answer, Reply
from bot.teams.front import TeamsFront
from bot.teams.message import Message
from bot.teams.turn import Turn
from handlers import references
from handlers.greeting import greeted
from handlers.references import Lost, Reached, TeamBack


class Introduction:
    """A `Dispatch`. What people write in a channel without calling us by name is not looked at."""

    def __init__(self, front: TeamsFront) -> None:
        self._front = front
        self._acquaintance = Acquaintance(front)

    async def __call__(self, turn: Turn, reply: Reply) -> Answer | None:
        """Handle the turn. No invoke has an answer yet."""
        match change(turn):
            case Reached() as reached:
                await self._front.apply(references.remember, reached)
            case Lost() as lost:
                await self._front.apply(references.lose, lost)
                self._acquaintance.forget()
            case TeamBack() as back:
                await self._front.apply(references.team_back, back)
            case None if turn.kind == "message" and (turn.is_personal or turn.mentioned):
                await self._acquaintance.note(turn)
                if await self._front.apply(greeted, turn.caller(turn.event_key)):
                    await reply(Message(self._front.words("teams.introduction")))
        return None
