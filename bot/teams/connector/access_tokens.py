"""The bot's access tokens for the Bot Connector, acquired without blocking the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import msal
import requests
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.ports.messenger import UnreachableError
from bot.settings import TeamsCredentials

LOGIN = "https://login.microsoftonline.com"
RESOURCE = "https://api.botframework.com"
TIMEOUT_SECONDS = 10
REFUSALS = ("invalid_client", "unauthorized_client", "invalid_grant", "invalid_request", "invalid_resource")
"""Microsoft's errors that name the bot's credentials as the cause. Others may pass by themselves."""
ASK_EVERY = 60.0
"""Seconds between two tries with credentials that were refused, for the readiness."""
RENEW_BEFORE = 300.0
"""Seconds before a token expires in which it is no longer used."""


class AccessTokens(ABC):
    """Caches a token until shortly before it expires; concurrent callers wait for the same one."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._lock = asyncio.Lock()
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
        async with self._lock:
            if self._timer() >= self._until:
                self._asked = self._timer()
                answer = await self._acquire()
                try:
                    self._token = str(answer["access_token"])
                    self._until = self._timer() + float(answer["expires_in"]) - RENEW_BEFORE
                except (KeyError, TypeError, ValueError) as error:
                    reason = answer.get("error", "unreadable") if isinstance(answer, dict) else "unreadable"
                    self._refusal = reason if reason in REFUSALS else ""
                    raise UnreachableError(f"Microsoft issued no access token: {reason}") from error
                self._refusal = ""
            return self._token

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
        self._session = session
        self._url = f"{login}/{credentials.tenant_id}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": credentials.app_id,
            "client_secret": credentials.password or "",
            "scope": f"{RESOURCE}/.default",
        }

    async def _acquire(self) -> Any:
        try:
            async with self._session.post(
                self._url, data=self._form, timeout=ClientTimeout(total=TIMEOUT_SECONDS)
            ) as answer:
                return await answer.json(content_type=None)
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise UnreachableError(f"Microsoft issued no access token: {type(error).__name__}") from error


class ManagedIdentity(AccessTokens):
    """A UserAssignedMSI bot: its Azure host issues tokens, and msal knows the endpoint of each kind of host."""

    def __init__(self, credentials: TeamsCredentials, timer: Callable[[], float] = time.monotonic) -> None:
        super().__init__(timer)
        self._app_id = credentials.app_id

    async def _acquire(self) -> Any:
        return await asyncio.to_thread(self._acquire_blocking)

    def _acquire_blocking(self) -> Any:
        with requests.Session() as session:
            identity = msal.UserAssignedManagedIdentity(client_id=self._app_id)
            client = msal.ManagedIdentityClient(identity, http_client=session)
            try:
                return client.acquire_token_for_client(resource=RESOURCE)
            except (msal.ManagedIdentityError, requests.RequestException, ValueError) as error:
                raise UnreachableError(
                    f"the managed identity issued no access token: {type(error).__name__}"
                ) from error


def access_tokens(session: ClientSession, credentials: TeamsCredentials) -> AccessTokens | None:
    """How this bot acquires its tokens; None in the anonymous mode, which needs none."""
    if not credentials.app_id:
        return None
    if credentials.password is None:
        return ManagedIdentity(credentials)
    return ClientSecret(session, credentials, credentials.sandbox or LOGIN)
