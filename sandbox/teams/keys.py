"""The keys that sign the simulated Bot Connector's tokens, published like the real ones."""

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
"""Every key ring of a process starts with the same key: generating one takes longer than most tests."""


@dataclass(slots=True)
class Key:
    """An RSA key with its id and the channels that it is endorsed for."""

    kid: str
    endorsements: tuple[str, ...] = ("msteams", "webchat")
    private: rsa.RSAPrivateKey = field(default_factory=_new_private)

    def published(self) -> dict[str, Any]:
        """The key's entry in the published key set (JWKS)."""
        entry: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return {**entry, "kid": self.kid, "use": "sig", "endorsements": list(self.endorsements)}

    def sign(self, claims: dict[str, Any], algorithm: str = "RS256", **headers: Any) -> str:
        """A signed token with these claims."""
        return jwt.encode(claims, self.private, algorithm=algorithm, headers={"kid": self.kid, **headers})


@dataclass(slots=True)
class KeyRing:
    """The published keys. The first one signs. `fetched` counts the requests for the key set."""

    keys: list[Key] = field(default_factory=lambda: [Key("key-1", private=_first_private())])
    fetched: int = 0

    def rotate(self) -> Key:
        """Sign with a new key from now on; the old ones are withdrawn."""
        key = Key(f"key-{int(self.keys[0].kid.rpartition('-')[2]) + 1}")
        self.keys = [key]
        return key

    def claims(self, app_id: str, service_url: str, **changed: Any) -> dict[str, Any]:
        """The claims of the Bot Connector's token for a bot."""
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
        """A token as the Bot Connector sends it with an activity."""
        return self.keys[0].sign(self.claims(app_id, service_url, **changed))
