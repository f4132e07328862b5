"""Move what is stored about a channel to the channel's new id: the one place where a row changes its channel.

What the audit log says about the old id is evidence and stays as it is.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from storage import workspaces
from storage.models import Channel, Deal, MessageVersion, OutboxRow, Sighting


def move_channel(session: Session, old: str, new: str) -> None:
    """Move everything of the session's tenant from the channel `old` to `new`, in the caller's transaction.

    A message may have arrived under the new id already. What is known of it there stays, and the choices that people
    made for the old one count: whose wins are posted, and whether another company may read them.
    """
    _merge_channels(session, workspaces.find_channel(session, old), workspaces.find_channel(session, new), new)
    _move_unless_known(session, Sighting, (Sighting.message_ts, Sighting.position), old, new)
    _move_unless_known(session, MessageVersion, (MessageVersion.message_ts,), old, new)
    for column in (Deal.card_channel, OutboxRow.sent_channel):
        session.execute(update(column.class_).where(column == old).values({column.key: new}))
    _move_messages(session, old, new)


def _merge_channels(session: Session, known: Channel | None, arrived: Channel | None, new: str) -> None:
    if known is None:
        return
    if arrived is not None:
        known.shared_externally = known.shared_externally or arrived.shared_externally
        known.name = arrived.name or known.name
        known.keeper_id = known.keeper_id or arrived.keeper_id
        if known.purpose == "unset":
            known.purpose = arrived.purpose
        session.delete(arrived)
        session.flush()
    known.external_id = new


def _move_unless_known(
    session: Session, model: type[Any], unique: tuple[InstrumentedAttribute[Any], ...], old: str, new: str
) -> None:
    """Move the rows that the new channel has not; one that it has stays, because its key is taken."""
    taken = {tuple(row) for row in session.execute(select(*unique).where(model.channel == new))}
    for row in session.scalars(select(model).where(model.channel == old)):
        if tuple(getattr(row, column.key) for column in unique) not in taken:
            row.channel = new


def _move_messages(session: Session, old: str, new: str) -> None:
    """Move what was and will be posted in the channel, or is about it, with its key: a week is summed up once."""
    for row in session.scalars(select(OutboxRow).where(OutboxRow.dedupe_key.contains(f":{old}:", autoescape=True))):
        key = row.dedupe_key.replace(f":{old}:", f":{new}:")
        if session.scalar(select(OutboxRow.id).where(OutboxRow.dedupe_key == key)) is None:
            row.dedupe_key = key
        elif row.state == "queued":  # it is planned under the new id, too
            session.delete(row)
            continue
        if row.channel == old:
            row.channel = new
        if row.payload.get("channel") == old:
            row.payload = {**row.payload, "channel": new}
    session.flush()
    session.execute(update(OutboxRow).where(OutboxRow.channel == old).values(channel=new))
