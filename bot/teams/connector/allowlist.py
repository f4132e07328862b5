"""Which activities are handled: those from Microsoft's service addresses, and from allowed tenants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.settings import is_loopback
from bot.teams.activity import IncomingActivity
from bot.teams.connector.jwt_validation import Claims
from bot.teams.errors import MalformedActivityError, UnknownTenantError, UntrustedRequestError

HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.onyx.prod.teams.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
    }
)
"""The hosts of Teams' service addresses in the public cloud and in GCC, as Microsoft lists them."""
_PLAIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?")
"""No user, no query, and no braces, which the SDK would fill in."""


@dataclass(frozen=True, slots=True)
class Allowlist:
    """Service addresses and tenants that are allowed.

    `tenants`: Entra tenant ids in lower case, None for any. `loopback`: plain http on this machine and nothing else,
    for development with a simulated Teams.
    """

    tenants: frozenset[str] | None
    hosts: frozenset[str] = HOSTS
    loopback: bool = False

    def check(self, activity: IncomingActivity, claims: Claims | None) -> None:
        """Check where the activity comes from. `claims` is None in the anonymous mode, which has no tokens.

        Raises `UntrustedRequestError` for an unknown service address, `UnknownTenantError` for a tenant that is not
        allowed, `MalformedActivityError` for no tenant at all.
        """
        if not self._is_allowed(activity.service_url):
            raise UntrustedRequestError("serviceUrl is not an address of Teams")
        if claims is not None and claims.service_url.rstrip("/") != activity.service_url.rstrip("/"):
            raise UntrustedRequestError("serviceUrl differs from the token's")
        if not activity.tenant:
            raise MalformedActivityError("channelData has no tenant")
        if self.tenants is not None and activity.tenant not in self.tenants:
            raise UnknownTenantError(activity.tenant)

    def _is_allowed(self, url: str) -> bool:
        if not _PLAIN.fullmatch(url):
            return False
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if self.loopback:
            return parts.scheme == "http" and is_loopback(host)
        return parts.scheme == "https" and port in (None, 443) and host in self.hosts
