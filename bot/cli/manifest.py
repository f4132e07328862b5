"""`firstcall manifest`: the app manifest for Slack, and the app package for Teams."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import click

from bot.settings import EXPECTED, SettingsError, load_settings
from bot.slack import manifest as of_slack
from bot.teams import manifest as of_teams


def _https(_ctx: click.Context, _parameter: click.Parameter, url: str | None) -> str | None:
    """Both platforms accept only https addresses, but reject others late and unclearly."""
    if url is not None and (urlsplit(url).scheme != "https" or not urlsplit(url).hostname):
        raise click.BadParameter(f"{url} is not an https address, such as https://firstcall.example.com")
    return url


def _https_without_path(ctx: click.Context, parameter: click.Parameter, url: str | None) -> str | None:
    """The manifest adds the path."""
    url = _https(ctx, parameter, url)
    if url is not None and urlsplit(url).path.strip("/"):
        raise click.BadParameter(f"{url} is not an https address without a path, such as https://firstcall.example.com")
    return url


@click.group()
def command() -> None:
    """Write the app manifest for Slack, or the app package for Teams."""


@command.command()
@click.option(
    "--url",
    callback=_https_without_path,
    help="The public address of this bot, for example https://firstcall.example.com.",
)
@click.option("--socket-mode", is_flag=True, help="Connect by Socket Mode instead; no public address is needed.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write. Default: standard output."
)
def slack(url: str | None, socket_mode: bool, out: Path | None) -> None:
    """Write the manifest to paste at https://api.slack.com/apps: Create New App, From a manifest.

    Give either --url or --socket-mode.
    """
    if (url is None) != socket_mode:
        raise click.UsageError("give either --url https://... or --socket-mode")
    text = json.dumps(of_slack.manifest(request_url=url, socket_mode=socket_mode), indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", "utf-8")
        click.echo(f"Written to {out}.", err=True)


@command.command()
@click.option("--url", callback=_https, help="A page on your site about FirstCall; Teams links to it.")
@click.option("--id", "app", type=click.UUID, help="The app's id in Teams. Default: an id derived from the bot's.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default="firstcall-teams.zip",
    show_default=True,
    help="The file to write.",
)
def teams(url: str | None, app: UUID | None, out: Path) -> None:
    """Write the app package to upload to Teams, for the Azure Bot in MICROSOFT_APP_ID."""
    bot = _bot_id()
    content = of_teams.manifest(
        bot=bot,
        app=app or of_teams.app_id(bot),
        version=metadata.version("firstcall"),
        page=url,
        domain=urlsplit(url).hostname if url else None,
    )
    out.write_bytes(of_teams.package(content))
    click.echo(f"Written to {out}.", err=True)


def _bot_id() -> UUID:
    """Raises `SettingsError` if it is missing or not a UUID."""
    name = "MICROSOFT_APP_ID"
    app_id = (load_settings().microsoft_app_id or "").strip()
    try:
        return UUID(app_id)
    except ValueError:
        raise SettingsError(name, f"{name} must be {EXPECTED[name]}.") from None
