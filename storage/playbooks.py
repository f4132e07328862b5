"""Queries for a workspace's versions of the playbook and for people's own words, within the session's tenant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storage.models import OwnWords, PlaybookVersion

_LATEST = select(PlaybookVersion).order_by(PlaybookVersion.version.desc()).limit(1)


def latest(session: Session) -> PlaybookVersion | None:
    """The version that applies, or None if the workspace has changed nothing."""
    return session.scalar(_LATEST)


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
    return team_words(session, kind) | _newest(session, OwnWords.person_id == person_id, kind)


def team_words(session: Session, kind: str | None) -> dict[str, str]:
    """What the whole team says for this kind of order, by rule."""
    return _newest(session, OwnWords.person_id.is_(None), kind)


def _newest(session: Session, whose: ColumnElement[bool], kind: str | None) -> dict[str, str]:
    of_kind = OwnWords.kind.is_(None) if kind is None else OwnWords.kind == kind
    rows = session.scalars(select(OwnWords).where(whose, of_kind).order_by(OwnWords.id))
    newest = {row.rule: row.words for row in rows}
    return {rule: words for rule, words in newest.items() if words}


def say(
    session: Session, *, person_id: int | None, rule: str, kind: str | None, words: str, by: int, now: datetime
) -> None:
    """Add what somebody says at a step or objective from now on."""
    session.add(OwnWords(person_id=person_id, rule=rule, kind=kind, words=words, written_by=by, at=now))
