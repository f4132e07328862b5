"""The simulated Bot Connector's HTTP server: keys, tokens, conversations, members; and `running()` for tests."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.local_only import HOST, own_pages_only
from sandbox.teams.chats import Chats, ConnectorRefusal, Json
from sandbox.teams.faults import Fault, Faults
from sandbox.teams.keys import ISSUER, KeyRing

BASE = "/emea"
"""The service URL has a path, like the real one: a region, in newer tenants with the tenant's id (`/amer/1234.../`)."""
ANY_BASE = "/{region:.+}"
TOKEN_SECONDS = 3600
SCOPE = "https://api.botframework.com/.default"
PAGE_SIZE = 2
"""Members per page: so few that even a small company needs paging."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class TeamsSandbox:
    """A running Bot Connector and the calls it got. `tokens` are the access tokens that it has issued."""

    app_id: str
    password: str
    tenant: str
    url: str = ""
    keys: KeyRing = field(default_factory=KeyRing)
    chats: Chats = field(default_factory=Chats)
    faults: Faults = field(default_factory=Faults)
    tokens: set[str] = field(default_factory=set)
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each call, oldest first."""
    refusals: list[str] = field(default_factory=list)
    """The calls that were refused, each with the path, the status and Microsoft's code; faults are not among them."""

    @property
    def service_url(self) -> str:
        """The `serviceUrl` of its activities."""
        return f"{self.url}{BASE}/"


@asynccontextmanager
async def running(app_id: str, password: str, tenant: str, port: int = 0) -> AsyncIterator[TeamsSandbox]:
    """Run a Bot Connector on loopback during the `async with` block. With an empty `app_id`, it requires no token."""
    sandbox = TeamsSandbox(app_id, password, tenant)
    runner = web.AppRunner(_application(sandbox), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        sandbox.url = f"http://{HOST}:{runner.addresses[0][1]}"
        yield sandbox
    finally:
        await runner.cleanup()


def _application(sandbox: TeamsSandbox) -> web.Application:
    login, connector = _Login(sandbox), _Connector(sandbox)
    app = web.Application(middlewares=[own_pages_only(), _faulty(sandbox)])
    app.router.add_get("/v1/.well-known/openidconfiguration", login.metadata)
    app.router.add_get("/v1/.well-known/keys", login.key_set)
    app.router.add_post("/{tenant}/oauth2/v2.0/token", login.token)
    conversations = f"{ANY_BASE}/v3/conversations"
    app.router.add_post(conversations, connector.create)
    app.router.add_post(f"{conversations}/{{id}}/activities", connector.post)
    app.router.add_post(f"{conversations}/{{id}}/activities/{{message}}", connector.post)
    app.router.add_put(f"{conversations}/{{id}}/activities/{{message}}", connector.update)
    app.router.add_delete(f"{conversations}/{{id}}/activities/{{message}}", connector.delete)
    app.router.add_get(f"{conversations}/{{id}}/pagedmembers", connector.members)
    app.router.add_get(f"{conversations}/{{id}}/members/{{user}}", connector.member)
    app.router.add_get(f"{ANY_BASE}/v3/teams/{{team}}/conversations", connector.channels)
    return app


def _faulty(sandbox: TeamsSandbox) -> Middleware:
    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        sandbox.requests.append((request.method, request.path))
        before = await _apply_fault(sandbox.faults.next(request.path, after=False), request)
        if before is not None:
            return before
        try:
            response = await handler(request)
        except ConnectorRefusal as refusal:
            sandbox.refusals.append(f"{request.method} {request.path}: {refusal.status} {refusal.code}")
            return _refused(refusal.status, refusal.code, refusal.message)
        return await _apply_fault(sandbox.faults.next(request.path, after=True), request) or response

    return answer


async def _apply_fault(fault: Fault | None, request: web.Request) -> web.Response | None:
    if fault is None:
        return None
    await asyncio.sleep(fault.seconds)
    if fault.until is not None:
        await fault.until.wait()
    if fault.status == 0:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    if fault.status == 200:
        return None
    response = _refused(fault.status, fault.code, fault.code)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _refused(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


class _Login:
    """The endpoints of login.botframework.com and login.microsoftonline.com."""

    def __init__(self, sandbox: TeamsSandbox) -> None:
        self._sandbox = sandbox

    async def metadata(self, _request: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self._sandbox.url}/v1/.well-known/keys"})

    async def key_set(self, _request: web.Request) -> web.Response:
        self._sandbox.keys.fetched += 1
        return web.json_response({"keys": [key.published() for key in self._sandbox.keys.keys]})

    async def token(self, request: web.Request) -> web.Response:
        sandbox, form = self._sandbox, await request.post()
        right = {
            "grant_type": "client_credentials",
            "client_id": sandbox.app_id,
            "client_secret": sandbox.password,
            "scope": SCOPE,
        }
        if request.match_info["tenant"] != sandbox.tenant or dict(form) != right:
            return web.json_response({"error": "invalid_client"}, status=401)
        token = secrets.token_urlsafe(24)
        sandbox.tokens.add(token)
        return web.json_response({"token_type": "Bearer", "expires_in": TOKEN_SECONDS, "access_token": token})


class _Connector:
    """The endpoints of the Bot Connector."""

    def __init__(self, sandbox: TeamsSandbox) -> None:
        self._sandbox = sandbox

    def _authorize(self, request: web.Request) -> Chats:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if self._sandbox.app_id and (scheme != "Bearer" or token not in self._sandbox.tokens):
            raise ConnectorRefusal(401, "Unauthorized")
        return self._sandbox.chats

    async def create(self, request: web.Request) -> web.Response:
        chats, wanted = self._authorize(request), await request.json()
        if wanted.get("isGroup") or (wanted.get("channelData") or {}).get("tenant", {}).get("id") is None:
            raise ConnectorRefusal(400, "BadSyntax")
        return web.json_response({"id": chats.open_personal(wanted["members"][0]["id"]).id}, status=201)

    async def post(self, request: web.Request) -> web.Response:
        chats, activity = self._authorize(request), await request.json()
        return web.json_response({"id": chats.post(request.match_info["id"], activity)}, status=201)

    async def update(self, request: web.Request) -> web.Response:
        chats, activity = self._authorize(request), await request.json()
        chats.update(request.match_info["id"], request.match_info["message"], activity)
        return web.json_response({"id": request.match_info["message"]})

    async def delete(self, request: web.Request) -> web.Response:
        self._authorize(request).delete(request.match_info["id"], request.match_info["message"])
        return web.Response()

    async def members(self, request: web.Request) -> web.Response:
        members = self._authorize(request).find(request.match_info["id"]).members
        start = int(request.query.get("continuationToken") or 0)
        end = start + min(PAGE_SIZE, int(request.query.get("pageSize") or PAGE_SIZE))
        page: Json = {"members": [each.account() for each in members[start:end]]}
        return web.json_response(page if end >= len(members) else {**page, "continuationToken": str(end)})

    async def member(self, request: web.Request) -> web.Response:
        user = request.match_info["user"]
        for each in self._authorize(request).find(request.match_info["id"]).members:
            if user in (each.user, each.person):
                return web.json_response(each.account())
        raise ConnectorRefusal(404, "MemberNotFoundInConversation")

    async def channels(self, request: web.Request) -> web.Response:
        channels = self._authorize(request).channels(request.match_info["team"])
        return web.json_response({"conversations": [each.info() for each in channels]})
