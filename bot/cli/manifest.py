"""`firstcall manifest`: what a platform wants to know about the app before it lets it in."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import click

from bot.slack.manifest import manifest


def _https(_ctx: click.Context, _parameter: click.Parameter, url: str | None) -> str | None:
    """Slack posts to https addresses only, and says so late and unclearly."""
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/"):
        raise click.BadParameter(f"{url} is not an https address without a path, as https://firstcall.example.com is")
    return url


@click.group()
def command() -> None:
    """Write the app manifest that a platform asks for."""


@command.command()
@click.option("--url", callback=_https, help="Where Slack reaches this bot, for example https://firstcall.example.com.")
@click.option("--socket-mode", is_flag=True, help="The bot calls Slack instead; no public address is needed.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write, instead of printing it."
)
def slack(url: str | None, socket_mode: bool, out: Path | None) -> None:
    """The manifest to paste at https://api.slack.com/apps: Create New App, From a manifest.

    Say one of --url and --socket-mode.
    """
    if (url is None) != socket_mode:
        raise click.UsageError("say either --url https://... or --socket-mode")
    text = json.dumps(manifest(request_url=url, socket_mode=socket_mode), indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", "utf-8")
        click.echo(f"Written to {out}.", err=True)
