"""Queries for a workspace's versions of the playbook and for people's own words, within the session's tenant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import OwnWords, PlaybookVersion


def latest(session: Session) -> PlaybookVersion | None:
    """The version that applies, or None if the workspace has changed nothing."""
    return session.scalar(select(PlaybookVersion).order_by(PlaybookVersion.version.desc()).limit(1))


def versions(session: Session) -> Sequence[PlaybookVersion]:
    """All versions, oldest first."""
    return session.scalars(select(PlaybookVersion).order_by(PlaybookVersion.version)).all()


def add_version(session: Session, changes: str, now: datetime) -> int:
    """Add a version, which applies from now on, unless it changes nothing. Returns the number of the newest one."""
    newest = latest(session)
    number = 0 if newest is None else newest.version
    if changes != ("" if newest is None else newest.changes):
        number += 1
        session.add(PlaybookVersion(version=number, changes=changes, at=now))
        session.flush()
    return number


def own_words(session: Session, person_id: int, kind: str | None) -> dict[str, str]:
    """What the person says for this kind of order, by rule: their own words, else the team's.

    A rule for which both are empty is left out.
    """
    rows = session.scalars(
        select(OwnWords)
        .where(
            or_(OwnWords.person_id == person_id, OwnWords.person_id.is_(None)),
            OwnWords.kind.is_(None) if kind is None else OwnWords.kind == kind,
        )
        .order_by(OwnWords.person_id.is_not(None), OwnWords.id)
    ).all()
    found: dict[str, str] = {}
    for everybody in (True, False):
        newest = {row.rule: row.words for row in rows if (row.person_id is None) is everybody}
        found |= {rule: words for rule, words in newest.items() if words}
    return found


def say(
    session: Session, *, person_id: int | None, rule: str, kind: str | None, words: str, by: int, now: datetime
) -> None:
    """Add what somebody says at a step or objective from now on."""
    session.add(OwnWords(person_id=person_id, rule=rule, kind=kind, words=words, written_by=by, at=now))
