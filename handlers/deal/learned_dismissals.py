"""Learns from "not a deal": messages of a shape that reps dismiss are asked about less, until reps confirm some.

A shape is the names of the detector's cues and the kind of author: no word of the message, no customer, no person.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from handlers.detection import Decision, Detection
from storage import dismissed_shapes, workspaces
from storage.models import Deal

MIN_DISMISSALS = 2
"""A shape dismissed this often is asked about less."""

_ONE_STEP_LESS_SURE = {Decision.SURE: Decision.MAYBE, Decision.MAYBE: Decision.NO, Decision.NO: Decision.NO}


def shape_of(detection: Detection, *, by_app: bool) -> str:
    """The names of the cues in order, the kind of author, and whether there was an amount."""
    names = sorted({cue.name for cue in detection.cues})
    return "|".join(["app" if by_app else "person", "amount" if detection.amount is not None else "no amount", *names])


def adjust_decision(session: Session, platform: str, workspace: str, detection: Detection, by_app: bool) -> Detection:
    """The detection, one step less sure if this workspace dismisses messages of its shape. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return detection
    if dismissed_shapes.dismissal_count(session, shape_of(detection, by_app=by_app)) < MIN_DISMISSALS:
        return detection
    return replace(detection, decision=_ONE_STEP_LESS_SURE[detection.decision])


def learn_dismissed(session: Session, deal: Deal) -> None:
    """Count a dismissal. A message that was deleted or taken back had been detected correctly, so it does not count."""
    if deal.doubt is None:
        _count(session, deal, +1)


def unlearn_dismissed(session: Session, deal: Deal) -> None:
    """The rep took the dismissal back: do not count it."""
    _count(session, deal, 0)


def learn_confirmed(session: Session, deal: Deal) -> None:
    """A suspected deal was confirmed, or the call was made: count the detection as correct."""
    _count(session, deal, -1)


def _count(session: Session, deal: Deal, worth: int) -> None:
    """Make the deal count `worth` towards its shape, replacing what it counted before."""
    first = deal.sightings[0] if deal.sightings else None
    if first is None or "shape" not in first.read_as:
        return
    before = int(first.read_as.get("counted", 0))
    changed = dismissed_shapes.adjust_count(session, first.read_as["shape"], worth - before) if worth != before else 0
    if changed:
        first.read_as = {**first.read_as, "counted": before + changed}
