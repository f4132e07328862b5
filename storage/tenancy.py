"""Multi-tenancy: limit every session to one tenant's rows (data rule 7, in one place).

A session is unscoped until `scope` binds it to one tenant, for the rest of its life. From then on, every query on a
`TenantOwned` class, however it uses the class (select, join, subquery, relationship, update, delete), is filtered by
`tenant_id = <the tenant>`, and every row that the session writes belongs to that tenant.

An unscoped session may only query `tenants`. Any query on tenants' rows raises, unless the statement says that it means
all tenants: `execution_options={ALL_TENANTS: True}`. Only the outbox, the clean-up of what is old and
`storage.tenant_move` do.

What cannot be filtered (textual SQL, the tables behind the classes) counts as a query on all tenants.
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
"""Execution option of a statement on the rows of all tenants."""


class TenantOwned:
    """Mixin for mapped classes whose rows belong to a tenant.

    Each class defines its own indexes; they begin with `tenant_id`, because every query filters by it.
    """

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))


class TenantSession(Session):
    """A session that limits its statements, and the rows it writes, to one tenant."""

    tenant_id: int | None = None
    """The tenant that it is scoped to; None while it is unscoped."""
    criteria: ORMOption
    """The option added to each of its statements; set with `tenant_id`."""


def scope(session: Session, tenant_id: int) -> None:
    """Bind the session to a tenant, for the rest of its life.

    Raises:
        ForeignTenantError: it is scoped to another tenant, or has loaded rows of one.
    """
    session = _require_tenant_session(session)
    if session.tenant_id == tenant_id:
        return
    if session.tenant_id is not None:
        raise ForeignTenantError(
            f"this session is scoped to tenant {session.tenant_id}: it cannot change to {tenant_id}"
        )
    # `Session.get` returns loaded rows without a query.
    for loaded in session.identity_map.values():
        if isinstance(loaded, TenantOwned) and loaded.tenant_id != tenant_id:
            raise ForeignTenantError(
                f"this session has loaded rows of tenant {loaded.tenant_id}, so it cannot be scoped to {tenant_id}"
            )
    session.tenant_id = tenant_id
    session.criteria = _tenant_criteria(tenant_id)


@lru_cache(maxsize=1024)
def _tenant_criteria(tenant_id: int) -> ORMOption:
    """Built once per tenant: every statement of every session uses it."""
    return with_loader_criteria(
        TenantOwned,
        lambda owned: owned.tenant_id == tenant_id,
        include_aliases=True,
    )


def tenant_of(session: Session) -> int:
    """The tenant that the session is scoped to.

    Raises:
        UnscopedQueryError: the session is unscoped.
    """
    tenant_id = _require_tenant_session(session).tenant_id
    if tenant_id is None:
        raise UnscopedQueryError("this session is not scoped to a tenant: call scope(session, tenant_id) first")
    return tenant_id


def _require_tenant_session(session: Session) -> TenantSession:
    if not isinstance(session, TenantSession):
        raise TypeError(f"{type(session).__name__} is not a TenantSession, so nothing limits it to a tenant")
    return session


class _NoTenantCriteria(FunctionElement[bool]):
    """The criteria of an unscoped session. They cannot be compiled, so neither can a query on a `TenantOwned` class."""

    inherit_cache = True
    type = Boolean()


@compiles(_NoTenantCriteria)
def _refuse_to_compile(_criterion: _NoTenantCriteria, _compiler: SQLCompiler, **_kwargs: Any) -> str:
    raise UnscopedQueryError("this query on tenants' rows names no tenant: call scope(session, tenant_id) first")


_UNSCOPED = with_loader_criteria(TenantOwned, _NoTenantCriteria(), include_aliases=True)


@event.listens_for(TenantSession, "do_orm_execute")
def _scope_statement(state: ORMExecuteState) -> None:
    session = _require_tenant_session(state.session)
    scoped = session.tenant_id is not None
    if state.execution_options.get(ALL_TENANTS):
        if scoped:
            raise UnscopedQueryError(
                f"this session is scoped to tenant {session.tenant_id}, so it cannot query all tenants"
            )
    elif state.is_column_load:
        pass  # more columns of a row that the session has already loaded
    elif not state.is_orm_statement or state.is_from_statement:
        _refuse_text_and_tables(state.statement)
    elif isinstance(state.statement, Insert):
        _scope_insert(state, state.statement)
    else:
        if isinstance(state.statement, Update):
            _refuse_tenant_change(state, state.statement)
        # A relationship load mostly inherits the option from its row's query; adding it twice does no harm.
        state.statement = state.statement.options(session.criteria if scoped else _UNSCOPED)


def _refuse_text_and_tables(statement: Executable) -> None:
    for element in visitors.iterate(cast("ClauseElement", statement)):
        if isinstance(element, TextClause):
            raise UnscopedQueryError("textual SQL cannot be limited to a tenant: query the classes, or set ALL_TENANTS")
        if isinstance(element, Table) and "tenant_id" in element.c:
            raise UnscopedQueryError(
                f"a query on the table {element.name} cannot be limited to a tenant: query its class"
            )


def _scope_insert(state: ORMExecuteState, statement: Insert) -> None:
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, TenantOwned):
        return
    tenant_id = tenant_of(state.session)
    if state.parameters:
        parameters = state.parameters
        rows = cast("list[dict[str, Any]]", parameters if isinstance(parameters, list) else [parameters])
        state.parameters = [{**row, "tenant_id": tenant_id} for row in rows]
    else:
        state.statement = statement.values(tenant_id=tenant_id)


def _refuse_tenant_change(state: ORMExecuteState, statement: Update) -> None:
    if state.parameters:
        raise UnscopedQueryError("a bulk UPDATE by primary key cannot be limited to a tenant: use a WHERE clause")
    if any(getattr(column, "key", column) == "tenant_id" for column in statement._values or ()):
        raise ForeignTenantError("a row cannot move to another tenant")


@event.listens_for(TenantOwned, "before_insert", propagate=True)
def _set_tenant_on_insert(_mapper: Mapper[Any], _connection: Connection, row: TenantOwned) -> None:
    tenant_id = _tenant_for_write(row)
    if tenant_id is None:
        raise UnscopedQueryError(f"a new {type(row).__name__} has no tenant: call scope(session, tenant_id) first")
    row.tenant_id = row.tenant_id or tenant_id
    _check_tenant(row, tenant_id)


@event.listens_for(TenantOwned, "before_update", propagate=True)
@event.listens_for(TenantOwned, "before_delete", propagate=True)
def _check_tenant_on_change(_mapper: Mapper[Any], _connection: Connection, row: TenantOwned) -> None:
    tenant_id = _tenant_for_write(row)
    # An unscoped session loaded its rows with ALL_TENANTS; it may change them, but not move them to another tenant.
    before = inspect(row).attrs.tenant_id.history.deleted
    _check_tenant(row, tenant_id if tenant_id is not None else before[0] if before else row.tenant_id)


def _tenant_for_write(row: TenantOwned) -> int | None:
    session = object_session(row)
    return session.tenant_id if isinstance(session, TenantSession) else row.tenant_id


def _check_tenant(row: TenantOwned, tenant_id: int) -> None:
    if row.tenant_id != tenant_id:
        raise ForeignTenantError(
            f"a {type(row).__name__} of tenant {row.tenant_id} was about to be written for {tenant_id}"
        )
