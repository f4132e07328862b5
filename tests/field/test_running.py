"""How people run it: what they write into DATABASE_URL, where they let it write, and where they read its output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL

from bot.cli.exit_codes import ExitCode
from bot.logs import Redactor, secrets_of
from bot.settings import Settings
from storage.database_url import parse_url
from tests.cli.conftest import CommandLine, firstcall, no_settings

__all__ = ["firstcall", "no_settings"]

PASSWORD_IN_URL = pytest.mark.reported(
    "ankane/pgsync#236", "edoburu/docker-pgbouncer#20", "encode/databases#404", "kristijanhusak/vim-dadbod-ui#186"
)


def where(url: URL) -> tuple[str | None, str | None, str | None, int | None, str | None]:
    """Who connects, and to what."""
    return url.username, url.password, url.host, url.port, url.database


@PASSWORD_IN_URL
@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("p@ss/w#rd", "p@ss/w#rd"),
        ("p@ss", "p@ss"),
        ("p@@ss@", "p@@ss@"),
        ("p/ss", "p/ss"),
        ("p#ss", "p#ss"),
        ("p?ss", "p?ss"),
        ("p?ss=1", "p?ss=1"),
        ("p:ss", "p:ss"),
        ("12/ss", "12/ss"),
        ("p[ss]", "p[ss]"),
        ("p ss", "p ss"),
        ("p%ss", "p%ss"),
        ("100%", "100%"),
        ("p+ss", "p+ss"),
        ("p&s=s", "p&s=s"),
        ("päß", "päß"),
        ("p%40ss%2Fw%23rd%3F%3A%25", "p@ss/w#rd?:%"),
        ("p%C3%A4ss", "päss"),
        ("p%40ss#1", "p@ss#1"),
        ("a/b@c/d", "a/b@c/d"),
        ("$" + "{HOME}", "$" + "{HOME}"),
    ],
)
@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "POSTGRES"])
@pytest.mark.parametrize("tail", ["host.example:6432/fc", "host.example:6432/fc?sslmode=require&options=-c%20a=b"])
def test_a_password_may_have_any_character(scheme: str, written: str, password: str, tail: str) -> None:
    url = parse_url(f"{scheme}://coach:{written}@{tail}")
    assert where(url) == ("coach", password, "host.example", 6432, "fc")


@PASSWORD_IN_URL
@given(st.text(st.characters(exclude_characters="%\0", codec="utf-8"), min_size=1))
def test_any_raw_password_is_read(password: str) -> None:
    url = parse_url(f"postgres://coach:{password}@host.example/fc")
    assert where(url) == ("coach", password, "host.example", None, "fc")


@pytest.mark.reported("kristijanhusak/vim-dadbod-ui#186", "own trial: a user name with an @, as Azure has them")
def test_a_user_may_have_an_at_sign() -> None:
    url = parse_url("postgres://coach@server:p%40ss@server.example/fc")
    assert where(url) == ("coach@server", "p@ss", "server.example", None, "fc")


@pytest.mark.reported("own trial: an address in a parameter")
def test_an_at_sign_in_a_parameter_is_no_end_of_a_password() -> None:
    url = parse_url("postgresql://coach:secret@host.example/fc?application_name=coach@work")
    assert where(url) == ("coach", "secret", "host.example", None, "fc")
    assert url.query == {"application_name": "coach@work"}
    url = parse_url("postgresql:///fc?user=coach&password=p@ss/w+rd&host=host.example&port=6432")
    assert url.query["password"] == "p@ss/w+rd"
    assert (url.host, url.port) == ("host.example", 6432)


@pytest.mark.reported("page: 34.1.1.2. Connection URIs (PostgreSQL documentation)", "tobybatch/kimai2#169")
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("postgresql://", (None, None, {})),
        ("postgresql:///fc", (None, None, {})),
        ("postgresql://coach@/fc", (None, None, {})),
        ("postgresql://coach:pw@%2Frun%2Fpostgresql/fc", (None, None, {"host": "/run/postgresql", "port": ""})),
        ("postgresql:///fc?host=/run/postgresql", (None, None, {"host": "/run/postgresql", "port": ""})),
        ("postgresql://coach:pw@a,b:6432/fc", (None, None, {"host": "a,b", "port": ",6432"})),
        ("postgresql://coach:p@w@a:1,b:2/fc", (None, None, {"host": "a,b", "port": "1,2"})),
        ("postgresql:///fc?host=a,b&port=6432", (None, None, {"host": "a,b", "port": "6432,6432"})),
        ("postgresql://[::1]:6432/fc", ("::1", 6432, {})),
        ("postgresql://my_db-1.internal/fc", ("my_db-1.internal", None, {})),
        (
            "postgresql://a,b/fc?target_session_attrs=read-write",
            (None, None, {"host": "a,b", "port": ",", "target_session_attrs": "read-write"}),
        ),
    ],
)
def test_sockets_and_lists_of_hosts_are_understood(
    written: str, expected: tuple[str | None, int | None, dict[str, str]]
) -> None:
    url = parse_url(written)
    assert (url.host, url.port, dict(url.query)) == expected


@pytest.mark.reported("bunkerity/bunkerweb#3344", "homarr-labs/homarr#1702", "CrowdHailer/raxx_kit#104")
@pytest.mark.parametrize("frame", ['"{}"', "'{}'", "  {}\n", ' " {} " '])
@pytest.mark.parametrize("written", ["sqlite:///firstcall.db", "postgres://coach:p@ss@host.example/fc"])
def test_white_space_and_quotes_around_it_are_ignored(frame: str, written: str) -> None:
    assert parse_url(frame.format(written)) == parse_url(written)


SECRET_PIECES = ("hunter", "2secret", "s3cr")


@pytest.mark.reported("ShlomiPorush/mailcow-logs-viewer#1", "own trial: 40 ways to write DATABASE_URL")
@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("postgres://fc:hunter@2secret@host:port/fc", "a number as the port"),
        ("postgres://fc:hunter2secret@host:99999/fc", "a number as the port"),
        ("postgres://fc:hunter#2secret", "percent-encoded"),
        ("postgres://fc:hunter/2secret", "percent-encoded"),
        ("postgres://fc:hunter2secret@<host>/fc", "cannot be read"),
        ("postgres://fc:hunter2secret@host/fc?schema=public", "the parameter schema, which PostgreSQL does not know"),
        ("postgres://fc:hunter@2secret@host/fc?schema=public", "cannot be read"),
        ("postgres://fc:hunter?2secret=s3cr@x y/fc", "cannot be read"),
        ("postgres://fc:hunter2secret@host/fc#part", "cannot be read"),
        ("postgres://fc:hunter2secret%ff@host/fc", "no UTF-8"),
        ("postgres://fc:hunter2secret%00@host/fc", "NUL"),
        ("postgres://fc:hunter2secret@a,b/fc?port=1,2,3", "cannot be read"),
        ("postgresql+asyncpg://fc:hunter2secret@host/fc", "begins with postgresql+asyncpg://"),
        ("mysql://fc:hunter2secret@host/fc", "begins with mysql://"),
        ("jdbc:postgresql://fc:hunter2secret@host/fc", "no database URL"),
        ("psql 'postgres://fc:hunter2secret@host/fc'", "no database URL"),
        ("'postgres://fc:hunter2secret@host/fc", "remove the quotes"),
        ("hunter2secret", "no database URL"),
        ("   ", "no database URL"),
        ('""', "no database URL"),
        ("sqlite://firstcall.db", "sqlite:///firstcall.db (three)"),
        ("sqlite:firstcall.db", "sqlite:///firstcall.db (three)"),
        ("sqlite:/data/firstcall.db", "(four)"),
        ("sqlite://data/firstcall.db", "(four)"),
        ("sqlite://", "in memory"),
        ("sqlite:///?mode=memory", "the parameter mode"),
        ("sqlite:///firstcall.db?mode=rw", "the parameter mode"),
        ("sqlite:///firstcall.db?pool=3", "the parameter pool"),
        (r"sqlite:///C:\data\firstcall.db", "Windows path"),
        ("sqlite:///C:/data/firstcall.db", "Windows path"),
        (r"sqlite:////data\firstcall.db", "Windows path"),
        ("sqlite3:///firstcall.db", "begins with sqlite3://"),
        ("file:firstcall.db", "no database URL"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_change(
    written: str, sentence: str, firstcall: CommandLine
) -> None:
    result = firstcall("outbox", "list", DATABASE_URL=written)
    assert result.exit_code == ExitCode.SETTINGS
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not [piece for piece in SECRET_PIECES if piece in result.output]


@pytest.mark.reported("ankane/pgsync#236")
@pytest.mark.parametrize("command", ["doctor", "run", "migrate", "export"])
@pytest.mark.parametrize(
    "written",
    [
        "postgres://fc:hunter@2secret/s3cr#t@127.0.0.1:1/fc",
        "postgres://fc:hunter%402secret@nobody.invalid/fc",
        "postgres:///fc?host=127.0.0.1&port=1&password=hunter@2secret",
    ],
)
def test_no_piece_of_a_password_is_printed(command: str, written: str, firstcall: CommandLine) -> None:
    result = firstcall(command, DATABASE_URL=written, SLACK_BOT_TOKEN="xoxb-x", SLACK_SIGNING_SECRET="x")
    assert result.exit_code == (ExitCode.FAILED if command == "doctor" else ExitCode.DATABASE)
    assert not [piece for piece in SECRET_PIECES if piece in result.output]


@pytest.mark.reported("ankane/pgsync#236")
@pytest.mark.parametrize(
    "written",
    [
        "postgres://fc:p@ss/w#rd@host/fc",
        "postgres://fc:p%40ss%2Fw%23rd@host/fc",
        "postgres:///fc?host=host&password=p@ss/w%23rd",
    ],
)
def test_no_form_of_a_password_is_logged(written: str) -> None:
    """And a piece of it is not taken for the password: that would mask each p in every line."""
    redact = Redactor(secrets_of(Settings(_env_file=None, database_url=written)))
    logged = redact(None, "", {"event": "printing p@ss/w#rd and p%40ss%2Fw%23rd"})  # type: ignore[arg-type]  # no logger
    assert logged["event"] == "printing (secret) and (secret)"
