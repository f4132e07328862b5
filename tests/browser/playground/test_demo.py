"""`firstcall demo --teams` from start to end: it listens on loopback only, and leaves nothing behind."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil

from bot.cli.exit_codes import ExitCode
from tests.cli.cli_process import PATIENCE, all_gone, program
from tests.ports import free_ports


def test_the_teams_demo_listens_on_loopback_only_and_stops(playground_command: Path, tmp_path: Path) -> None:
    data = tmp_path / "data" / "teams"
    data.mkdir(parents=True)
    (data / "playground").symlink_to(playground_command.parents[3], target_is_directory=True)
    port = free_ports(2)
    with program("demo", "--teams", "--no-browser", "--data", "data", "--port", str(port), folder=tmp_path) as process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            said += line
        assert f"http://127.0.0.1:{port}/" in said
        children = psutil.Process(process.pid).children(recursive=True)
        listening = {
            each.laddr for child in children for each in child.net_connections() if each.status == psutil.CONN_LISTEN
        }
        assert listening == {("127.0.0.1", port), ("127.0.0.1", port + 1)}
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (ExitCode.FINE, "The demo has ended.\n", "")
    assert all_gone(child.pid for child in children)
    assert (data / "firstcall.db").is_file()
