"""Logging: one line per event on standard error, without secrets and without anything that a person wrote."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from textwrap import indent
from typing import TYPE_CHECKING

import structlog

from storage.database_url import parse_url, passwords

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import TextIO

    from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

    from bot.settings import Settings

APP_PACKAGES = ("bot", "handlers", "storage", "prompts")

# Keys under which the platforms' payloads and the app's own objects carry text by a person. Withheld at any depth.
WITHHELD_KEYS = frozenset(
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
DATABASE_PACKAGES = frozenset({"sqlalchemy", "psycopg", "sqlite3"})
"""Packages whose errors quote the values of a statement."""
WITHHELD = "(not logged)"
SECRET = "(secret)"  # noqa: S105 (a placeholder)
_TOKEN = re.compile(r"\bx(?:ox[a-z](?:\.xox[a-z])?|app)-[\w.-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*")


class Redactor:
    """A structlog processor: masks secrets in every text, and withholds the values of WITHHELD_KEYS.

    `secrets` are literal texts to mask. Slack tokens and JSON Web Tokens are recognized by their form.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        # Longest first: otherwise a secret that starts with another one would be masked only in part.
        known = "|".join(re.escape(secret) for secret in sorted(secrets, key=len, reverse=True) if secret)
        self._pattern = re.compile(f"{known}|{_TOKEN.pattern}") if known else _TOKEN

    def __call__(self, _logger: WrappedLogger, _name: str, event_dict: EventDict) -> EventDict:
        """Redact one event. At the top level "event" is structlog's message, so it is masked but not withheld."""
        return {key: self._redacted(key if key != "event" else "", value) for key, value in event_dict.items()}

    def _redacted(self, key: str, value: object) -> object:
        if key in WITHHELD_KEYS:
            return WITHHELD
        if isinstance(value, str):
            return self._pattern.sub(SECRET, value)
        if isinstance(value, dict):
            return {inner: self._redacted(str(inner), content) for inner, content in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._redacted("", content) for content in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._pattern.sub(SECRET, str(value))


def configure_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Log the app's and the libraries' events to `stream` (standard error), with times in UTC.

    Libraries log from warning upward, whatever the app's own level: below that, slack_bolt, slack_sdk and SQLAlchemy
    log what people wrote. (It must be set on the root logger, because slack_bolt's loggers copy its level.)
    """
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    redaction = Redactor(secrets_of(settings))
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
        # Plain tracebacks: the pretty ones show local variables, which hold messages and tokens.
        renderer = structlog.dev.ConsoleRenderer(
            colors=output.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(_format_exception_chain),
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
    for package in APP_PACKAGES:
        logging.getLogger(package).setLevel(level)
    logging.captureWarnings(capture=True)


def _format_exception_chain(exc_info: ExcInfo) -> str:
    """Format an exception and its causes as Python would, root cause first.

    Of a database error only the first line is kept: the rest quotes the values of the statement and the row, which
    people wrote.
    """
    chain: list[BaseException] = []
    error: BaseException | None = exc_info[1]
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich led to:\n".join(_format_exception(each) for each in reversed(chain))


def _format_exception(error: BaseException) -> str:
    kind = type(error)
    text = str(error)
    if kind.__module__.partition(".")[0] in DATABASE_PACKAGES:
        text = text.partition("\n")[0]
    lines = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    lines.append(f"{kind.__module__}.{kind.__qualname__}: {text}".removeprefix("builtins."))
    if isinstance(error, BaseExceptionGroup):
        lines += [indent(f"\n{_format_exception(each)}", "  | ") for each in error.exceptions]
    return "".join(lines)


def secrets_of(settings: Settings) -> set[str]:
    """Every secret among the settings."""
    settings_with_secrets = (
        settings.slack_bot_token,
        settings.slack_signing_secret,
        settings.slack_app_token,
        settings.microsoft_app_password,
    )
    secrets = {secret.get_secret_value().strip() for secret in settings_with_secrets if secret}
    return (secrets | passwords(parse_url(settings.database_url))) - {""}
