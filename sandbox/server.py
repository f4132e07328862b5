"""The sandbox's HTTP server: the routes of both APIs, and `running()` for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web

from sandbox.config import SandboxConfig
from sandbox.local_only import HOST, own_pages_only
from sandbox.simulation import Simulation
from sandbox.uploads import MAX_FILE_BYTES
from sandbox.user_api.endpoint import UserApi
from sandbox.webapi.endpoint import WebApi
from sandbox.webapi.responses import ResponseEndpoint

PAGE = Path(__file__).parent / "page"
SIMULATION: web.AppKey[Simulation] = web.AppKey("simulation", Simulation)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox: its URL (`http://127.0.0.1:PORT`), and its state for tests."""

    url: str
    state: Simulation

    @property
    def api_url(self) -> str:
        """The `base_url` for Slack clients, with the trailing slash that they need."""
        return f"{self.url}/api/"


def build_sandbox(config: SandboxConfig) -> web.Application:
    """The web application of one sandbox; its state is `app[SIMULATION]`."""
    sim = Simulation(config)
    api, people, responses = WebApi(sim), UserApi(sim), ResponseEndpoint(sim)
    app = web.Application(client_max_size=MAX_FILE_BYTES + 1_000_000, middlewares=[own_pages_only()])
    app[SIMULATION] = sim
    app.router.add_route("*", "/api/{method}", api.handle)
    app.router.add_post("/response/{key}", responses.handle)
    app.router.add_get("/socket/{ticket}", sim.sockets.serve)
    app.router.add_post("/upload/{file}", _upload)
    app.router.add_get("/files/{file}", _file)
    app.router.add_get("/oauth/v2/authorize", _authorize)
    app.router.add_get("/sandbox/live", people.live)
    if PAGE.is_dir():
        app.router.add_static("/sandbox/static", PAGE)
    app.router.add_route("*", "/sandbox/{call:.+}", people.handle)
    app.router.add_get(r"/archives/{channel:\w+}/p{seconds:\d+}{rest:\d{6}}", _archives)
    app.router.add_get("/", _page)
    app.on_startup.append(_start)

    async def close_sockets(_: web.Application) -> None:
        await people.close()
        await sim.sockets.close()

    app.on_shutdown.append(close_sockets)
    app.on_cleanup.append(_stop)
    return app


@asynccontextmanager
async def running(config: SandboxConfig) -> AsyncIterator[Sandbox]:
    """Run a sandbox during the `async with` block; port 0 picks a free one."""
    app = build_sandbox(config)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, config.port)
        await site.start()
        port = runner.addresses[0][1]
        yield Sandbox(f"http://{HOST}:{port}", app[SIMULATION])
    finally:
        await runner.cleanup()


async def _start(app: web.Application) -> None:
    await app[SIMULATION].start()


async def _stop(app: web.Application) -> None:
    await app[SIMULATION].close()


async def _page(_: web.Request) -> web.StreamResponse:
    index = PAGE / "index.html"
    if not index.is_file():
        return web.Response(text="The sandbox runs. Its page is not built in.")
    return web.FileResponse(index)


async def _archives(request: web.Request) -> web.Response:
    """Redirect a message's permalink to the page, which shows the message."""
    at = request.match_info
    place = {"channel": at["channel"], "message": f"{at['seconds']}.{at['rest']}"}
    thread = request.query.get("thread_ts")
    raise web.HTTPFound(f"/?{urlencode(place | ({'thread': thread} if thread else {}))}")


async def _upload(request: web.Request) -> web.Response:
    """Store the bytes of a file announced by `files.getUploadURLExternal`, raw or as a multipart form."""
    sim = request.app[SIMULATION]
    if request.content_type == "multipart/form-data":
        form = await request.post()
        parts = [each for each in form.values() if isinstance(each, web.FileField)]
        content = parts[0].file.read() if parts else b""
    else:
        content = await request.read()
    upload = sim.uploads.store(request.match_info["file"], content)
    if upload is None:
        return web.Response(status=404, text="file_not_found")
    return web.Response(text=f"OK - {len(content)}")


async def _file(request: web.Request) -> web.Response:
    upload = request.app[SIMULATION].uploads.get(request.match_info["file"])
    if upload is None or upload.content is None:
        return web.Response(status=404, text="file_not_found")
    # Always as a download: an uploaded file must not run as a page of this origin.
    return web.Response(
        body=upload.content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
    )


async def _authorize(request: web.Request) -> web.Response:
    """The install page: agrees at once and redirects."""
    sim = request.app[SIMULATION]
    redirect = request.query.get("redirect_uri")
    if request.query.get("client_id") != sim.config.client_id or not redirect:
        return web.Response(status=400, text="invalid_client_id or missing redirect_uri")
    code = sim.oauth_codes.issue(request.query.get("scope", ""), redirect)
    query = urlencode({"code": code, "state": request.query.get("state", "")})
    raise web.HTTPFound(f"{redirect}{'&' if '?' in redirect else '?'}{query}")
