"""Why the Teams endpoint rejects a request. Whichever it is, nothing was stored and no one was answered.

RejectedRequestError
├── UntrustedRequestError      (401) the request is not proven to come from Teams
├── MalformedActivityError     (400) the activity cannot be read
├── UnknownTenantError         (403) the activity comes from a tenant that is not allowed
└── NoSigningKeysError         (503) Microsoft's keys could not be fetched, so nobody's token can be checked now
"""

from __future__ import annotations

from typing import ClassVar

from prompts.errors import FirstCallError


class RejectedRequestError(FirstCallError):
    """A request is rejected before it has any effect. The text is the cause, for the log; the sender never sees it.

    Attributes:
        status: the HTTP status that the sender gets.
    """

    status: ClassVar[int]


class UntrustedRequestError(RejectedRequestError):
    """The token, or the service address, does not prove that the request comes from Teams; nothing was stored.

    The text holds no secret. If requests of Teams itself are rejected, check the app id and the machine's clock.
    """

    status = 401


class MalformedActivityError(RejectedRequestError):
    """The activity lacks a field that every Teams activity has, or a field has the wrong type; nothing was stored."""

    status = 400


class UnknownTenantError(RejectedRequestError):
    """The activity comes from a tenant that is not allowed; nothing was stored. The text is the tenant id.

    To serve the tenant, list it in TEAMS_ALLOWED_TENANTS.
    """

    status = 403


class NoSigningKeysError(RejectedRequestError):
    """Microsoft's keys could not be fetched since the start, so no token can be checked; nothing was stored.

    The log of `bot.teams.connector.signing_keys` says why. Teams may send the activity again.
    """

    status = 503
