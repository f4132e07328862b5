"""A process that writes rows as fast as it can and says which ones were answered, until it is killed."""

from __future__ import annotations

import asyncio
import os
import sys

from sqlalchemy.orm import Session

from storage.database import Database
from storage.models import Tenant
from tests.storage.given import NOON


def write_one(session: Session, key: str) -> str:
    session.add(Tenant(platform="slack", external_id=key, created_at=NOON))
    return key


async def scribble(database: Database, number: int) -> None:
    for line in range(1_000_000):
        answered = await database.write(write_one, f"{number}-{line}")
        os.write(sys.stdout.fileno(), f"{answered}\n".encode())


async def main(url: str) -> None:
    database = Database(url)
    await asyncio.gather(*(scribble(database, number) for number in range(16)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
