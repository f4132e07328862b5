"""Which tenant a row belongs to (data rule 7)."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column


class TenantOwned:
    """Mixin of every mapped class whose rows belong to one tenant.

    Its indexes are the class's own business: they begin with `tenant_id`, as every query does.
    """

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
