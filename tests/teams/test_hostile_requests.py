"""Hostile requests to the Teams endpoint: each is rejected without a detail, without effect, and never with a 5xx."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sandbox.teams.keys import Key
from storage.models import Tenant
from tests.teams.teams_driver import APP_ID, Company, Json

HOUR = 3600


@dataclass
class Attack:
    """A valid request, until an attack changes it."""

    company: Company
    activity: Json
    token: str
    headers: dict[str, str | None] = field(default_factory=dict)
    body: bytes | None = None

    def claim(self, **changed: Any) -> None:
        """Change claims of a properly signed token."""
        self.token = self.company.token(**changed)

    def service(self, url: str) -> None:
        """Put that service address into the activity and the token."""
        self.activity["serviceUrl"] = url
        self.claim(serviceurl=url)


def _part(content: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(attack: Attack) -> None:
    keys = attack.company.teams.keys
    head = {"alg": "none", "kid": keys.keys[0].kid, "typ": "JWT"}
    attack.token = f"{_part(head)}.{_part(keys.claims(APP_ID, attack.company.teams.service_url))}."


def signed_by_the_public_key(attack: Attack) -> None:
    keys = attack.company.teams.keys
    public = keys.keys[0].private.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head = {"alg": "HS256", "kid": keys.keys[0].kid, "typ": "JWT"}
    said = f"{_part(head)}.{_part(keys.claims(APP_ID, attack.company.teams.service_url))}"
    mac = hmac.new(pem, said.encode(), hashlib.sha256).digest()
    attack.token = f"{said}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def signed_by_a_stranger(attack: Attack, kid: str) -> None:
    keys = attack.company.teams.keys
    attack.token = Key(kid).sign(keys.claims(APP_ID, attack.company.teams.service_url))


def signed_by_another_algorithm(attack: Attack) -> None:
    keys = attack.company.teams.keys
    attack.token = keys.keys[0].sign(keys.claims(APP_ID, attack.company.teams.service_url), algorithm="RS512")


def without(claim: str) -> Callable[[Attack], None]:
    def change(attack: Attack) -> None:
        keys = attack.company.teams.keys
        claims = keys.claims(APP_ID, attack.company.teams.service_url)
        attack.token = keys.keys[0].sign({name: value for name, value in claims.items() if name != claim})

    return change


def altered(attack: Attack) -> None:
    head, _, signature = attack.token.split(".")
    claims = attack.company.teams.keys.claims(APP_ID, attack.company.teams.service_url, extra="more")
    attack.token = f"{head}.{_part(claims)}.{signature}"


def deep_header(attack: Attack) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 4500).rstrip(b"=").decode()
    attack.token = f"{deep}.e30.AAAA"


def header(**headers: str | None) -> Callable[[Attack], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda attack: attack.headers.update(named)


def activity(**changed: Any) -> Callable[[Attack], None]:
    return lambda attack: attack.activity.update(changed)


def lacking(name: str) -> Callable[[Attack], None]:
    return lambda attack: attack.activity.pop(name) and None


def body(content: bytes) -> Callable[[Attack], None]:
    def change(attack: Attack) -> None:
        attack.body = content

    return change


def nested(depth: int) -> Callable[[Attack], None]:
    def change(attack: Attack) -> None:
        value: Json = {}
        for _ in range(depth):
            value = {"a": value}
        attack.activity["value"] = value

    return change


def tenant(value: Any) -> Callable[[Attack], None]:
    return lambda attack: attack.activity.update(channelData=value)


FAR = "https://smba.trafficmanager.net.example.com/emea/"
ATTACKS: dict[str, tuple[Callable[[Attack], None], int]] = {
    "no Authorization header": (header(Authorization=None), 401),
    "an empty Authorization header": (header(Authorization=""), 401),
    "another scheme": (header(Authorization="Basic YWRhOnB3"), 401),
    "garbage for a token": (header(Authorization="Bearer garbage"), 401),
    "a token of dots": (header(Authorization="Bearer ..."), 401),
    "a huge token": (header(Authorization=f"Bearer {'a' * 7000}"), 401),
    "a token with a header nested deep": (deep_header, 401),
    "an expired token": (lambda attack: attack.claim(exp=time.time() - HOUR), 401),
    "a token that is not valid yet": (lambda attack: attack.claim(nbf=time.time() + HOUR), 401),
    "a token without an end": (without("exp"), 401),
    "a token for another bot": (lambda attack: attack.claim(aud="another-app"), 401),
    "a token for several bots": (lambda attack: attack.claim(aud=[APP_ID, "another-app"]), 401),
    "a token for nobody": (without("aud"), 401),
    "a token of another issuer": (lambda attack: attack.claim(iss="https://sts.windows.net/evil/"), 401),
    "a token of the emulator's issuer": (
        lambda attack: attack.claim(iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"),
        401,
    ),
    "a token without an issuer": (without("iss"), 401),
    "a token without a signature": (unsigned, 401),
    "a token signed by our public key as a secret": (signed_by_the_public_key, 401),
    "a token signed by another algorithm": (signed_by_another_algorithm, 401),
    "a token signed by a stranger under a known key's name": (lambda a: signed_by_a_stranger(a, "key-1"), 401),
    "a token with an unknown key": (lambda a: signed_by_a_stranger(a, "nobody"), 401),
    "a token with other claims than were signed": (altered, 401),
    "a token without serviceurl": (without("serviceurl"), 401),
    "no serviceUrl": (lacking("serviceUrl"), 400),
    "an empty serviceUrl": (activity(serviceUrl=""), 400),
    "a foreign serviceUrl": (lambda attack: attack.service("https://evil.example/emea/"), 401),
    "a serviceUrl that begins like Microsoft's": (lambda attack: attack.service(FAR), 401),
    "a serviceUrl with a user": (lambda attack: attack.service("http://smba.trafficmanager.net@evil.example/"), 401),
    "a serviceUrl to be filled in": (lambda attack: attack.service("http://127.0.0.1:1/{conversationId}/"), 401),
    "a serviceUrl that is not the token's": (activity(serviceUrl="http://127.0.0.1:1/emea/"), 401),
    "a serviceUrl of another kind": (activity(serviceUrl={"url": "http://127.0.0.1:1/"}), 400),
    "a foreign tenant": (tenant({"tenant": {"id": "00000000-0000-0000-0000-00000000dead"}}), 403),
    "no tenant": (tenant({}), 400),
    "no channelData": (lacking("channelData"), 400),
    "a tenant of another kind": (tenant({"tenant": ["x"]}), 400),
    "a tenant only where nobody may look": (tenant({"tenantId": "99999999-8888-4777-8666-555555555555"}), 400),
    "another channel": (activity(channelId="webchat"), 400),
    "no channelId": (lacking("channelId"), 400),
    "no conversation": (lacking("conversation"), 400),
    "no sender": (lacking("from"), 400),
    "no type": (lacking("type"), 400),
    "an id of 300 characters": (activity(id="x" * 300), 400),
    "a text of another kind": (activity(text={"a": 1}), 400),
    "entities of another kind": (activity(entities="all"), 400),
    "a body of 5 MB": (body(b'{"text": "' + b"x" * 5_000_000 + b'"}'), 413),
    "a body of 300 kB": (body(b'{"text": "' + b"x" * 300_000 + b'"}'), 413),
    "JSON nested 100 deep": (nested(100), 400),
    "JSON nested 100,000 deep": (body(b"[" * 100_000), 400),
    "no JSON": (body(b"type=message&text=hello"), 400),
    "an empty body": (body(b""), 400),
    "a body that is no UTF-8": (body(b"\xff\xfe{\x00}\x00"), 400),
    "a list": (body(b"[{}]"), 400),
    "a number that is none": (body(b'{"type": NaN}'), 400),
    "a number without an end": (body(b'{"type": ' + b"9" * 10_000 + b"}"), 400),
    "another content type": (header(Content_Type="text/plain"), 400),
    "a form": (header(Content_Type="application/x-www-form-urlencoded"), 400),
}


def tenants(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Tenant)) or 0


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_the_request_is_rejected_without_effect(name: str, company: Company) -> None:
    change, expected = ATTACKS[name]
    attack = Attack(company, company.activity(text="hello"), company.token())
    change(attack)
    status, answer = await company.post(attack.activity, token=attack.token, headers=attack.headers, body=attack.body)
    assert (status, answer) == (expected, None)
    await asyncio.sleep(0)
    assert company.said() == []
    assert await company.bot.database.read(tenants) == 0


def test_there_are_at_least_fifty_attacks() -> None:
    assert len(ATTACKS) >= 50
    assert all(expected < 500 for _, expected in ATTACKS.values())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_other_methods_are_not_allowed(company: Company) -> None:
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        async with company.http.request(method, f"{company.bot.url}/api/messages") as answer:
            assert answer.status == 405


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_a_key_without_the_endorsement_for_teams_is_rejected(company: Company) -> None:
    other = Key("of-another-channel", endorsements=("webchat",))
    company.teams.keys.keys.append(other)
    token = other.sign(company.teams.keys.claims(APP_ID, company.teams.service_url))
    assert await company.post(company.activity(text="hello"), token=token) == (401, None)


@pytest.mark.parametrize("seconds", [-290, 290])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_clocks_may_be_five_minutes_apart(seconds: int, company: Company) -> None:
    changed = {"exp": time.time() + seconds} if seconds < 0 else {"nbf": time.time() + seconds}
    assert await company.post(company.activity(text="hello"), token=company.token(**changed)) == (200, None)


async def test_a_repeated_activity_has_one_effect(company: Company) -> None:
    activity = company.activity(text="hello")
    answers = await asyncio.gather(*(company.post(activity) for _ in range(5)))
    assert [status for status, _ in answers] == [200] * 5
    assert len(company.said()) == 1


def test_the_sandbox_signs_real_tokens() -> None:
    key = Key("k")
    assert jwt.decode(key.sign({"a": 1}), key.private.public_key(), algorithms=["RS256"]) == {"a": 1}
