"""Our own tokens: how we prove to the Bot Connector who we are, without holding up the event loop."""

from __future__ import annotations

import asyncio
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
RENEW_BEFORE = 300.0
"""Seconds before its end from which on a token is not used any more."""


class AccessTokens(ABC):
    """A token, kept until shortly before it ends; whoever asks meanwhile waits for the same one."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._lock = asyncio.Lock()
        self._token = ""
        self._until = float("-inf")

    async def token(self) -> str:
        """A bearer token for the Bot Connector.

        Raises `UnreachableError` when there is none to be had: the outbox tries again, and the log says why.
        """
        async with self._lock:
            if self._timer() >= self._until:
                answer = await self._asked()
                try:
                    self._token = str(answer["access_token"])
                    self._until = self._timer() + float(answer["expires_in"]) - RENEW_BEFORE
                except (KeyError, TypeError, ValueError) as error:
                    reason = answer.get("error", "unreadable") if isinstance(answer, dict) else "unreadable"
                    raise UnreachableError(f"Microsoft gives us no token: {reason}") from error
            return self._token

    def forget(self) -> None:
        """The token was refused: ask for another one the next time."""
        self._until = float("-inf")

    @abstractmethod
    async def _asked(self) -> Any:
        """Microsoft's answer: `access_token` and `expires_in` in seconds, or `error`. Raises `UnreachableError`."""


class ClientSecret(AccessTokens):
    """A SingleTenant bot: its id and its secret, shown to its own tenant.

    The SDK (through msal) does this by blocking requests that have no time-out, and cannot be pointed at a test double.
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

    async def _asked(self) -> Any:
        try:
            async with self._session.post(
                self._url, data=self._form, timeout=ClientTimeout(total=TIMEOUT_SECONDS)
            ) as answer:
                return await answer.json(content_type=None)
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise UnreachableError(f"Microsoft gives us no token: {type(error).__name__}") from error


class ManagedIdentity(AccessTokens):
    """A UserAssignedMSI bot: the machine in Azure answers for us, and msal knows where each kind of them is asked."""

    def __init__(self, credentials: TeamsCredentials, timer: Callable[[], float] = time.monotonic) -> None:
        super().__init__(timer)
        self._app_id = credentials.app_id

    async def _asked(self) -> Any:
        return await asyncio.to_thread(self._ask)

    def _ask(self) -> Any:
        with requests.Session() as session:
            whose = msal.UserAssignedManagedIdentity(client_id=self._app_id)
            identity = msal.ManagedIdentityClient(whose, http_client=session)
            try:
                return identity.acquire_token_for_client(resource=RESOURCE)
            except (msal.ManagedIdentityError, requests.RequestException, ValueError) as error:
                raise UnreachableError(f"the managed identity gives us no token: {type(error).__name__}") from error


def access_tokens(session: ClientSession, credentials: TeamsCredentials) -> AccessTokens | None:
    """How this bot gets its tokens; None for the anonymous one, which has none."""
    if not credentials.app_id:
        return None
    if credentials.password is None:
        return ManagedIdentity(credentials)
    return ClientSecret(session, credentials, credentials.sandbox or LOGIN)
