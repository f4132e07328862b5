"""Allowed service addresses: those that Microsoft lists, over https; in development only loopback."""

from __future__ import annotations

import pytest

from bot.teams.activity import IncomingActivity, read_activity
from bot.teams.connector.allowlist import Allowlist
from bot.teams.connector.jwt_validation import Claims
from bot.teams.errors import MalformedActivityError, UnknownTenantError, UntrustedRequestError
from tests.teams.teams_driver import BOT, TENANT


def turn(service_url: str, tenant: str = TENANT) -> IncomingActivity:
    return read_activity(
        {
            "type": "message",
            "channelId": "msteams",
            "serviceUrl": service_url,
            "from": {"id": "29:ada"},
            "recipient": {"id": BOT},
            "conversation": {"id": "a:1"},
            "channelData": {"tenant": {"id": tenant}},
        }
    )


REAL = Allowlist(frozenset({TENANT}))
HERE = Allowlist(None, loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net/amer",
        "https://SMBA.trafficmanager.net:443/teams/",
        f"https://smba.trafficmanager.net/emea/{TENANT}/",
        "https://smba.infra.gcc.teams.microsoft.com/gcc/",
    ],
)
def test_microsofts_addresses_are_allowed(url: str) -> None:
    REAL.check(turn(url), Claims(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net:8443/emea/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example/smba.trafficmanager.net/",
        "https://evil.example#smba.trafficmanager.net",
        "https://ada:pw@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net/?to=https://evil.example",
        "https://smba.trafficmanager.net/{conversationId}/",
        "https://smba.trafficmanager.net\\@evil.example/",
        "https://smba.trafficmanager.net/\r\nHost: evil.example",
        "https://smba.trafficmanager.net:99999/",
        "https://[smba.trafficmanager.net/",
        "https://smba.trafficmanager.nеt/",  # a Cyrillic e
        "https:///emea/",
        "ftp://smba.trafficmanager.net/",
        "//smba.trafficmanager.net/",
        "smba.trafficmanager.net",
        "http://127.0.0.1/",
        "https://127.0.0.1/",
    ],
)
def test_other_addresses_are_rejected(url: str) -> None:
    with pytest.raises(UntrustedRequestError):
        REAL.check(turn(url), Claims(url))


@pytest.mark.parametrize("url", ["http://localhost:56150/_connector", "http://127.0.0.1:1/emea/", "http://[::1]:5/"])
def test_in_development_loopback_is_allowed(url: str) -> None:
    HERE.check(turn(url), None)


@pytest.mark.parametrize("url", ["https://smba.trafficmanager.net/emea/", "http://10.0.0.1/", "http://localhost.evil/"])
def test_in_development_other_addresses_are_rejected(url: str) -> None:
    with pytest.raises(UntrustedRequestError):
        HERE.check(turn(url), None)


def test_the_token_and_the_activity_must_have_one_address() -> None:
    url = "https://smba.trafficmanager.net/emea/"
    REAL.check(turn(url), Claims(url.rstrip("/")))
    with pytest.raises(UntrustedRequestError):
        REAL.check(turn(url), Claims("https://smba.trafficmanager.net/amer/"))


def test_other_tenants_are_rejected() -> None:
    url = "https://smba.trafficmanager.net/emea/"
    REAL.check(turn(url, TENANT.upper()), Claims(url))
    with pytest.raises(UnknownTenantError):
        REAL.check(turn(url, "another"), Claims(url))
    with pytest.raises(MalformedActivityError):
        REAL.check(turn(url, ""), Claims(url))
