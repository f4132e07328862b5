"""`firstcall demo`: it prints one address, restarts the bot, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.demo.command import DEMO_FILES, _delete_demo_files, _environment
from bot.cli.exit_codes import ExitCode
from tests.cli.cli_process import PATIENCE, all_gone, ask, children_of, eventually, program
from tests.ports import free_ports

QUIET = ("--no-browser", "--data", "data")


class Demo:
    """A running demo in `folder`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, port: int) -> None:
        self.process, self.folder, self.port = process, folder, port
        self.page = f"http://127.0.0.1:{port}/"
        self.bot = f"http://127.0.0.1:{port + 1}"

    def wait(self) -> str:
        """The output until the address of the page."""
        assert self.process.stdout is not None
        said = ""
        while self.page not in said:
            line = self.process.stdout.readline()
            assert line, f"it ended: {said}{self.process.stderr.read() if self.process.stderr else ''}"
            said += line
        return said

    def children(self) -> dict[str, int]:
        """The process ids of the bot, the workspace and the watchdog."""
        return children_of(self.process.pid)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    port = free_ports(2)
    with program("demo", *QUIET, "--port", str(port), folder=tmp_path) as process:
        yield Demo(process, tmp_path, port)


def close_a_deal(demo: Demo) -> None:
    """Post a win in the wins channel, and wait until the bot has recorded it."""
    workspace = ask(f"{demo.page}sandbox/workspace")
    [wins] = [channel["id"] for channel in workspace["channels"] if channel["name"] == "wins"]
    [ada] = [person["id"] for person in workspace["people"] if person["name"] == "ada"]
    ask(
        f"{demo.page}sandbox/messages",
        {"as": ada, "channel": wins, "text": "Just closed Northwind Dental! $45k ARR"},
    )
    end = time.monotonic() + PATIENCE
    while not any(
        request["direction"] == "to_bot" and request["status"] == 200 and "Northwind" in str(request["request"])
        for request in ask(f"{demo.page}sandbox/requests")["requests"]
    ):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_demo_from_its_first_line_to_its_last(demo: Demo) -> None:
    said = demo.wait()
    assert said.count("http") == 1
    children = demo.children()
    assert set(children) == {"bot", "sandbox", "bot.cli.demo.watchdog"}

    assert "Oakmont Clinics" in exported(demo)  # it was told before the demo began
    close_a_deal(demo)
    children |= {"second bot": comes_back(demo, children["bot"])}
    a_second_demo_is_refused(demo)

    demo.process.send_signal(signal.SIGINT)
    out, err = demo.process.communicate(timeout=PATIENCE)
    assert (demo.process.returncode, err) == (ExitCode.FINE, "")
    assert out == "The bot exited (SIGKILL) and is restarted.\nThe demo has ended.\n"
    assert all_gone(children.values())
    assert "Northwind Dental" in exported(demo)


def exported(demo: Demo) -> str:
    """The export of what the bot has stored."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "export"],
        env=os.environ | {"DATABASE_URL": "sqlite:///data/firstcall.db"},
        cwd=demo.folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def comes_back(demo: Demo, bot: int) -> int:
    """Kill the bot; returns the new pid once it is ready again."""
    os.kill(bot, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while demo.children().get("bot", bot) == bot:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert eventually(f"{demo.bot}/readyz")["database"]
    return demo.children()["bot"]


def a_second_demo_is_refused(demo: Demo) -> None:
    with program("demo", *QUIET, "--port", str(free_ports(2)), folder=demo.folder) as second:
        _, err = second.communicate(timeout=PATIENCE)
    assert second.returncode == ExitCode.FAILED
    assert err == "firstcall: another demo uses data: stop that one, or choose another folder with --data\n"


def test_nothing_outlives_a_killed_demo(demo: Demo) -> None:
    demo.wait()
    children = demo.children()
    demo.process.kill()
    assert all_gone([children["bot"], children["sandbox"]])


@pytest.mark.parametrize("offset", [0, 1])
def test_a_port_in_use_is_reported_in_one_line(offset: int, tmp_path: Path) -> None:
    port = free_ports(2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + offset))
        taken.listen()
        with program("demo", *QUIET, "--port", str(port), folder=tmp_path) as process:
            _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.FAILED
    assert err.startswith(f"firstcall: port {port + offset} on 127.0.0.1 is in use")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_fresh_deletes_only_the_files_of_earlier_demos(tmp_path: Path) -> None:
    for name in (*DEMO_FILES, "mine.txt"):
        (tmp_path / name).touch()
    _delete_demo_files(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_invalid_database_is_reported_in_one_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "firstcall.db").write_text("no database at all " * 100)
    with program("demo", *QUIET, "--port", str(free_ports(2)), folder=tmp_path) as process:
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.DATABASE
    assert "file is not a database" in err
    assert err.count("\n") == 1


def test_the_demo_ignores_settings_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DATABASE_URL", "FIRSTCALL_LOG_LEVEL", "firstcall_port"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("HTTPS_PROXY", "kept")
    assert "mine" not in _environment().values()
    assert _environment()["HTTPS_PROXY"] == "kept"
