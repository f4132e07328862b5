"""The keys by which the simulated Microsoft signs its tokens, published like the real ones."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://api.botframework.com"
HOUR = 3600.0


def _new_private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


_first_private = cache(_new_private)
"""Every key ring of a process begins with the same one: to make it takes longer than most tests."""


@dataclass(slots=True)
class Key:
    """An RSA key with its id and the channels that it is endorsed for."""

    kid: str
    endorsements: tuple[str, ...] = ("msteams", "webchat")
    private: rsa.RSAPrivateKey = field(default_factory=_new_private)

    def published(self) -> dict[str, Any]:
        """The entry of the key set."""
        entry: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return {**entry, "kid": self.kid, "use": "sig", "endorsements": list(self.endorsements)}

    def sign(self, claims: dict[str, Any], algorithm: str = "RS256", **headers: Any) -> str:
        """A token of these claims."""
        return jwt.encode(claims, self.private, algorithm=algorithm, headers={"kid": self.kid, **headers})


@dataclass(slots=True)
class KeyRing:
    """The keys that are published. The first one signs. `fetched` counts how often the set was asked for."""

    keys: list[Key] = field(default_factory=lambda: [Key("key-1", private=_first_private())])
    fetched: int = 0

    def rotate(self) -> Key:
        """A new key signs from now on; the old ones are withdrawn."""
        key = Key(f"key-{int(self.keys[0].kid.rpartition('-')[2]) + 1}")
        self.keys = [key]
        return key

    def claims(self, app_id: str, service_url: str, **changed: Any) -> dict[str, Any]:
        """What the Bot Connector says in a token for a bot."""
        now = time.time()
        return {
            "iss": ISSUER,
            "aud": app_id,
            "nbf": now - 300,
            "exp": now + HOUR,
            "serviceurl": service_url,
            **changed,
        }

    def token(self, app_id: str, service_url: str, **changed: Any) -> str:
        """A token as the Bot Connector sends it along with an activity."""
        return self.keys[0].sign(self.claims(app_id, service_url, **changed))
