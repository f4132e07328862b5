"""The bot's access tokens for the Bot Connector, acquired without blocking the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import msal
import requests
from aiohttp import ClientSession

from bot.ports.http_calls import HttpCalls
from bot.ports.messenger import UnreachableError
from bot.settings import TeamsCredentials

LOGIN = "https://login.microsoftonline.com"
RESOURCE = "https://api.botframework.com"
TIMEOUT_SECONDS = 10
"""For each of the blocking requests of a managed identity."""
REFUSALS = ("invalid_client", "unauthorized_client", "invalid_grant", "invalid_request", "invalid_resource")
"""Microsoft's errors that name the bot's credentials as the cause. Others may pass by themselves."""
ASK_EVERY = 60.0
"""Seconds between two tries with credentials that were refused, for the readiness."""
RENEW_BEFORE = 300.0
"""Seconds before a token expires in which it is no longer used."""
DAY = 24 * 3600.0


class AccessTokens(ABC):
    """Caches a token until shortly before it expires; concurrent callers wait for the same request."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._acquiring: asyncio.Task[str] | None = None
        self._token = ""
        self._until = float("-inf")
        self._refusal = ""
        self._asked = float("-inf")

    async def ready(self) -> bool | str:
        """True, or why Microsoft refuses the bot's credentials: a readiness check.

        It asks only after a refusal, at most once a minute. That Microsoft does not answer is no refusal.
        """
        if self._refusal and self._timer() - self._asked >= ASK_EVERY:
            with contextlib.suppress(UnreachableError):
                await self.token()
        return self._refusal or True

    async def token(self) -> str:
        """A bearer token for the Bot Connector.

        Raises `UnreachableError` if none can be acquired: the outbox tries again, and the log says why.
        """
        if self._timer() < self._until:
            return self._token
        if self._acquiring is None or self._acquiring.done():
            self._acquiring = asyncio.create_task(self._renew())
            self._acquiring.add_done_callback(_retrieve)
        return await asyncio.shield(self._acquiring)  # other callers may wait for it, too

    async def close(self) -> None:
        """Cancel a request in progress."""
        if self._acquiring is not None:
            self._acquiring.cancel()
            await asyncio.gather(self._acquiring, return_exceptions=True)

    async def _renew(self) -> str:
        self._asked = self._timer()
        answer = await self._acquire()
        token, seconds = (answer.get("access_token"), answer.get("expires_in")) if isinstance(answer, dict) else (0, 0)
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            reason = answer.get("error", "unreadable") if isinstance(answer, dict) else "unreadable"
            self._refusal = reason if reason in REFUSALS else ""
            raise UnreachableError(f"Microsoft issued no access token: {str(reason)[:80]}")
        self._refusal = ""
        self._token, self._until = token, self._timer() + _lifetime(seconds) - RENEW_BEFORE
        return token

    def forget(self) -> None:
        """Drop the token, which was refused: the next call acquires a new one."""
        self._until = float("-inf")

    @abstractmethod
    async def _acquire(self) -> Any:
        """Microsoft's answer: `access_token` and `expires_in` in seconds, or `error`. Raises `UnreachableError`."""


class ClientSecret(AccessTokens):
    """A SingleTenant bot: acquires tokens from its own tenant with its app id and secret.

    The SDK (through msal) does this with blocking requests that have no time-out, and cannot use a test double.
    """

    def __init__(
        self,
        session: ClientSession,
        credentials: TeamsCredentials,
        login: str = LOGIN,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(timer)
        self._calls = HttpCalls(session)
        self._url = f"{login}/{credentials.tenant_id}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": credentials.app_id,
            "client_secret": credentials.password or "",
            "scope": f"{RESOURCE}/.default",
        }

    async def _acquire(self) -> Any:
        answer = await self._calls.send("POST", self._url, kind="access token", data=self._form)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise UnreachableError(f"Microsoft issued no access token: {answer.kind}") from error


def _retrieve(task: asyncio.Task[str]) -> None:
    """Retrieve an error that no caller has waited for, so that asyncio does not complain about it."""
    if not task.cancelled():
        task.exception()


def _lifetime(seconds: object) -> float:
    """How long a token is good, in seconds; at most a day, whatever the answer says."""
    try:
        lifetime = float(str(seconds))
    except ValueError:
        return 0.0
    return 0.0 if math.isnan(lifetime) else min(lifetime, DAY)


class ManagedIdentity(AccessTokens):
    """A UserAssignedMSI bot: its Azure host issues tokens, and msal knows the endpoint of each kind of host."""

    def __init__(self, credentials: TeamsCredentials, timer: Callable[[], float] = time.monotonic) -> None:
        super().__init__(timer)
        self._app_id = credentials.app_id

    async def _acquire(self) -> Any:
        return await asyncio.to_thread(self._acquire_blocking)

    def _acquire_blocking(self) -> Any:
        with _Impatient() as session:
            identity = msal.UserAssignedManagedIdentity(client_id=self._app_id)
            client = msal.ManagedIdentityClient(identity, http_client=session)
            try:
                return client.acquire_token_for_client(resource=RESOURCE)
            except (msal.ManagedIdentityError, requests.RequestException, ValueError) as error:
                raise UnreachableError(
                    f"the managed identity issued no access token: {type(error).__name__}"
                ) from error


class _Impatient(requests.Session):
    """Requests with a timeout, which msal sets none of, and without a proxy: the endpoint is on the host itself."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def request(self, *arguments: Any, **settings: Any) -> requests.Response:
        return super().request(*arguments, **{"timeout": TIMEOUT_SECONDS, **settings})


def access_tokens(session: ClientSession, credentials: TeamsCredentials) -> AccessTokens | None:
    """How this bot acquires its tokens; None in the anonymous mode, which needs none."""
    if not credentials.app_id:
        return None
    if credentials.password is None:
        return ManagedIdentity(credentials)
    return ClientSecret(session, credentials, credentials.sandbox or LOGIN)
