"""Settings: names and defaults are a contract, a wrong value is reported in one sentence, no secret is ever shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.settings import (
    Settings,
    SettingsError,
    environment_name,
    is_loopback,
    load_settings,
    require_platforms,
    require_slack,
    require_teams,
)

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(
    r"^\| `(?P<name>\w+)` \| (?:`(?P<default>[^`]*)`)? ?\| (?P<meaning>.+?) \| `(?P<example>[^`]+)` \|$", re.M
)

CONTRACT = {
    "DATABASE_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_API_URL",
    "MICROSOFT_APP_ID",
    "MICROSOFT_APP_PASSWORD",
    "MICROSOFT_APP_TENANT_ID",
    "MICROSOFT_APP_TYPE",
    "TEAMS_ALLOWED_TENANTS",
    "TEAMS_ADMINS",
    "FIRSTCALL_TEAMS_ANONYMOUS",
    "FIRSTCALL_TEAMS_SANDBOX",
    "FIRSTCALL_PUBLIC_URL",
    "FIRSTCALL_HOST",
    "FIRSTCALL_PORT",
    "FIRSTCALL_LOG_LEVEL",
    "FIRSTCALL_LOG_FORMAT",
    "FIRSTCALL_DEVELOPMENT",
}


def documented() -> dict[str, re.Match[str]]:
    return {row["name"]: row for row in ROW.finditer((DOCS / "settings.md").read_text("utf-8"))}


def test_the_table_names_every_setting_and_no_other() -> None:
    names = {environment_name(attribute) for attribute in Settings.model_fields}
    assert names == CONTRACT
    assert list(documented()) == [environment_name(attribute) for attribute in Settings.model_fields]


@pytest.mark.parametrize("attribute", Settings.model_fields)
def test_the_table_states_the_default(attribute: str) -> None:
    default = getattr(Settings(_env_file=None), attribute)
    told = documented()[environment_name(attribute)]["default"]
    assert (told or None) == (None if default is None else str(default).lower() if default is False else str(default))


@pytest.mark.parametrize("attribute", Settings.model_fields)
def test_the_example_of_the_table_is_valid(attribute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = environment_name(attribute)
    monkeypatch.setenv(name, documented()[name]["example"])
    assert attribute in load_settings().model_fields_set


WRONG = {
    "DATABASE_URL": ["firstcall.db", "mysql://root:hunter2@localhost/x", "sqlite://", "sqlite:///:memory:"],
    "SLACK_API_URL": ["slack.com/api", "http://slack.com/api/", "ftp://slack.com/", "https:///api/"],
    "MICROSOFT_APP_TYPE": ["MultiTenant", "hunter2", "Multi Tenant"],
    "TEAMS_ADMINS": [
        "hunter2",
        "Ada Kemp",
        "ada@localhost",
        "ada@example.com; bruno@example.com",
        "00000000-0000-4000-8000-00000000",
        "29:ada",
        "ad\u212a@example.com",
        "ada@example.com, hunter2",
    ],
    "FIRSTCALL_TEAMS_ANONYMOUS": ["perhaps"],
    "FIRSTCALL_TEAMS_SANDBOX": ["https://127.0.0.1:1", "http://10.0.0.1/", "http://hunter2@example.com", "127.0.0.1"],
    "FIRSTCALL_PORT": ["http", "-1", "65536", "3.5"],
    "FIRSTCALL_LOG_LEVEL": ["loud"],
    "FIRSTCALL_LOG_FORMAT": ["xml"],
    "FIRSTCALL_DEVELOPMENT": ["perhaps"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_one_sentence_that_names_the_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.name == name
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "example.com", "::"])
def test_the_development_clock_stays_on_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTCALL_DEVELOPMENT", "true")
    monkeypatch.setenv("FIRSTCALL_HOST", host)
    with pytest.raises(SettingsError, match="FIRSTCALL_DEVELOPMENT"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"), [("FIRSTCALL_TEAMS_ANONYMOUS", "true"), ("FIRSTCALL_TEAMS_SANDBOX", "http://127.0.0.1:3979")]
)
def test_anonymous_access_is_limited_to_this_machine(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("FIRSTCALL_HOST", "0.0.0.0")
    with pytest.raises(SettingsError, match=name) as caught:
        load_settings()
    assert caught.value.name == name


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_the_development_clock_is_offered_on_loopback(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTCALL_DEVELOPMENT", "1")
    monkeypatch.setenv("FIRSTCALL_HOST", host)
    assert load_settings().development


def test_no_other_address_counts_as_loopback() -> None:
    assert not is_loopback("localhost.example.com")


def test_the_environment_wins_over_the_file(no_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (no_settings / ".env").write_text("FIRSTCALL_PORT=4000\nFIRSTCALL_LOG_LEVEL=WARNING\nUNRELATED=1\n")
    monkeypatch.setenv("FIRSTCALL_PORT", "5000")
    settings = load_settings()
    assert (settings.port, settings.log_level) == (5000, "warning")


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTCALL_PORT", "")
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    settings = load_settings()
    assert (settings.port, settings.slack_app_token) == (3000, None)


def test_variables_with_similar_names_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "LOG_LEVEL", "DEVELOPMENT"):
        monkeypatch.setenv(name, "1")
    assert load_settings() == Settings(_env_file=None)


def test_a_file_that_is_not_text_is_named(no_settings: Path) -> None:
    (no_settings / ".env").write_bytes(b"FIRSTCALL_PORT=\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"\.env"):
        load_settings()


def test_the_api_address_ends_in_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8010/api")
    assert load_settings().slack_api_url == "http://127.0.0.1:8010/api/"


SECRETS = st.text(st.characters(codec="ascii", exclude_categories=["C", "Z"]), min_size=8)


@given(token=SECRETS, secret=SECRETS, password=SECRETS)
def test_no_secret_is_printed(token: str, secret: str, password: str) -> None:
    settings = Settings(
        slack_bot_token=SecretStr(f"xoxb-{token}"),
        slack_signing_secret=SecretStr(f"s-{secret}"),
        slack_app_token=SecretStr(f"xapp-{secret}"),
        microsoft_app_password=SecretStr(f"m-{secret}"),
        database_url=f"postgresql://u:p-{password.replace('@', '').replace('/', '')}@h/d",
        _env_file=None,
    )
    for printed in (repr(settings), str(settings)):
        assert "xoxb-" not in printed
        assert "xapp-" not in printed
        assert "s-" not in printed
        assert "p-" not in printed
        assert "m-" not in printed


def test_slack_credentials_are_returned() -> None:
    given = require_slack(
        Settings(slack_bot_token=SecretStr(" xoxb-1 "), slack_signing_secret=SecretStr("abc\n"), _env_file=None)
    )
    assert (given.bot_token, given.signing_secret, given.app_token) == ("xoxb-1", "abc", None)


def test_socket_mode_needs_no_signing_secret() -> None:
    given = require_slack(
        Settings(slack_bot_token=SecretStr("xoxb-1"), slack_app_token=SecretStr("xapp-1"), _env_file=None)
    )
    assert (given.signing_secret, given.app_token) == (None, "xapp-1")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"slack_bot_token": "  "}, "SLACK_BOT_TOKEN"),
        ({"slack_bot_token": "xoxp-1", "slack_signing_secret": "s"}, "SLACK_BOT_TOKEN"),
        ({"slack_bot_token": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"slack_bot_token": "xoxb-1", "slack_signing_secret": " "}, "SLACK_SIGNING_SECRET"),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xoxb-2"}, "SLACK_APP_TOKEN"),
    ],
)
def test_what_is_missing_for_slack_is_named(given: dict[str, str], named: str) -> None:
    secrets = {name: SecretStr(value) for name, value in given.items()}
    with pytest.raises(SettingsError) as caught:
        require_slack(Settings(**secrets, _env_file=None))
    assert caught.value.name == named
    assert str(caught.value).startswith(named)
    assert str(caught.value).endswith(".")


TEAMS = {
    "microsoft_app_id": "app",
    "microsoft_app_password": SecretStr("secret"),
    "microsoft_app_tenant_id": "Our-Tenant",
}


def test_teams_credentials_are_returned() -> None:
    given = require_teams(Settings(**TEAMS, _env_file=None))
    assert (given.app_id, given.password, given.tenant_id) == ("app", "secret", "Our-Tenant")
    assert given.tenants == {"our-tenant"}


def test_the_tenants_are_those_that_are_named() -> None:
    given = require_teams(Settings(**TEAMS, teams_allowed_tenants=" A, b ,,", _env_file=None))
    assert given.tenants == {"a", "b"}


ADA = "00000000-0000-4000-8000-0000000000A1"
GUEST = "ada_example.com#EXT#@contoso.onmicrosoft.com"


@pytest.mark.parametrize("changed", [{}, {"microsoft_app_id": None, "teams_anonymous": True}])
def test_the_admins_of_teams_are_those_that_are_named(changed: dict[str, object]) -> None:
    settings = TEAMS | changed
    assert require_teams(Settings(**settings, _env_file=None)).admins == frozenset()
    given = require_teams(Settings(**settings, teams_admins=f" {ADA},, {GUEST},O'Neil@Example.com ", _env_file=None))
    assert given.admins == {ADA.lower(), GUEST.lower(), "o'neil@example.com"}


def test_a_managed_identity_has_no_password() -> None:
    given = require_teams(Settings(**TEAMS, microsoft_app_type="userassignedmsi", _env_file=None))
    assert given.password is None


def test_an_anonymous_bot_accepts_any_tenant_without_credentials() -> None:
    given = require_teams(Settings(teams_anonymous=True, _env_file=None))
    assert (given.app_id, given.password, given.tenants) == ("", None, None)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"microsoft_app_id": None}, "MICROSOFT_APP_ID"),
        ({"microsoft_app_id": "  "}, "MICROSOFT_APP_ID"),
        ({"microsoft_app_tenant_id": None}, "MICROSOFT_APP_TENANT_ID"),
        ({"microsoft_app_password": SecretStr(" ")}, "MICROSOFT_APP_PASSWORD"),
        ({"microsoft_app_password": None}, "MICROSOFT_APP_PASSWORD"),
        ({"microsoft_app_type": "UserAssignedMSI", "microsoft_app_tenant_id": None}, "MICROSOFT_APP_TENANT_ID"),
        ({"teams_anonymous": True}, "FIRSTCALL_TEAMS_ANONYMOUS"),
    ],
)
def test_what_is_missing_for_teams_is_named(changed: dict[str, object], named: str) -> None:
    settings = Settings(**TEAMS | changed, _env_file=None)
    for require in (require_teams, require_platforms):
        with pytest.raises(SettingsError) as caught:
            require(settings)
        assert caught.value.name == named
        assert str(caught.value).startswith(named)


def test_either_platform_is_enough_and_both_are_fine() -> None:
    slack = {"slack_bot_token": SecretStr("xoxb-1"), "slack_signing_secret": SecretStr("s")}
    alone = require_platforms(Settings(**slack, _env_file=None))
    assert (alone.slack is not None, alone.teams) == (True, None)
    alone = require_platforms(Settings(**TEAMS, _env_file=None))
    assert (alone.slack, alone.teams is not None) == (None, True)
    both = require_platforms(Settings(**slack, **TEAMS, _env_file=None))
    assert both.slack is not None
    assert both.teams is not None


def test_a_partly_configured_platform_is_required() -> None:
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN"):
        require_platforms(Settings(**TEAMS, slack_signing_secret=SecretStr("s"), _env_file=None))
    with pytest.raises(SettingsError, match="MICROSOFT_APP_ID"):
        require_platforms(Settings(teams_allowed_tenants="a", _env_file=None))


def test_no_platform_names_both_settings() -> None:
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN is missing, and so is MICROSOFT_APP_ID"):
        require_platforms(Settings(_env_file=None))
