"""`firstcall manifest teams` writes a package that Teams' own schema takes, with icons of the right kind."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest

from bot.cli.exit_codes import ExitCode
from bot.interactions import commands
from bot.teams import manifest as teams
from tests.cli.conftest import CommandLine

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "contracts" / "teams-app-manifest-1.24.schema.json").read_text("utf-8")
)
BOT = "11111111-2222-4333-8444-555555555555"
SECRET = "the-bots-own-secret"
ONLY_IN_TEAMS = {"home"}
NOT_IN_A_MENU = {
    *("brief", "recap", "log", "undo", "lost", "promises", "step", "amount", "cancelled", "refunded", "reopen"),
    *("challenge", "challenges", "praise", "referrals", "review", "selfcheck", "with", "handoff", "delivery"),
    *("announce", "tiers", "calendar", "export"),
}
"""Teams shows ten commands. These do what a button on the card does, or are rarely needed; `help` lists them."""
GREEN = (0x0F, 0x76, 0x6E, 0xFF)


@pytest.fixture
def written(firstcall: CommandLine, tmp_path: Path) -> bytes:
    result = firstcall(
        *("manifest", "teams", "--out", "out.zip", "--url", "https://firstcall.example.com/about"),
        MICROSOFT_APP_ID=BOT,
        MICROSOFT_APP_PASSWORD=SECRET,
    )
    assert (result.exit_code, result.stdout) == (ExitCode.FINE, "")
    return (tmp_path / "out.zip").read_bytes()


@pytest.fixture
def manifest(written: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        content: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return content


def pixels(png: bytes) -> tuple[tuple[int, int], list[tuple[int, ...]]]:
    """Width and height, and each pixel as red, green, blue and opacity."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    length = struct.unpack(">I", png[33:37])[0]
    rows = zlib.decompress(png[41 : 41 + length])
    size = 1 + 4 * width
    assert {rows[row * size] for row in range(height)} == {0}
    flat = b"".join(rows[row * size + 1 : (row + 1) * size] for row in range(height))
    return (width, height), [tuple(flat[at : at + 4]) for at in range(0, len(flat), 4)]


def packed(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return archive.read(name)


def test_teams_takes_it(manifest: dict[str, Any]) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(manifest)
    assert manifest["manifestVersion"] == "1.24"
    assert manifest["bots"][0]["botId"] == manifest["webApplicationInfo"]["id"] == BOT
    assert manifest["composeExtensions"][0]["botId"] == BOT
    assert manifest["validDomains"] == ["firstcall.example.com"]
    assert manifest["developer"]["privacyUrl"] == "https://firstcall.example.com/about"


def test_the_schema_would_say_so(manifest: dict[str, Any]) -> None:
    manifest["bots"][0]["scopes"].append("everywhere")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate(manifest)


def test_the_package_has_the_manifest_and_both_icons_and_no_secret(written: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert archive.testzip() is None
        assert not any(SECRET.encode() in archive.read(name) for name in archive.namelist())


def test_it_is_the_same_bytes_each_time(written: bytes, firstcall: CommandLine, tmp_path: Path) -> None:
    again = ("manifest", "teams", "--url", "https://firstcall.example.com/about")
    assert firstcall(*again, MICROSOFT_APP_ID=BOT.upper()).exit_code == ExitCode.FINE
    assert (tmp_path / "firstcall-teams.zip").read_bytes() == written


def test_the_apps_id_belongs_to_the_bot_unless_one_is_given(firstcall: CommandLine, tmp_path: Path) -> None:
    own = "99999999-8888-4777-8666-555555555555"
    assert firstcall("manifest", "teams", "--id", own, MICROSOFT_APP_ID=BOT).exit_code == ExitCode.FINE
    with zipfile.ZipFile(tmp_path / "firstcall-teams.zip") as archive:
        written = json.loads(archive.read("manifest.json"))
    assert written["id"] == own
    assert written["developer"]["websiteUrl"] == teams.LICENSE_PAGE
    assert written["validDomains"] == []
    assert teams.app_id(UUID(BOT)) not in (teams.app_id(UUID(own)), UUID(BOT))


@pytest.mark.parametrize("bot", ["", "firstcall", "11111111-2222"])
def test_without_a_bot_it_names_the_setting(bot: str, firstcall: CommandLine, tmp_path: Path) -> None:
    result = firstcall("manifest", "teams", MICROSOFT_APP_ID=bot)
    assert (result.exit_code, result.stdout) == (ExitCode.SETTINGS, "")
    assert result.stderr.startswith("firstcall: MICROSOFT_APP_ID must be ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("--url", "http://firstcall.example.com"), ("--url", "firstcall.example.com"), ("--id", "mine")]
)
def test_what_teams_would_refuse_is_refused(arguments: tuple[str, str], firstcall: CommandLine) -> None:
    result = firstcall("manifest", "teams", *arguments, MICROSOFT_APP_ID=BOT)
    assert (result.exit_code, result.stdout) == (ExitCode.WRONG_USE, "")


def test_the_menus_offer_what_can_be_typed_and_leave_nothing_out(manifest: dict[str, Any]) -> None:
    menus = {
        scope: [each["title"] for each in menu["commands"]]
        for menu in manifest["bots"][0]["commandLists"]
        for scope in menu["scopes"]
    }
    assert set(menus) == {"personal", "team", "groupChat"}
    offered = {title for menu in menus.values() for title in menu}
    assert offered == {name for name in commands._COMMANDS if name} - NOT_IN_A_MENU | ONLY_IN_TEAMS
    for menu in menus.values():
        assert len(menu) == len(set(menu)) <= 10


def test_what_teams_cuts_off_is_short_enough(manifest: dict[str, Any]) -> None:
    """Below the schema's limits: Teams shows so much of a command."""
    for menu in manifest["bots"][0]["commandLists"]:
        for each in menu["commands"]:
            assert len(each["title"]) <= 32
            assert len(each["description"]) <= 60


def test_it_asks_for_two_permissions_and_hears_with_them(manifest: dict[str, Any]) -> None:
    assert manifest["authorization"]["permissions"]["resourceSpecific"] == [
        {"name": "ChannelMessage.Read.Group", "type": "Application"},
        {"name": "ChatMessage.Read.Chat", "type": "Application"},
    ]
    assert "permissions" not in manifest


def test_two_actions_on_messages_have_a_dialog(manifest: dict[str, Any]) -> None:
    commands = manifest["composeExtensions"][0]["commands"]
    assert [command["title"] for command in commands] == ["Closed deal", "Log a challenge"]
    for command in commands:
        assert (command["type"], command["fetchTask"]) == ("action", True)
        assert set(command["context"]) == {"message", "compose"}


def test_the_color_icon_is_solid_and_its_sign_is_in_the_middle(written: bytes, manifest: dict[str, Any]) -> None:
    size, found = pixels(packed(written, "color.png"))
    assert size == (192, 192)
    assert {opacity for *_, opacity in found} == {255}
    assert manifest["accentColor"] == "#0f766e"
    outside = [
        pixel for at, pixel in enumerate(found) if not (36 <= at % 192 < 192 - 36 and 36 <= at // 192 < 192 - 36)
    ]
    assert set(outside) == {GREEN}
    assert found.count((255, 255, 255, 255)) > 3_000


def test_the_outline_icon_is_white_on_nothing(written: bytes) -> None:
    size, found = pixels(packed(written, "outline.png"))
    assert size == (32, 32)
    assert {pixel[:3] for pixel in found} == {(255, 255, 255)}
    opacities = [pixel[3] for pixel in found]
    assert opacities[0] == opacities[-1] == 0
    assert opacities.count(0) > 600
    assert opacities.count(255) > 60
