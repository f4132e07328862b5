"""A process that writes rows as fast as it can, and prints the key of each write that returned, until it is killed."""

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


async def write_rows(database: Database, writer: int) -> None:
    for number in range(1_000_000):
        key = await database.write(write_one, f"{writer}-{number}")
        os.write(sys.stdout.fileno(), f"{key}\n".encode())


async def main(url: str) -> None:
    database = Database(url)
    await asyncio.gather(*(write_rows(database, writer) for writer in range(16)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
