"""The log: one line an event on standard error, without secrets and without anything that a person wrote."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from textwrap import indent
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import structlog

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import TextIO

    from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

    from bot.settings import Settings

OURS = ("bot", "handlers", "storage", "prompts")

# What a person wrote comes under these names, in Slack's payloads and in ours. It is dropped wherever it is nested.
PERSONS_WORDS = frozenset(
    {
        "activity",
        "attachments",
        "blocks",
        "body",
        "customer",
        "event",
        "message",
        "parameters",
        "payload",
        "state",
        "text",
        "value",
        "values",
        "view",
        "wording",
    }
)
DATABASES = frozenset({"sqlalchemy", "psycopg", "sqlite3"})
"""Whose errors quote the values that they were given."""
WITHHELD = "(not logged)"
SECRET = "(secret)"  # noqa: S105 (what stands in place of one)
_TOKEN = re.compile(r"\bx(?:ox[a-z](?:\.xox[a-z])?|app)-[\w.-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*")


class Redaction:
    """A structlog processor: takes secrets out of every text, and drops what stands under a name of PERSONS_WORDS.

    `secrets` are texts that must not appear, whatever they look like; Slack's tokens and Microsoft's (JSON Web Tokens)
    are known by their shape.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        # The longest first, or a secret that begins like another one would leave its tail behind.
        known = "|".join(re.escape(secret) for secret in sorted(secrets, key=len, reverse=True) if secret)
        self._pattern = re.compile(f"{known}|{_TOKEN.pattern}") if known else _TOKEN

    def __call__(self, _logger: WrappedLogger, _name: str, event_dict: EventDict) -> EventDict:
        """Clean one event. "event" is the name of what happened here, so at the top it is kept (and cleaned)."""
        return {key: self._cleaned(key if key != "event" else "", value) for key, value in event_dict.items()}

    def _cleaned(self, key: str, value: object) -> object:
        if key in PERSONS_WORDS:
            return WITHHELD
        if isinstance(value, str):
            return self._pattern.sub(SECRET, value)
        if isinstance(value, dict):
            return {inner: self._cleaned(str(inner), content) for inner, content in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._cleaned("", content) for content in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._pattern.sub(SECRET, str(value))


def set_up_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Send our events and the libraries' to `stream` (standard error), as `settings` ask for. Times are UTC.

    Libraries speak from warning upward, whatever our own level is: below it slack_bolt, slack_sdk and SQLAlchemy log
    what people wrote. (slack_bolt gives its loggers the root's level, so the root's level is the place to say it.)
    """
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    redaction = Redaction(_secrets(settings))
    output = stream or sys.stderr

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor
    if settings.log_format == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        # A plain traceback: the pretty one shows local variables, that is messages and tokens.
        renderer = structlog.dev.ConsoleRenderer(
            colors=output.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(_traceback),
                redaction,
                renderer,
            ],
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    for package in OURS:
        logging.getLogger(package).setLevel(level)
    logging.captureWarnings(capture=True)


def _traceback(exc_info: ExcInfo) -> str:
    """What Python would print of an exception and its causes, the first cause first.

    Of a database's error only the first line is told: below it come the values of the statement and of the row, and
    those are what people wrote.
    """
    chain: list[BaseException] = []
    error: BaseException | None = exc_info[1]
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich led to:\n".join(_told(each) for each in reversed(chain))


def _told(error: BaseException) -> str:
    kind = type(error)
    text = str(error)
    if kind.__module__.partition(".")[0] in DATABASES:
        text = text.partition("\n")[0]
    lines = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    lines.append(f"{kind.__module__}.{kind.__qualname__}: {text}".removeprefix("builtins."))
    if isinstance(error, BaseExceptionGroup):
        lines += [indent(f"\n{_told(each)}", "  | ") for each in error.exceptions]
    return "".join(lines)


def _secrets(settings: Settings) -> set[str]:
    """Every text among the settings that nobody may read in a log."""
    given = (
        settings.slack_bot_token,
        settings.slack_signing_secret,
        settings.slack_app_token,
        settings.microsoft_app_password,
    )
    secrets = {secret.get_secret_value().strip() for secret in given if secret}
    password = urlsplit(settings.database_url).password
    if password:
        secrets |= {password, unquote(password)}
    return secrets - {""}
