"""How people write settings: what Docker, editors, clipboards and documents make of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import running
from bot.cli.exit_codes import ExitCode
from bot.settings import Settings, SettingsError, is_loopback, load_settings, require_slack
from sandbox.server import running as sandbox_running
from tests.cli.conftest import no_settings
from tests.field.test_running import ROOT, firstcall_program, sentence_of
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings

__all__ = ["no_settings"]

TOKEN, SECRET = "xoxb-1-2-abc", "0123456789abcdef"
EDITORS = pytest.mark.reported("theskumar/python-dotenv#526", "theskumar/python-dotenv#637", "docker/compose#5220")
FRAMES = ['"{}"', "'{}'", "“{}”", "‘{}’", " {}\t", "\ufeff{}", "{}\u200b", "\u00a0{}\u00a0", '\u200e"{}" ', "{}\r"]


@EDITORS
@pytest.mark.parametrize(
    "written",
    [
        "\ufeffSLACK_BOT_TOKEN={}\nSLACK_SIGNING_SECRET={}\n",
        "SLACK_BOT_TOKEN={}\r\nSLACK_SIGNING_SECRET={}\r\n",
        "export SLACK_BOT_TOKEN={}\nexport SLACK_SIGNING_SECRET='{}'\n",
        'SLACK_BOT_TOKEN = {} # the bot\n SLACK_SIGNING_SECRET = "{}"\n',
        "SLACK_BOT_TOKEN=“{}”\nSLACK_SIGNING_SECRET=‘{}’\n",
        "SLACK_BOT_TOKEN=\u00a0{}\u200b\nSLACK_SIGNING_SECRET=\ufeff{}\n",
    ],
    ids=["BOM", "CRLF", "export", "spaces", "smart quotes", "clipboard"],
)
def test_a_file_of_settings_is_read_as_it_was_meant(no_settings: Path, written: str) -> None:
    (no_settings / ".env").write_bytes(written.format(TOKEN, SECRET).encode())
    found = require_slack(load_settings())
    assert (found.bot_token, found.signing_secret) == (TOKEN, SECRET)


@pytest.mark.reported("moby/moby#46773", "docker/cli#3630", "docker/for-linux#1208", "theskumar/python-dotenv#545")
@pytest.mark.parametrize("frame", FRAMES, ids=ascii)
@pytest.mark.usefixtures("no_settings")
def test_what_surrounds_a_value_is_no_part_of_it(frame: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "FIRSTCALL_PORT": "4000",
        "FIRSTCALL_HOST": "localhost",
        "FIRSTCALL_LOG_LEVEL": "warning",
        "FIRSTCALL_DEVELOPMENT": "true",
        "DATABASE_URL": "sqlite:///other.db",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, frame.format(value))
    found = load_settings()
    slack = require_slack(found)
    assert (slack.bot_token, slack.signing_secret) == (TOKEN, SECRET)
    assert (found.port, found.host, found.log_level, found.development) == (4000, "localhost", "warning", True)
    assert found.database_url == "sqlite:///other.db"


@pytest.mark.reported("Fiddlekins/podbot#18", "discord-net/Discord.Net#1305", "nat/ghtop#2", "bwmarrin/discordgo#1736")
@pytest.mark.parametrize("token", ["xoxb-a\nb", "xoxb-a b", "xoxb-é", "xoxb-a\0b", "xoxb-…"], ids=ascii)
def test_a_token_that_no_header_can_hold_is_named(token: str) -> None:
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN must be"):
        require_slack(Settings(_env_file=None, slack_bot_token=token, slack_signing_secret=SECRET))  # type: ignore[arg-type]  # as the environment has it
    with pytest.raises(SettingsError, match="SLACK_APP_TOKEN must be"):
        require_slack(
            Settings(_env_file=None, slack_bot_token=TOKEN, slack_app_token=token.replace("xoxb", "xapp"))  # type: ignore[arg-type]  # as above
        )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user who may not read the file")
@pytest.mark.reported("nirui/sshwifty#42", "jim60105/docker-whisperX#31")
def test_a_file_of_settings_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"SLACK_BOT_TOKEN={TOKEN}\n")
    wrapped = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    (tmp_path / ".env").chmod(0)
    ended = firstcall_program("run", folder=tmp_path, wrapped=wrapped)
    assert ended.returncode == ExitCode.SETTINGS
    assert sentence_of(ended) == "firstcall: .env in this folder cannot be read: Permission denied."


@pytest.mark.reported("Kludex/uvicorn#791", "http-party/http-server#490", "ggml-org/llama.cpp#25135")
@pytest.mark.parametrize("host", ["::1", "[::1]"])
async def test_an_ipv6_address_is_listened_on_and_named_as_in_a_url(host: str, database_url: str) -> None:
    config = patient_slack()
    assert is_loopback(Settings(_env_file=None, host=host).host)
    async with sandbox_running(config) as slack:
        settings = slack_settings(database_url, config, slack.api_url).model_copy(
            update={"host": Settings(_env_file=None, host=host).host}
        )
        async with running(settings) as bot:
            assert bot.url.startswith("http://[::1]:")


@pytest.mark.reported("beromir/Servas#32", "KR8MER/eas-station#417", "yegor256/0rsk#625")
def test_a_folder_in_the_place_of_the_file_is_named(no_settings: Path) -> None:
    (no_settings / ".env").mkdir()
    with pytest.raises(SettingsError, match="is a folder: remove it"):
        load_settings()


@pytest.mark.reported("bugsink/bugsink#416", "nextlevelbuilder/goclaw#1372", "seatsurfing/seatsurfing#5")
def test_the_time_zones_come_with_the_packages(tmp_path: Path) -> None:
    """A small image has none."""
    (line,) = re.findall(r"^tzdata==.*", (ROOT / "script/locks/run.txt").read_text("utf-8"), re.M)
    assert "platform" not in line
    program = "from handlers.method.time_zones import known_zone; print(known_zone('Asia/Calcutta'))"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONTZPATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.startswith("Asia/")
