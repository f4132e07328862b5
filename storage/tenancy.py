"""Whose rows a session may see and write: data rule 7, in one place.

A session is unscoped until `scope` binds it to one tenant, for the rest of its life. From then on every query on a
class that is `TenantOwned`, however the class enters it (select, join, subquery, relationship, update, delete), carries
`tenant_id = <the tenant>`, and every row that it writes belongs to that tenant.

An unscoped session may read what belongs to nobody (`tenants`). A query of it on tenants' rows raises, unless the
statement says that it means all tenants: `execution_options={ALL_TENANTS: True}`. Only the outbox and the
housekeeping say so.

What cannot be held to a tenant (SQL as text, the tables behind the classes) counts as meant for all of them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Boolean, ForeignKey, Insert, Table, TextClause, Update, event, inspect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import FunctionElement

from storage.errors import ForeignTenantError, UnscopedQueryError

if TYPE_CHECKING:
    from sqlalchemy import ClauseElement, Connection, Executable
    from sqlalchemy.orm import Mapper, ORMExecuteState
    from sqlalchemy.orm.interfaces import ORMOption
    from sqlalchemy.sql.compiler import SQLCompiler

ALL_TENANTS = "all_tenants"
"""Execution option of a statement that means the rows of every tenant."""


class TenantOwned:
    """Mixin of every mapped class whose rows belong to one tenant.

    Its indexes are the class's own business: they begin with `tenant_id`, as every query does.
    """

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))


class TenantSession(Session):
    """The session of the seam: holds every statement and every row that it writes to its tenant."""

    tenant_id: int | None = None
    """The tenant that it is bound to; None while it is unscoped."""
    criterion: ORMOption
    """What each of its statements gets; set with `tenant_id`."""


def scope(session: Session, tenant_id: int) -> None:
    """Bind the session to a tenant, for the rest of its life.

    Raises:
        ForeignTenantError: it is bound to another tenant, or holds rows of another one.
    """
    session = _of_the_seam(session)
    if session.tenant_id == tenant_id:
        return
    if session.tenant_id is not None:
        raise ForeignTenantError(f"this session speaks for tenant {session.tenant_id} and cannot change to {tenant_id}")
    # `Session.get` answers from what is loaded without asking the database.
    for held in session.identity_map.values():
        if isinstance(held, TenantOwned) and held.tenant_id != tenant_id:
            raise ForeignTenantError(
                f"this session holds rows of tenant {held.tenant_id}, so it cannot become {tenant_id}'s"
            )
    session.tenant_id = tenant_id
    session.criterion = _criterion_of(tenant_id)


@lru_cache(maxsize=1024)
def _criterion_of(tenant_id: int) -> ORMOption:
    """Made once for a tenant: every statement of every session asks for it."""
    return with_loader_criteria(
        TenantOwned,
        lambda owned: owned.tenant_id == tenant_id,
        include_aliases=True,
    )


def tenant_of(session: Session) -> int:
    """The tenant that the session is bound to.

    Raises:
        UnscopedQueryError: to none.
    """
    tenant_id = _of_the_seam(session).tenant_id
    if tenant_id is None:
        raise UnscopedQueryError("this session speaks for no tenant yet: call scope(session, tenant_id) first")
    return tenant_id


def _of_the_seam(session: Session) -> TenantSession:
    if not isinstance(session, TenantSession):
        raise TypeError(f"{type(session).__name__} is not the seam's session, so nothing holds it to a tenant")
    return session


class _NoTenant(FunctionElement[bool]):
    """The criterion of an unscoped session. It cannot be compiled, and so no statement that a tenant's class enters."""

    inherit_cache = True
    type = Boolean()


@compiles(_NoTenant)
def _refuse(_criterion: _NoTenant, _compiler: SQLCompiler, **_kwargs: Any) -> str:
    raise UnscopedQueryError("this query on tenants' rows names no tenant: call scope(session, tenant_id) first")


_UNSCOPED = with_loader_criteria(TenantOwned, _NoTenant(), include_aliases=True)


@event.listens_for(TenantSession, "do_orm_execute")
def _confine(state: ORMExecuteState) -> None:
    session = _of_the_seam(state.session)
    scoped = session.tenant_id is not None
    if state.execution_options.get(ALL_TENANTS):
        if scoped:
            raise UnscopedQueryError(
                f"this session speaks for tenant {session.tenant_id}, so it cannot ask for all tenants"
            )
    elif state.is_column_load:
        pass  # more columns of a row that the session holds already
    elif not state.is_orm_statement or state.is_from_statement:
        _refuse_around_the_classes(state.statement)
    elif isinstance(state.statement, Insert):
        _confine_insert(state, state.statement)
    else:
        if isinstance(state.statement, Update):
            _refuse_moving(state, state.statement)
        # A relationship's load mostly brings it along from the query that its row came from; twice does no harm.
        state.statement = state.statement.options(session.criterion if scoped else _UNSCOPED)


def _refuse_around_the_classes(statement: Executable) -> None:
    for element in visitors.iterate(cast("ClauseElement", statement)):
        if isinstance(element, TextClause):
            raise UnscopedQueryError(
                "nobody can tell whose rows an SQL text touches: query the classes, or say ALL_TENANTS"
            )
        if isinstance(element, Table) and "tenant_id" in element.c:
            raise UnscopedQueryError(
                f"the table {element.name} was queried around its class, which holds it to the tenant: query the class"
            )


def _confine_insert(state: ORMExecuteState, statement: Insert) -> None:
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, TenantOwned):
        return
    tenant_id = tenant_of(state.session)
    if state.parameters:
        given = state.parameters
        rows = cast("list[dict[str, Any]]", given if isinstance(given, list) else [given])
        state.parameters = [{**row, "tenant_id": tenant_id} for row in rows]
    else:
        state.statement = statement.values(tenant_id=tenant_id)


def _refuse_moving(state: ORMExecuteState, statement: Update) -> None:
    if state.parameters:
        raise UnscopedQueryError("an UPDATE of many rows by their ids cannot be held to a tenant: give it a WHERE")
    if any(getattr(column, "key", column) == "tenant_id" for column in statement._values or ()):
        raise ForeignTenantError("a row does not move to another tenant")


@event.listens_for(TenantOwned, "before_insert", propagate=True)
def _claim_new(_mapper: Mapper[Any], _connection: Connection, row: TenantOwned) -> None:
    tenant_id = _writing_tenant(row)
    if tenant_id is None:
        raise UnscopedQueryError(f"a new {type(row).__name__} has no tenant: call scope(session, tenant_id) first")
    row.tenant_id = row.tenant_id or tenant_id
    _check_tenant(row, tenant_id)


@event.listens_for(TenantOwned, "before_update", propagate=True)
@event.listens_for(TenantOwned, "before_delete", propagate=True)
def _hold_changed(_mapper: Mapper[Any], _connection: Connection, row: TenantOwned) -> None:
    tenant_id = _writing_tenant(row)
    # An unscoped session got its rows by a statement that said ALL_TENANTS; it may settle them, but not move them.
    before = inspect(row).attrs.tenant_id.history.deleted
    _check_tenant(row, tenant_id if tenant_id is not None else before[0] if before else row.tenant_id)


def _writing_tenant(row: TenantOwned) -> int | None:
    session = object_session(row)
    return session.tenant_id if isinstance(session, TenantSession) else row.tenant_id


def _check_tenant(row: TenantOwned, tenant_id: int) -> None:
    if row.tenant_id != tenant_id:
        raise ForeignTenantError(
            f"a {type(row).__name__} of tenant {row.tenant_id} was about to be written for {tenant_id}"
        )
