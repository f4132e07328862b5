"""Plan every reminder again: a promise that recurs is due on the days that were agreed, no longer every 7 days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    people = sa.table("people", sa.column("replan_after", sa.Integer()))
    op.execute(people.update().values(replan_after=0))
