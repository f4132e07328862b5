"""Whom we answer: addresses that are Microsoft's, and tenants that we work for (DESIGN, section 5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.settings import is_loopback
from bot.teams.activity import IncomingActivity, MalformedActivityError
from bot.teams.connector.jwt_validation import Claims, UntrustedError

HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.onyx.prod.teams.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
    }
)
"""Where Teams sends from and takes answers at, in the public cloud and in GCC, as Microsoft lists them."""
_PLAIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?")
"""Neither a user, nor a query, nor the braces that the SDK would fill in."""


class UnknownTenantError(Exception):
    """Somebody of a company that we do not work for."""


@dataclass(frozen=True, slots=True)
class Allowlist:
    """What is trusted.

    `tenants`: Entra tenant ids in lower case, None for any. `loopback`: plain http on this machine, and nothing else;
    for development with a simulated Teams.
    """

    tenants: frozenset[str] | None
    hosts: frozenset[str] = HOSTS
    loopback: bool = False

    def check(self, activity: IncomingActivity, claims: Claims | None) -> None:
        """Let pass what comes from where it should. `claims` is None when nobody proves anything (anonymous).

        Raises `UntrustedError` for an address, `ForeignTenantError` for a tenant, `MalformedActivityError` for none.
        """
        if not self._is_known(activity.service_url):
            raise UntrustedError("serviceUrl is not an address of Teams")
        if claims is not None and claims.service_url.rstrip("/") != activity.service_url.rstrip("/"):
            raise UntrustedError("serviceUrl is not the one of the token")
        if not activity.tenant:
            raise MalformedActivityError("channelData names no tenant")
        if self.tenants is not None and activity.tenant not in self.tenants:
            raise UnknownTenantError(activity.tenant)

    def _is_known(self, url: str) -> bool:
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
