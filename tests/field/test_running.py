"""How people run it: what they write into DATABASE_URL, where they let it write, and where they read its output."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL, create_engine, text

from bot.app import _load_texts, running
from bot.cli import main
from bot.cli.exit_codes import ExitCode
from bot.logs import Redactor, secrets_of
from bot.ports.messenger import UnreachableError
from bot.settings import Settings
from handlers.method.urls import web_url
from handlers.spreadsheet_cells import safe_cell
from prompts import locale_file
from prompts.brief import brief_book
from prompts.cadence import cadence
from prompts.errors import PlaybookError
from prompts.measures import measures
from prompts.playbook import playbook
from prompts.wording import raw_words
from sandbox.config import SandboxConfig
from sandbox.server import running as sandbox_running
from storage.database import Database
from storage.database_url import parse_url
from storage.migrate import upgrade
from tests.cli.cli_process import program, sandbox
from tests.cli.conftest import CommandLine, firstcall, no_settings
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings
from tests.storage.given import a_tenant

__all__ = ["firstcall", "no_settings"]

ROOT = Path(__file__).parents[2]

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
        ("100%00", "100%00"),
        ("p%ffss", "p%ffss"),
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


@pytest.mark.reported(
    "botlearn-ai/botcord#276",
    "vectorize-io/hindsight#1225",
    "Crossbill-App/crossbill-web#545",
    "sarrazola/openlivery#43",
)
@pytest.mark.parametrize(
    "scheme", ["postgresql+psycopg2", "postgresql+asyncpg", "postgresql+pg8000", "postgresql+psycopg_async", "pgsql"]
)
@pytest.mark.parametrize(
    ("written", "mode"),
    [
        ("", None),
        ("?ssl=require", "require"),
        ("?ssl=true", "require"),
        ("?ssl=false", "disable"),
        ("?sslmode=no-verify", "require"),
        ("?sslmode=verify-full", "verify-full"),
    ],
)
def test_the_url_of_another_driver_leads_to_the_same_database(scheme: str, written: str, mode: str | None) -> None:
    url = parse_url(f"{scheme}://coach:p%40ss@host.example:6432/fc{written}")
    assert where(url) == ("coach", "p@ss", "host.example", 6432, "fc")
    assert (url.drivername, url.query.get("sslmode")) == ("postgresql+psycopg", mode)


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
        ("postgres://fc:hunter2secret@a,b/fc?port=1,2,3", "cannot be read"),
        ("postgresql+cockroach://fc:hunter2secret@host/fc", "begins with postgresql+cockroach://"),
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


CODEPAGES = ("cp1252", "latin-1", "ascii", "cp437")
UNSHOWABLE = "Just closed パンダ商事! “$50k” ✓ \N{PARTY POPPER}"


def firstcall_program(
    *arguments: str | bytes, folder: Path, wrapped: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """`firstcall ARGUMENTS` as a program of its own; `wrapped` is the command that starts it."""
    return subprocess.run(
        [*wrapped, sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )


def sentence_of(ended: subprocess.CompletedProcess[bytes]) -> str:
    """The one line on standard error."""
    assert b"Traceback" not in ended.stderr, ended.stderr.decode()
    [line] = [line for line in ended.stderr.decode("utf-8", "replace").splitlines() if not line.startswith("20")]
    return line


@pytest.mark.reported("pallets/click#3778", "pallets/click#2121", "Textualize/rich#3764", "moorcheh-ai/memanto#1903")
@pytest.mark.parametrize("encoding", CODEPAGES)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["doctor"], ExitCode.FAILED),
        (["detect", UNSHOWABLE], ExitCode.FINE),
        (["outbox", "list", "--workspace", "パンダ"], ExitCode.FAILED),
        (["export", "--format", "✓"], ExitCode.WRONG_USE),
        (["playbook", "check", "✓"], ExitCode.WRONG_USE),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
@pytest.mark.usefixtures("no_settings")
def test_what_a_terminal_cannot_show_is_replaced(arguments: list[str], code: ExitCode, encoding: str) -> None:
    upgrade("sqlite:///firstcall.db")
    result = CliRunner(charset=encoding).invoke(main, arguments)
    assert result.exit_code == code, result.exception
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (result.stdout_bytes + result.stderr_bytes).decode(encoding)


@pytest.mark.reported("pallets/click#3778")
@pytest.mark.parametrize(
    ("setting", "encoding"),
    [({"PYTHONIOENCODING": "cp1252:strict"}, "cp1252"), ({"LC_ALL": "C", "PYTHONUTF8": "0"}, "ascii")],
)
@pytest.mark.parametrize(("command", "shown"), [(["detect", UNSHOWABLE], "Just"), (["doctor"], "+ python")])
def test_a_program_in_such_a_terminal_shows_it_too(
    command: list[str], shown: str, setting: dict[str, str], encoding: str, tmp_path: Path
) -> None:
    environment = {"PYTHONCOERCECLOCALE": "0", **setting}
    ended = firstcall_program(*command, folder=tmp_path, **environment)
    assert ended.stderr == b""
    assert shown in ended.stdout.decode(encoding)


@pytest.mark.reported("pallets/click#3778")
def test_the_marks_of_doctor_stay_apart_without_their_characters(tmp_path: Path) -> None:
    shown = firstcall_program("doctor", folder=tmp_path, PYTHONIOENCODING="cp1252").stdout.decode("cp1252")
    assert {line[0] for line in shown.splitlines() if line[1:2] == " " and line[0] != " "} >= {"+", "x"}


@pytest.mark.reported("own trial: bytes that are no text as an argument")
@pytest.mark.parametrize(
    "arguments",
    [("detect", b"closed \xff $5k"), ("outbox", "cancel", "1", "--reason", b"\xff"), ("outbox", "retry", "1" * 30)],
    ids=["text", "reason", "number"],
)
def test_arguments_that_no_database_takes(arguments: tuple[str | bytes, ...], tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/firstcall.db")
    upgrade(database.url.render_as_string())
    database.write_sync(a_tenant)
    database.close_sync()
    ended = firstcall_program(*arguments, folder=tmp_path)
    assert b"Traceback" not in ended.stderr


@pytest.mark.reported("pallets/click#712", "Backblaze/B2_Command_Line_Tool#1071", "pypa/pipenv#2594")
@pytest.mark.parametrize(
    "line",
    [
        "{} doctor | head -n 1",
        "{} --help | true",
        "{} manifest slack --socket-mode | head -c 1",
        """yes '{{"text": "closed"}}' | head -n 3000 | {} detect --jsonl | head -n 1""",
        "{} export | head -c 1",
        "{} export >&-",
        "{} detect hello >&- 2>&-",
        "{} detect --jsonl <&-",
        "{} export >/dev/full",
        "{} doctor >/dev/full",
        "{} --help >/dev/full",
        "{} detect hello >/dev/full",
    ],
)
def test_a_reader_that_goes_and_a_disk_that_is_full_make_no_traceback(line: str, tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path}/firstcall.db")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    shell = ["bash", "-c", line.format(f"{sys.executable} -m bot")]
    ended = subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=120)
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr
    if "/dev/full" in line:
        assert ended.returncode == ExitCode.FAILED
        assert "No space left" in sentence_of(ended)


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[tuple[Path, Sequence[str]]]:
    """A folder that may not be written to, and what starts a program to which that applies, also as root."""
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o555)
    yield folder, ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    folder.chmod(0o755)


SLACK = {"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_SIGNING_SECRET": "x"}


@pytest.mark.reported("requarks/wiki#1047", "sonicnkt/glauth-ui#11", "turt2live/matrix-dimension#265")
@pytest.mark.parametrize("command", ["run", "migrate", "doctor"])
def test_a_folder_that_is_closed_to_this_user_is_named(
    command: str, closed_folder: tuple[Path, Sequence[str]], tmp_path: Path
) -> None:
    folder, wrapped = closed_folder
    url = f"sqlite:///{folder}/firstcall.db"
    ended = firstcall_program(command, folder=tmp_path, wrapped=wrapped, DATABASE_URL=url, **SLACK)
    said = ended.stdout.decode() if command == "doctor" else sentence_of(ended)
    assert ended.returncode == (ExitCode.FAILED if command == "doctor" else ExitCode.DATABASE)
    assert f"make it and its folder {folder} writable" in said
    assert f"user id {os.geteuid()}" in said


@pytest.mark.reported("linuxserver/docker-sqlitebrowser#7", "Kovah/LinkAce#332", "janeczku/calibre-web#2996")
@pytest.mark.parametrize("command", ["run", "migrate", "export", "outbox list", "schedule"])
def test_a_database_that_is_closed_to_this_user_is_named(
    command: str, closed_folder: tuple[Path, Sequence[str]], tmp_path: Path
) -> None:
    folder, wrapped = closed_folder
    folder.chmod(0o755)
    upgrade(f"sqlite:///{folder}/firstcall.db")
    (folder / "firstcall.db").chmod(0o444)
    folder.chmod(0o555)
    url = f"sqlite:///{folder}/firstcall.db"
    ended = firstcall_program(*command.split(), folder=tmp_path, wrapped=wrapped, DATABASE_URL=url, **SLACK)
    assert ended.returncode == ExitCode.DATABASE
    assert f"its folder {folder} writable" in sentence_of(ended)


@pytest.mark.reported("sonicnkt/glauth-ui#11", "own trial: outputs that cannot be written")
@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "--out", "{}/deals.json"],
        ["manifest", "slack", "--socket-mode", "--out", "{}/manifest.json"],
        ["manifest", "teams", "--out", "{}/app.zip"],
        ["demo", "--no-browser", "--data", "{}/demo"],
        ["demo", "--no-browser", "--data", "{}"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("in_the_way", [False, True])
def test_an_output_that_cannot_be_written_is_named(
    arguments: list[str], in_the_way: bool, closed_folder: tuple[Path, Sequence[str]], tmp_path: Path
) -> None:
    upgrade(f"sqlite:///{tmp_path}/firstcall.db")
    folder, wrapped = closed_folder
    if in_the_way:
        folder.rmdir()
        folder.write_text("a file")
    ended = firstcall_program(
        *(each.format(folder) for each in arguments),
        folder=tmp_path,
        wrapped=wrapped,
        MICROSOFT_APP_ID="11111111-2222-4333-8444-555555555555",
    )
    assert b"Traceback" not in ended.stderr
    assert ended.returncode in (ExitCode.FAILED, ExitCode.WRONG_USE)
    assert str(folder) in ended.stderr.decode()
    if in_the_way:
        folder.unlink()
        folder.mkdir()


@pytest.mark.reported("own trial: a file or a folder in the way of the database")
def test_what_is_in_the_way_of_the_database_is_named(tmp_path: Path, firstcall: CommandLine) -> None:
    (tmp_path / "data").write_text("a file")
    result = firstcall("migrate", DATABASE_URL=f"sqlite:///{tmp_path}/data/firstcall.db")
    assert (result.exit_code, str(tmp_path / "data") in result.stderr) == (ExitCode.DATABASE, True)
    result = firstcall("migrate", DATABASE_URL=f"sqlite:///{tmp_path}")
    assert (result.exit_code, str(tmp_path) in result.stderr) == (ExitCode.DATABASE, True)
    (tmp_path / "other.db").write_bytes(b"no database at all " * 100)
    result = firstcall("migrate", DATABASE_URL=f"sqlite:///{tmp_path}/other.db")
    assert (result.exit_code, "other.db is no database of SQLite" in result.stderr) == (ExitCode.DATABASE, True)


@pytest.mark.reported("own trial: a disk that is full at the start")
@pytest.mark.parametrize("command", ["run", "migrate"])
@pytest.mark.parametrize("largest", [0, 8192])
def test_a_disk_that_is_full_at_the_start_is_named(command: str, largest: int, tmp_path: Path) -> None:
    wrapped = ["prlimit", f"--fsize={largest}"]
    # Nothing else in the program may write: no bytecode, and no coverage, whose own error would end it.
    writes_nothing = {"PYTHONDONTWRITEBYTECODE": "1", "COVERAGE_PROCESS_CONFIG": ""}
    ended = firstcall_program(command, folder=tmp_path, wrapped=wrapped, **writes_nothing, **SLACK)
    assert ended.returncode == ExitCode.DATABASE
    assert f"check the disk of {tmp_path} for free space" in sentence_of(ended)


@pytest.fixture
def ctrl_c_is_heard() -> Iterator[None]:
    """A run of the tests in the background ignores Ctrl-C, and so would the programs that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.reported("own trial: Ctrl-C while the server does not answer")
@pytest.mark.usefixtures("ctrl_c_is_heard")
def test_ctrl_c_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://coach@127.0.0.1:{silent.getsockname()[1]}/fc?connect_timeout=60"
        with program("migrate", folder=tmp_path, DATABASE_URL=url, PYTHONPATH=str(ROOT)) as migrating:
            connection, _ = silent.accept()
            migrating.send_signal(signal.SIGINT)
            _, err = migrating.communicate(timeout=60)
            connection.close()
    assert migrating.returncode == ExitCode.FAILED
    assert err == "firstcall: stopped by Ctrl-C before it was done\n"


@pytest.mark.reported("own trial: databases of others")
@pytest.mark.both_databases
@pytest.mark.parametrize("command", ["run", "migrate", "export"])
@pytest.mark.parametrize("revisions", [["f00d"], ["f00d", "beef"], []])
def test_a_database_of_another_program_is_refused(
    command: str, revisions: list[str], empty_database_url: str, firstcall: CommandLine
) -> None:
    engine = create_engine(parse_url(empty_database_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tenants (name varchar)"))
        if revisions:
            connection.execute(text("CREATE TABLE alembic_version (version_num varchar)"))
        for revision in revisions:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    engine.dispose()
    result = firstcall(command, DATABASE_URL=empty_database_url, **SLACK)
    assert result.exit_code == ExitCode.DATABASE
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.reported("own trial: a user of PostgreSQL 15 or newer without rights on the schema")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_user_without_rights_is_told_which(empty_database_url: str, firstcall: CommandLine) -> None:
    engine = create_engine(parse_url(empty_database_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS guest"))
        connection.execute(text("CREATE ROLE guest LOGIN"))
        url = parse_url(empty_database_url).set(username="guest").render_as_string()
        result = firstcall("migrate", DATABASE_URL=url)
        connection.execute(text("DROP ROLE guest"))
    engine.dispose()
    assert result.exit_code == ExitCode.DATABASE
    assert "GRANT USAGE, CREATE ON SCHEMA public" in result.stderr


@pytest.mark.reported("own trial: files in another encoding, and exports that are none")
def test_files_that_cannot_be_read_are_named(tmp_path: Path, firstcall: CommandLine) -> None:
    (tmp_path / "own.toml").write_bytes(b'x = "\xe9"')
    result = firstcall("playbook", "cadence", "own.toml", "--workspace", "T1")
    assert (result.exit_code, "own.toml is not UTF-8 text" in result.stderr) == (ExitCode.FAILED, True)
    (tmp_path / "export" / "wins").mkdir(parents=True)
    (tmp_path / "export" / "wins" / "2026-01-01.json").write_bytes(b"\xff")
    (tmp_path / "export" / "users.json").write_text("3")
    result = firstcall("detect", "--slack-export", "export")
    assert (result.exit_code, "Not readable, skipped" in result.stdout) == (ExitCode.FAILED, True)
    (tmp_path / "locale" / "words.toml").mkdir(parents=True)
    (tmp_path / "locale" / "playbook.toml").write_bytes(b"\xff")
    result = firstcall("playbook", "check", "locale")
    assert (result.exit_code, "words.toml" in result.stderr) == (ExitCode.FAILED, True)


@pytest.mark.reported("own trial: hosts that are none", "own trial: TZ names no zone")
@pytest.mark.parametrize("host", ["nobody.invalid", "192.0.2.1"])
def test_a_host_that_is_none_is_named(host: str, tmp_path: Path) -> None:
    with sandbox() as slack:
        settings = SLACK | {"SLACK_BOT_TOKEN": "xoxb-sandbox", "SLACK_API_URL": f"{slack}/api/"}
        ended = firstcall_program("run", folder=tmp_path, FIRSTCALL_HOST=host, TZ="Mars/Phobos", **settings)
    assert ended.returncode == ExitCode.FAILED
    assert "change FIRSTCALL_HOST" in sentence_of(ended)


@pytest.mark.reported("own trial: hosts that are none")
@pytest.mark.parametrize("host", ["a" * 70, "db..example"])
def test_a_host_that_is_no_name_is_a_wrong_setting(host: str, firstcall: CommandLine) -> None:
    result = firstcall("export", FIRSTCALL_HOST=host)
    assert (result.exit_code, result.stderr.startswith("firstcall: FIRSTCALL_HOST must be")) == (
        ExitCode.SETTINGS,
        True,
    )


@pytest.mark.reported("OWASP/www-community#1115", "layer5io/mui-datatables#89", "medplum/medplum#4079")
@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫"]
)
@pytest.mark.parametrize(
    "hidden", ["", " ", "\N{ZERO WIDTH SPACE}", "\N{ZERO WIDTH NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"]
)
def test_no_cell_of_a_spreadsheet_becomes_a_formula(start: str, hidden: str) -> None:
    formula = f"{hidden}{start}HYPERLINK(1)"
    if hidden and start in "\t\r\n":
        formula = f"{start}{hidden}=1"
    assert safe_cell(formula) == f"'{formula}"
    assert safe_cell(f"Acme {start} Co") == f"Acme {start} Co"


@pytest.mark.reported("own trial: a password in the link to a proposal")
@pytest.mark.parametrize("who", ["user:pw@", "user@", ":pw@", "@", "www.bank.example@"])
def test_a_link_with_a_password_is_none(who: str) -> None:
    assert web_url(f"https://{who}host.example/proposal") is None
    assert web_url("https://host.example/proposal?to=ada@host.example") is not None


NOT_A_PROGRAM = [
    {"Host": "evil.example:8010"},
    {"Host": "127.0.0.1.evil.example"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
]
PAGE_OF_ANOTHER = pytest.mark.reported(
    "Canonry/canonry#1177", "google/adk-js#744", "felixhageloh/uebersicht#488", "vercel/vercel#16340"
)


@PAGE_OF_ANOTHER
@pytest.mark.parametrize("headers", NOT_A_PROGRAM, ids=str)
@pytest.mark.parametrize(
    "address", ["/sandbox/clock", "/api/chat.postMessage?token=xoxb-sandbox&channel=%23wins&text=x", "/sandbox/views"]
)
async def test_a_page_of_another_origin_reaches_no_simulated_workspace(address: str, headers: dict[str, str]) -> None:
    async with sandbox_running(SandboxConfig(port=0)) as slack, aiohttp.ClientSession() as http:
        async with http.get(f"{slack.url}{address}", headers=headers) as answer:
            assert answer.status == 403
        async with http.post(f"{slack.url}{address}", headers=headers, data="{}") as answer:
            assert answer.status == 403


@PAGE_OF_ANOTHER
async def test_a_link_elsewhere_may_lead_to_the_page() -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with sandbox_running(SandboxConfig(port=0)) as slack, aiohttp.ClientSession() as http:
        for name in (slack.url, slack.url.replace("127.0.0.1", "localhost")):
            async with http.get(f"{name}/", headers=followed) as answer:
                assert answer.status == 200


@PAGE_OF_ANOTHER
@pytest.mark.parametrize("headers", [*NOT_A_PROGRAM, {"Sec-Fetch-Site": "same-origin"}], ids=str)
async def test_a_page_moves_no_clock_of_the_bot(database_url: str, headers: dict[str, str]) -> None:
    config = patient_slack()
    async with (
        sandbox_running(config) as slack,
        aiohttp.ClientSession() as http,
        running(slack_settings(database_url, config, slack.api_url)) as bot,
    ):
        body = '{"offset_seconds": 86400}'
        async with http.post(f"{bot.url}/dev/clock", headers=headers, data=body) as answer:
            assert answer.status == 403
        async with http.get(f"{bot.url}/dev/clock") as answer:
            assert (await answer.json())["offset_seconds"] == 0


@pytest.mark.reported("own trial: Slack answers 429 at the start")
async def test_a_start_that_is_too_early_does_not_blame_the_token(database_url: str) -> None:
    config = patient_slack()
    async with sandbox_running(config) as slack:
        slack.state.faults.change({"errors": {"auth.test": {"status": 429, "error": "ratelimited", "retry_after": 7}}})
        with pytest.raises(UnreachableError, match=r"\(429\): start again in 7 s"):
            async with running(slack_settings(database_url, config, slack.api_url)):
                pass


@PAGE_OF_ANOTHER
@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_a_page_is_no_teams(origin: str, database_url: str) -> None:
    """In the anonymous mode, which trusts every program on this machine."""
    settings = Settings(_env_file=None, database_url=database_url, teams_anonymous=True, port=0)
    async with running(settings) as bot, aiohttp.ClientSession() as http:
        address, activity = f"{bot.url}/api/messages", {"type": "typing"}
        async with http.post(address, json=activity, headers={"Origin": origin}) as answer:
            assert answer.status == 401
        async with http.post(address, json=activity) as answer:
            assert answer.status != 401


@pytest.mark.reported("own trial: texts that somebody has broken")
@pytest.mark.parametrize("name", ["words.toml", "playbook.toml", "cadence.toml", "brief.toml", "measures.toml"])
@pytest.mark.parametrize(
    "content", [None, b"\xff", b"x = [", b"card = 3"], ids=["missing", "another encoding", "no TOML", "no table"]
)
def test_a_broken_text_stops_the_start_and_not_a_click(
    name: str, content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "prompts" / "locales", tmp_path / "locales")
    file = tmp_path / "locales" / "en" / name
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(locale_file, "files", lambda _package: tmp_path)
    for loader in (brief_book, cadence, measures, playbook, raw_words):
        loader.cache_clear()
    with pytest.raises(PlaybookError, match=f"prompts/locales/en/{name}"):
        _load_texts()
