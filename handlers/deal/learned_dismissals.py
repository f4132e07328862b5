"""Learning from No: messages of a shape that reps keep calling no deal are asked about less, until reps confirm some.

A shape is what the detector saw, by name, and who posted: no word of the message, no customer, no person.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from handlers.detection import Decision, Detection
from storage import dismissed_shapes, workspaces
from storage.models import Deal

ENOUGH = 2
"""A shape that was dismissed so often is asked about less."""

_LESS = {Decision.SURE: Decision.MAYBE, Decision.MAYBE: Decision.NO, Decision.NO: Decision.NO}


def shape_of(detection: Detection, *, by_app: bool) -> str:
    """The names of the cues in order, the kind of author, and whether there was an amount."""
    names = sorted({cue.name for cue in detection.cues})
    return "|".join(["app" if by_app else "person", "amount" if detection.amount is not None else "no amount", *names])


def adjust_decision(session: Session, platform: str, workspace: str, detection: Detection, by_app: bool) -> Detection:
    """The detection as this workspace has taught us: one step less sure for a shape that it dismisses. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return detection
    if dismissed_shapes.dismissal_count(session, shape_of(detection, by_app=by_app)) < ENOUGH:
        return detection
    return replace(detection, decision=_LESS[detection.decision])


def learn_dismissed(session: Session, deal: Deal) -> None:
    """The rep says that the message was no deal. One that was deleted or taken back had been read rightly."""
    if deal.doubt is None:
        _count(session, deal, +1)


def unlearn_dismissed(session: Session, deal: Deal) -> None:
    """The rep takes that back."""
    _count(session, deal, 0)


def learn_confirmed(session: Session, deal: Deal) -> None:
    """Somebody confirms what was only suspected, or makes the call: the message had been read rightly."""
    _count(session, deal, -1)


def _count(session: Session, deal: Deal, worth: int) -> None:
    """Let the deal count `worth` towards its shape, however much it has counted before."""
    made_from = deal.sightings[0] if deal.sightings else None
    if made_from is None or "shape" not in made_from.read_as:
        return
    before = int(made_from.read_as.get("counted", 0))
    changed = (
        dismissed_shapes.adjust_count(session, made_from.read_as["shape"], worth - before) if worth != before else 0
    )
    if changed:
        made_from.read_as = {**made_from.read_as, "counted": before + changed}
