"""The log holds events, and neither secrets nor what people wrote."""

from __future__ import annotations

import io
import json
import logging
import re
import warnings
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.logs import APP_PACKAGES, SECRET, WITHHELD, WITHHELD_KEYS, Redactor, configure_logging
from bot.settings import Settings
from storage.database import Database
from storage.models import Tenant


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Give logging back to pytest."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in APP_PACKAGES:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


class Log:
    """A log in memory, in one of the formats."""

    def __init__(self, log_format: str = "json", log_level: str = "info", **settings: object) -> None:
        self.stream = io.StringIO()
        chosen = {"log_format": log_format, "log_level": log_level, **settings}
        configure_logging(Settings(**chosen, _env_file=None), self.stream)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]


def test_an_event_is_one_line_with_its_time_in_utc() -> None:
    log = Log()
    structlog.get_logger("bot.slack").info("deal_heard", deal=7)
    [event] = log.events
    assert (event["event"], event["deal"], event["level"], event["logger"]) == ("deal_heard", 7, "info", "bot.slack")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", str(event["timestamp"]))


def test_the_console_is_for_people() -> None:
    log = Log("console")
    structlog.get_logger("bot.slack").warning("deal_heard", deal=7)
    assert "deal_heard" in log.text
    assert "deal=7" in log.text
    assert "\x1b" not in log.text


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_what_people_wrote_is_withheld(log_format: str) -> None:
    log = Log(log_format, "debug")
    for name in WITHHELD_KEYS - {"event"}:
        structlog.get_logger("bot").info("x", **{name: "Just closed Northwind"}, deep=[{name: {"a": "Northwind"}}])
    assert "Northwind" not in log.text
    assert WITHHELD in log.text


def test_slacks_event_is_withheld_where_it_is_nested() -> None:
    log = Log()
    structlog.get_logger("bot").info("received", request={"event": {"text": "Northwind"}, "event_id": "Ev1"})
    assert log.events[0]["request"] == {"event": WITHHELD, "event_id": "Ev1"}


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_secrets_of_the_settings_are_taken_out_of_every_text(log_format: str) -> None:
    log = Log(
        log_format,
        slack_bot_token=SecretStr("xoxb-12-ab"),
        slack_signing_secret=SecretStr("cafe0123"),
        database_url="postgresql://u:p%40ss@h/d",
    )
    logger = structlog.get_logger("bot")
    logger.info("token xoxb-12-ab", headers={"authorization": "Bearer xoxb-12-ab"}, error=ValueError("cafe0123!"))
    logger.info("password", url="p@ss and p%40ss")
    try:
        int("signed with cafe0123")
    except ValueError:
        logger.exception("failed")
    for secret in ("xoxb-12-ab", "cafe0123", "p@ss", "p%40ss"):
        assert secret not in log.text
    assert log.text.count(SECRET) >= 5
    assert "ValueError" in log.text


KINDS = st.sampled_from(["xoxb", "xoxp", "xoxa", "xoxr", "xoxe.xoxp", "xapp"])
MARKS = st.sampled_from(["", " ", "'", '"', "=", ","])
REST = st.from_regex(r"[0-9A-Za-z]+(-[0-9A-Za-z]+){1,3}", fullmatch=True)


@given(
    kind=KINDS,
    rest=REST,
    before=st.sampled_from(["", " ", "'", "=", '"']),
    after=st.sampled_from(["", " ", "'", ",", '"']),
)
def test_a_token_is_known_by_its_shape(kind: str, rest: str, before: str, after: str) -> None:
    cleaned = Redactor()(None, "info", {"why": f"{before}{kind}-{rest}{after}", "list": [(f"{kind}-{rest}",)]})
    assert cleaned == {"why": f"{before}{SECRET}{after}", "list": [[SECRET]]}


def test_a_token_of_microsofts_is_known_by_its_shape() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl-_"
    cleaned = Redactor()(logging.getLogger(), "warning", {"cause": f"Bearer {token} was refused"})
    assert cleaned["cause"] == "Bearer (secret) was refused"


def test_a_secret_that_begins_like_another_leaves_no_tail() -> None:
    assert Redactor(["abc", "abcdef"])(None, "info", {"why": "abcdef"}) == {"why": SECRET}


@pytest.mark.parametrize("log_level", ["debug", "info"])
def test_libraries_speak_from_warning_upward(log_level: str) -> None:
    log = Log(log_level=log_level)
    for name in (
        "slack_bolt.AsyncApp",
        "slack_sdk.web.async_client",
        "sqlalchemy.engine",
        "aiohttp.access",
        "app.py:X",
    ):
        logging.getLogger(name).debug("Northwind")
        logging.getLogger(name).info("Northwind")
        logging.getLogger(name).warning("careful")
    assert "Northwind" not in log.text
    assert len(log.events) == 5


def test_slack_bolt_takes_the_level_from_the_root() -> None:
    """It copies the root's level into its loggers when they are made: nothing else would keep its bodies out."""
    log = Log(log_level="debug")
    from slack_bolt.logger import get_bolt_app_logger, get_bolt_logger

    for logger in (get_bolt_logger(Log), get_bolt_app_logger("app.py", Log)):
        logger.info("Invalid request signature detected (body: Northwind)")
    assert log.text == ""


@pytest.mark.parametrize(("log_level", "heard"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_our_level_is_ours(log_level: str, heard: int) -> None:
    log = Log(log_level=log_level)
    for level in ("debug", "info", "warning", "error"):
        getattr(structlog.get_logger("handlers.deals"), level)("x")
    assert len(log.events) == heard


def test_warnings_of_python_are_events() -> None:
    log = Log()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", stacklevel=1)
    assert log.events[0]["logger"] == "py.warnings"


def test_a_traceback_shows_no_local_variable() -> None:
    log = Log("console")
    words = "North" + "wind"
    try:
        len(words) / 0
    except ZeroDivisionError:
        structlog.get_logger("bot").exception("failed")
    assert "ZeroDivisionError" in log.text
    assert "Northwind" not in log.text


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_database_error_quotes_no_value(log_format: str, database: Database) -> None:
    """SQLAlchemy quotes the statement's parameters, and PostgreSQL the row that it refused."""
    log = Log(log_format)

    def refused(session: Session) -> None:
        session.add(Tenant(platform="slack", external_id="Northwind\nDental", name="Northwind", created_at=None))

    with pytest.raises(IntegrityError) as caught:
        database.write_sync(refused)
    structlog.get_logger("bot").error("failed", exc_info=caught.value)
    assert "NotNullViolation" in log.text or "NOT NULL constraint failed: tenants.created_at" in log.text
    assert "Northwind" not in log.text
    assert "Dental" not in log.text


def test_a_traceback_tells_causes_and_groups() -> None:
    log = Log("console")

    def fails() -> None:
        try:
            int("x")
        except ValueError as error:
            raise ExceptionGroup("both", [KeyError("a"), OSError("b")]) from error

    try:
        fails()
    except ExceptionGroup:
        structlog.get_logger("bot").exception("failed")
    told = log.text
    assert told.index("ValueError: invalid literal") < told.index("which led to:") < told.index("ExceptionGroup: both")
    assert "  | KeyError: 'a'" in told
    assert "  | OSError: b" in told
    assert "in fails" in told
