"""The settings: environment variables and `.env`, read once at startup (table: docs/settings.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handlers.method.invisible import INVISIBLE
from prompts.errors import FirstCallError
from storage.database_url import parse_url
from storage.errors import DatabaseUrlError

PREFIX = "FIRSTCALL_"
ENV_FILE = ".env"

# What each setting must be: the end of the sentence "NAME must be ...". Values are never printed; they may be secret.
# (For DATABASE_URL the storage has its own messages.)
EXPECTED = {
    "SLACK_BOT_TOKEN": "the bot token of your Slack app, which starts with xoxb- (OAuth & Permissions page)",
    "SLACK_SIGNING_SECRET": "the signing secret of your Slack app (Basic Information page)",
    "SLACK_APP_TOKEN": "an app-level token of your Slack app, which starts with xapp- (Basic Information page)",
    "SLACK_API_URL": "an https address that ends in /api/ (http is for this machine only), for example https://slack.com/api/",
    "MICROSOFT_APP_ID": "the application (client) id of your Azure Bot (its Configuration page)",
    "MICROSOFT_APP_PASSWORD": "a client secret of your Azure Bot's app registration (Certificates & secrets page)",
    "MICROSOFT_APP_TENANT_ID": "the directory (tenant) id that your Azure Bot's app registration lives in",
    "MICROSOFT_APP_TYPE": "SingleTenant or UserAssignedMSI, as your Azure Bot says (MultiTenant has been retired)",
    "TEAMS_ALLOWED_TENANTS": "the Entra tenant ids that FirstCall works for, with commas between them",
    "TEAMS_ADMINS": "Entra object ids or user principal names (ada@example.com), with commas between them",
    "FIRSTCALL_TEAMS_ANONYMOUS": "true or false, true only without MICROSOFT_APP_ID and with a loopback FIRSTCALL_HOST",
    "FIRSTCALL_TEAMS_SANDBOX": "a simulated Teams (http://127.0.0.1:3979), with a loopback FIRSTCALL_HOST",
    "FIRSTCALL_PUBLIC_URL": "the https address at which browsers and calendars reach the bot, for example "
    "https://firstcall.example.com (http is for this machine only)",
    "FIRSTCALL_HOST": "the address to listen on, for example 127.0.0.1 or 0.0.0.0",
    "FIRSTCALL_PORT": "a port number from 0 to 65535, for example 3000",
    "FIRSTCALL_LOG_LEVEL": "one of debug, info, warning and error",
    "FIRSTCALL_LOG_FORMAT": "one of console and json",
    "FIRSTCALL_DEVELOPMENT": "true or false, and true only while FIRSTCALL_HOST is this machine itself (127.0.0.1)",
}

OBJECT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
PRINCIPAL_NAME = re.compile(r"[A-Za-z0-9'.\-_!#^~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""Entra allows only these characters, so no two principal names look alike."""


_FRAME = re.compile(rf"\A(?:\s|{INVISIBLE.pattern})+|(?:\s|{INVISIBLE.pattern})+\Z")
_QUOTES = ('""', "''", "“”", "‘’")
_TOKEN = re.compile("[!-~]+")
"""A token is sent in a header, which has no other characters."""


class SettingsError(FirstCallError):
    """A setting is missing or wrong; nothing was started.

    Attributes:
        name: the environment variable.
    """

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address) can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Settings(BaseSettings):
    """All settings. Use `load_settings()`; tests pass the attributes by name, and `_env_file=None`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    database_url: str = Field(default="sqlite:///firstcall.db", validation_alias="DATABASE_URL", repr=False)
    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    """If set, events arrive over Socket Mode instead of HTTP."""
    slack_api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    microsoft_app_id: str | None = Field(default=None, validation_alias="MICROSOFT_APP_ID")
    microsoft_app_password: SecretStr | None = Field(default=None, validation_alias="MICROSOFT_APP_PASSWORD")
    microsoft_app_tenant_id: str | None = Field(default=None, validation_alias="MICROSOFT_APP_TENANT_ID")
    microsoft_app_type: Literal["SingleTenant", "UserAssignedMSI"] = Field(
        default="SingleTenant", validation_alias="MICROSOFT_APP_TYPE"
    )
    teams_allowed_tenants: str | None = Field(default=None, validation_alias="TEAMS_ALLOWED_TENANTS")
    """Comma-separated; defaults to the bot's own tenant."""
    teams_admins: str | None = Field(default=None, validation_alias="TEAMS_ADMINS")
    """Comma-separated; these people see undelivered messages. Teams does not say who is an admin."""
    teams_anonymous: bool = False
    """Accept activities without any token; only on loopback."""
    teams_sandbox: str | None = None
    """The URL of a simulated Teams, whose keys and tokens are trusted instead of Microsoft's; only on loopback."""
    public_url: str | None = None
    """Where browsers and calendars reach the web server, without a slash at the end; without it there are no links."""
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    """0 takes any free port."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    development: bool = False
    """Serve `/dev/clock`; only on loopback."""

    @field_validator("*", mode="before")
    @classmethod
    def _without_frame(cls, value: Any) -> Any:
        """Docker keeps the quotes of an env file, and a clipboard adds white space that nobody sees."""
        return _unquoted(_FRAME.sub("", value)) if isinstance(value, str) else value

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _any_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("microsoft_app_type", mode="before")
    @classmethod
    def _azure_spelling(cls, value: Any) -> Any:
        known = {"singletenant": "SingleTenant", "userassignedmsi": "UserAssignedMSI"}
        return known.get(value.lower(), value) if isinstance(value, str) else value

    @field_validator("teams_admins")
    @classmethod
    def _valid_admins(cls, value: str | None) -> str | None:
        if not all(OBJECT_ID.fullmatch(each) or PRINCIPAL_NAME.fullmatch(each) for each in _split_commas(value)):
            raise ValueError
        return value

    @field_validator("teams_sandbox")
    @classmethod
    def _loopback_sandbox(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
            raise ValueError
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _public_address(cls, value: str | None) -> str | None:
        """A secret link is never sent unencrypted to another machine."""
        if value is None:
            return None
        parts = urlsplit(value)
        if not parts.hostname or parts.scheme not in {"http", "https"} or parts.query or parts.fragment or "@" in value:
            raise ValueError
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError
        return value.rstrip("/")

    @field_validator("host")
    @classmethod
    def _host_name(cls, value: str) -> str:
        value = value[1:-1] if value.startswith("[") and value.endswith("]") else value  # an IPv6 address, as in a URL
        value.encode("idna")  # a label that is too long or empty would only fail when the server listens
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        parse_url(value)
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _api_address(cls, value: str) -> str:
        """Never send a token unencrypted to another machine. The client needs the trailing slash."""
        parts = urlsplit(value)
        if not parts.hostname or parts.scheme not in {"http", "https"}:
            raise ValueError
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError
        return value if value.endswith("/") else f"{value}/"

    @model_validator(mode="after")
    def _require_loopback(self) -> Self:
        """Only this machine may reach `/dev/clock`, which moves time, or an anonymous bot, which trusts any caller."""
        for attribute in ("development", "teams_anonymous", "teams_sandbox"):
            if getattr(self, attribute) and not is_loopback(self.host):
                raise ValueError(environment_name(attribute))
        return self


def environment_name(attribute: str) -> str:
    """The environment variable of an attribute of `Settings`."""
    alias = Settings.model_fields[attribute].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{attribute.upper()}"


def load_settings() -> Settings:
    """Read the environment and `.env` of the working directory (the environment wins).

    Raises:
        SettingsError: one sentence that names the first wrong setting, but never its value.
    """
    if Path(ENV_FILE).is_dir():
        raise SettingsError(
            ENV_FILE,
            ".env in this folder is a folder: remove it and write the file. Docker makes such a folder when the file "
            "that is to be mounted does not exist.",
        )
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0] if first["loc"] else first["ctx"]["error"])
        name = environment_name(field) if field in Settings.model_fields else field
        raise SettingsError(name, f"{name} must be {EXPECTED[name]}.") from None
    except DatabaseUrlError as error:
        raise SettingsError("DATABASE_URL", str(error)) from error
    except UnicodeDecodeError as error:
        raise SettingsError(".env", ".env in this folder cannot be read: it must be a text file in UTF-8.") from error
    except OSError as error:
        raise SettingsError(".env", f".env in this folder cannot be read: {error.strerror or error}.") from error


@dataclass(frozen=True)
class SlackCredentials:
    """Credentials of the Slack app. Without an app token Slack posts over HTTP and signs with the signing secret."""

    bot_token: str
    signing_secret: str | None
    app_token: str | None


def require_slack(settings: Settings) -> SlackCredentials:
    """The credentials for Slack: a bot token, and a signing secret or an app token (Socket Mode).

    Raises:
        SettingsError: a setting is missing or malformed; the sentence names it.
    """
    bot_token = _secret_text(settings.slack_bot_token)
    signing_secret = _secret_text(settings.slack_signing_secret)
    app_token = _secret_text(settings.slack_app_token)
    if bot_token is None:
        raise _missing("SLACK_BOT_TOKEN")
    if not bot_token.startswith("xoxb-") or not _TOKEN.fullmatch(bot_token):
        raise SettingsError("SLACK_BOT_TOKEN", f"SLACK_BOT_TOKEN must be {EXPECTED['SLACK_BOT_TOKEN']}.")
    if app_token is not None and not (app_token.startswith("xapp-") and _TOKEN.fullmatch(app_token)):
        raise SettingsError("SLACK_APP_TOKEN", f"SLACK_APP_TOKEN must be {EXPECTED['SLACK_APP_TOKEN']}.")
    if app_token is None and signing_secret is None:
        raise _missing("SLACK_SIGNING_SECRET")
    return SlackCredentials(bot_token=bot_token, signing_secret=signing_secret, app_token=app_token)


@dataclass(frozen=True)
class TeamsCredentials:
    """The bot's identity at Microsoft, and the tenants whose activities it accepts.

    `app_id` is empty in anonymous development mode. `password` is None for a managed identity. `tenants` are lower-case
    Entra tenant ids; None means any, and only in anonymous mode. `admins` are lower-case object ids and user principal
    names.
    """

    app_id: str
    password: str | None
    tenant_id: str
    tenants: frozenset[str] | None
    sandbox: str | None
    admins: frozenset[str] = frozenset()


def require_teams(settings: Settings) -> TeamsCredentials:
    """The credentials for Teams: the bot's id, its tenant, and its secret unless it has a managed identity.

    Raises:
        SettingsError: a setting is missing or contradicts another; the sentence names it.
    """
    app_id = (settings.microsoft_app_id or "").strip()
    tenant_id = (settings.microsoft_app_tenant_id or "").strip()
    password = _secret_text(settings.microsoft_app_password)
    tenants = frozenset(each.lower() for each in _split_commas(settings.teams_allowed_tenants))
    admins = frozenset(each.lower() for each in _split_commas(settings.teams_admins))
    if settings.teams_anonymous:
        if app_id:
            name = "FIRSTCALL_TEAMS_ANONYMOUS"
            raise SettingsError(name, f"{name} must be {EXPECTED[name]}.")
        return TeamsCredentials("", None, tenant_id, tenants or None, settings.teams_sandbox, admins)
    if not app_id:
        raise _missing("MICROSOFT_APP_ID")
    if not tenant_id:
        raise _missing("MICROSOFT_APP_TENANT_ID")
    if settings.microsoft_app_type == "UserAssignedMSI":
        password = None
    elif password is None:
        raise _missing("MICROSOFT_APP_PASSWORD")
    return TeamsCredentials(
        app_id, password, tenant_id, tenants or frozenset({tenant_id.lower()}), settings.teams_sandbox, admins
    )


@dataclass(frozen=True)
class Platforms:
    """The configured platforms: at least one."""

    slack: SlackCredentials | None
    teams: TeamsCredentials | None


def require_platforms(settings: Settings) -> Platforms:
    """The credentials of every platform that any setting mentions.

    Raises:
        SettingsError: a mentioned platform is configured incompletely, or none is mentioned.
    """
    slack, teams = mentions_slack(settings), mentions_teams(settings)
    if not slack and not teams:
        raise SettingsError(
            "SLACK_BOT_TOKEN",
            f"SLACK_BOT_TOKEN is missing, and so is MICROSOFT_APP_ID: for Slack, set the first to "
            f"{EXPECTED['SLACK_BOT_TOKEN']}; for Teams, set the second to {EXPECTED['MICROSOFT_APP_ID']}.",
        )
    return Platforms(require_slack(settings) if slack else None, require_teams(settings) if teams else None)


def mentions_slack(settings: Settings) -> bool:
    """Whether any Slack setting is present."""
    return any(
        _secret_text(s) for s in (settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token)
    )


def mentions_teams(settings: Settings) -> bool:
    """Whether any Teams setting is present."""
    named = (
        settings.microsoft_app_id,
        settings.microsoft_app_tenant_id,
        settings.teams_allowed_tenants,
        settings.teams_admins,
    )
    return (
        settings.teams_anonymous
        or any((text or "").strip() for text in named)
        or _secret_text(settings.microsoft_app_password) is not None
    )


def _unquoted(text: str) -> str:
    """The text without one pair of quotes around it."""
    return text[1:-1].strip() if len(text) > 1 and text[0] + text[-1] in _QUOTES else text


def _split_commas(text: str | None) -> list[str]:
    """The comma-separated parts that are not blank."""
    return [each.strip() for each in (text or "").split(",") if each.strip()]


def _secret_text(secret: SecretStr | None) -> str | None:
    """The secret without surrounding blanks, which pasting often adds; None if nothing is left."""
    return (secret.get_secret_value().strip() or None) if secret else None


def _missing(name: str) -> SettingsError:
    return SettingsError(name, f"{name} is missing: set it to {EXPECTED[name]}.")
