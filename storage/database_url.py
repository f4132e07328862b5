"""Read DATABASE_URL: which spellings are understood, and what to change in the others. No message quotes the password.

Providers and people write it in many ways. What can be read in one way only is read; anything else is refused, because
a wrong guess would store evidence in the wrong place, or look up a piece of the password as a host name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_plus

from psycopg.pq import Conninfo
from sqlalchemy.engine import URL

from storage.errors import DatabaseUrlError

EXAMPLES = "write sqlite:///firstcall.db or postgresql://user:password@host/name"
ENCODE = (
    "write each special character of the password percent-encoded: @ as %40, / as %2F, # as %23, ? as %3F, : as %3A, "
    "% as %25"
)

SQLITE_DRIVER, POSTGRESQL_DRIVER = "sqlite+pysqlite", "postgresql+psycopg"
DRIVERS = {
    "sqlite": SQLITE_DRIVER,
    "sqlite+aiosqlite": SQLITE_DRIVER,
    "sqlite+pysqlite": SQLITE_DRIVER,
    "pgsql": POSTGRESQL_DRIVER,
    "postgres": POSTGRESQL_DRIVER,
    "postgresql": POSTGRESQL_DRIVER,
    "postgresql+asyncpg": POSTGRESQL_DRIVER,
    "postgresql+pg8000": POSTGRESQL_DRIVER,
    "postgresql+psycopg": POSTGRESQL_DRIVER,
    "postgresql+psycopg2": POSTGRESQL_DRIVER,
    "postgresql+psycopg_async": POSTGRESQL_DRIVER,
}
"""Which driver another program uses for the same database makes no difference."""

SSL = {"ssl": "sslmode"}
SSL_MODES = {"true": "require", "1": "require", "no-verify": "require", "false": "disable", "0": "disable"}
"""What asyncpg and the drivers of Node.js and Java call libpq's modes."""

POOLED = "pgbouncer"
"""A parameter that other tools know, too: `?pgbouncer=true` says that a pooler is in front of the database."""

SQLITE_PARAMETERS = frozenset({"uri", "mode", "cache", "vfs", "nolock", "immutable"})

_SCHEME = re.compile(r"([A-Za-z][\w+.-]*)://")
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|(?:[\w.-]|%[0-9A-Fa-f]{2})*)(?::(?P<port>\d*))?")
_TAIL = re.compile(r"(?P<hosts>[^/?#@]*)(?:/(?P<database>[^/?#@]*))?(?:\?(?P<query>[^#]*))?")
_PAIR = re.compile(r"(\w+)=([^&]*)")


def parse_url(text: str) -> URL:
    """The URL with the driver that FirstCall uses: `sqlite+pysqlite` or `postgresql+psycopg`.

    White space and quotes around it are ignored: Docker keeps the quotes of an env file. `postgres://`, which many
    hosting providers use, means `postgresql://`. A password may be percent-encoded or raw, as long as that leaves one
    reading.

    Raises:
        DatabaseUrlError: it cannot be used; the message says what to change, and shows no part of the password.
    """
    text = _unquoted(text.strip())
    scheme = _SCHEME.match(text)
    if scheme is None:
        if re.match(r"sqlite:", text, re.IGNORECASE):
            raise _slashes()
        raise DatabaseUrlError(f"DATABASE_URL is no database URL: {EXAMPLES}")
    driver = DRIVERS.get(scheme[1].lower())
    if driver is None:
        raise DatabaseUrlError(
            f"DATABASE_URL begins with {scheme[0]}, and FirstCall speaks sqlite:// and postgresql://: {EXAMPLES}"
        )
    rest = text[scheme.end() :]
    return _sqlite(rest) if driver == SQLITE_DRIVER else _postgresql(rest)


def passwords(url: URL) -> set[str]:
    """The password in every form in which an error message could quote it."""
    found = {url.password, *(_single(url, name) for name in url.query if "password" in name)}
    return {form for each in found if each for form in (each, quote(each, safe=""), quote(each))}


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].strip()
    if text[:1] in {'"', "'"}:
        raise DatabaseUrlError(
            "DATABASE_URL begins with a quote that does not end it: remove the quotes around the URL"
        )
    return text


def _sqlite(rest: str) -> URL:
    if not rest.startswith("/") and rest.partition("?")[0]:
        raise _slashes()
    path, _, parameters = rest[1:].partition("?")
    query = _sqlite_parameters(parameters) if parameters else {}
    # An in-memory database ends with the process, but confirmations are evidence.
    if not path or ":memory:" in path or query.get("mode") == "memory":
        raise DatabaseUrlError(
            "DATABASE_URL names an SQLite database in memory, which would lose everything: name a file, "
            "for example sqlite:///firstcall.db"
        )
    if "\0" in path:
        raise DatabaseUrlError("DATABASE_URL names a file with a NUL character in it: name another file")
    if os.name == "posix" and re.match(r"/?[A-Za-z]:[\\/]|.*\\", path):
        raise DatabaseUrlError(
            "DATABASE_URL names a file with a Windows path, and this machine is not Windows: "
            "write sqlite:////folder/firstcall.db"
        )
    return URL.create(SQLITE_DRIVER, database=path, query=query)


def _slashes() -> DatabaseUrlError:
    return DatabaseUrlError(
        "DATABASE_URL has the wrong number of slashes: write sqlite:///firstcall.db (three) for a file in the working "
        "directory, or sqlite:////folder/firstcall.db (four) for a whole path"
    )


class _Server(NamedTuple):
    """What follows the user and the password."""

    hosts: list[tuple[str, str]]
    """Host and port; both may be empty."""
    database: str
    query: dict[str, str]


def _postgresql(rest: str) -> URL:
    who, server = _split(rest)
    user, _, password = who.partition(":")
    query: dict[str, str | tuple[str, ...]] = dict(server.query)
    host, port = server.hosts[0]
    if len(server.hosts) > 1 or host.startswith("/"):
        # SQLAlchemy takes a list, and the folder of a socket, as parameters.
        query["host"] = ",".join(host for host, _ in server.hosts)
        query["port"] = ",".join(port for _, port in server.hosts)
        host = port = ""
    return URL.create(
        POSTGRESQL_DRIVER,
        username=_decoded(user) or None,
        password=_decoded(password) or None,
        host=host or None,
        port=int(port) if port else None,
        database=_decoded(server.database) or None,
        query=query,
    )


def _split(rest: str) -> tuple[str, _Server]:
    """The user with the password, and the server.

    By the standard, the user ends at the last @ before the first slash. If what follows is no server, the password
    has such characters itself, and the user ends at the last @ that a server follows.
    """
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    standard = len(authority.rpartition("@")[0]) if "@" in authority else None
    for end in (standard, *(match.start() for match in reversed([*re.finditer("@", rest)]))):
        who, tail = ("", rest) if end is None else (rest[:end], rest[end + 1 :])
        server = _server(tail)
        if server is not None:
            return who, server
    raise _refusal(rest)


def _server(text: str) -> _Server | None:
    """The server, or None if this text is none: what a password leaves behind is not mistaken for one."""
    tail = _TAIL.fullmatch(text)
    if tail is None:
        return None
    query = dict(_pairs(tail["query"] or ""))
    written = [each for each in (tail["query"] or "").split("&") if each]
    if len(query) != len(written) or not query.keys() <= _known_parameters():
        return None
    hosts = [_HOST.fullmatch(each) for each in tail["hosts"].split(",")]
    found = [(_decoded(host["host"]).strip("[]"), host["port"] or "") for host in hosts if host is not None]
    if len(found) != len(hosts):
        return None
    if "host" in query or "port" in query:
        found = _hosts_of_query(query.pop("host", found[0][0]), query.pop("port", found[0][1]))
    if not all(port == "" or (port.isdecimal() and 0 < int(port) < 2**16) for _, port in found):
        return None
    return _Server(found, tail["database"] or "", query)


def _hosts_of_query(hosts: str, ports: str) -> list[tuple[str, str]]:
    """Lists with commas, as libpq takes them: one port is for all hosts."""
    names, numbers = hosts.split(","), ports.split(",")
    if len(numbers) == 1:
        numbers *= len(names)
    return list(zip(names, numbers, strict=True)) if len(names) == len(numbers) else [("", "unequal")]


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for part in query.split("&"):
        pair = _PAIR.fullmatch(part)
        if pair is not None:
            decode = unquote if "password" in pair[1] else unquote_plus
            name, value = SSL.get(pair[1], pair[1]), decode(pair[2])
            yield name, SSL_MODES.get(value, value) if name == "sslmode" else value


def _known_parameters() -> frozenset[str]:
    """What libpq knows; `Conninfo` reads it from the library itself."""
    return frozenset(option.keyword.decode() for option in Conninfo.get_defaults()) | {POOLED}


def _refusal(rest: str) -> DatabaseUrlError:
    """Say what to change. Only what certainly is no part of the password is named."""
    who, at, after = rest.rpartition("@")
    tail = _TAIL.fullmatch(after) if at and not re.search("[@/?#]", who) else None
    if tail is not None and tail["query"]:
        unknown = [each.partition("=")[0] for each in tail["query"].split("&")]
        unknown = [each for each in unknown if re.fullmatch(r"\w+", each) and each not in _known_parameters()]
        if unknown:
            return DatabaseUrlError(
                f"DATABASE_URL has the parameter {unknown[0]}, which PostgreSQL does not know: remove it"
            )
    return DatabaseUrlError(
        "DATABASE_URL cannot be read: write postgresql://user:password@host:5432/name, with a number as the port, "
        f"and {ENCODE}"
    )


def _sqlite_parameters(query: str) -> dict[str, str]:
    pairs = dict(_pairs(query))
    for name in (part.partition("=")[0] for part in query.split("&")):
        if name not in pairs or name not in SQLITE_PARAMETERS or "uri" not in pairs:
            raise DatabaseUrlError(f"DATABASE_URL has the parameter {name}, which SQLite does not know: remove it")
    return pairs


def _decoded(text: str) -> str:
    """Percent-decoded. What gives no text (%ff) or a NUL, which PostgreSQL refuses, was not encoded: it stays."""
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text
    return text if "\0" in decoded else decoded


def _single(url: URL, name: str) -> str:
    value = url.query[name]
    return value if isinstance(value, str) else ",".join(value)
