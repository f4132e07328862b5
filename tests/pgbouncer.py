"""A real PgBouncer in front of the run's PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.patience import PATIENCE
from tests.ports import free_ports


@contextmanager
def pgbouncer(database_url: str, pool_mode: str, *, sessions: int = 4) -> Iterator[str]:
    """A pooler with this pool mode; yields the URL through which the database is reached.

    There are few `sessions` of the server, so that transactions of different clients get the same ones in turn.
    """
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is not installed")
    server = make_url(database_url)
    port = free_ports(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "users.txt").write_text('"firstcall" ""\n')
        settings = folder / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n* = host={server.query['host']} user={server.username}\n"
            "[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = any\nauth_file = {folder}/users.txt\n"
            f"pool_mode = {pool_mode}\ndefault_pool_size = {sessions}\nmax_client_conn = 200\n"
            "server_login_retry = 0.2\n"
            # It refuses to run as root, and only the user of the server may open the server's socket.
            + (f"user = {Path(str(server.query['host'])).owner()}\n" if os.geteuid() == 0 else "")
        )
        with (folder / "log").open("w") as log, subprocess.Popen([program, settings], stdout=log, stderr=log) as pooler:
            try:
                url = f"postgresql://firstcall@127.0.0.1:{port}/{server.database}"
                _wait_until_it_answers(url, pooler, folder / "log")
                yield url
            finally:
                pooler.kill()  # there may be clients for which a gentle end would wait


def _wait_until_it_answers(url: str, pooler: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        assert pooler.poll() is None, log.read_text()
        try:
            psycopg.connect(url, connect_timeout=5, autocommit=True).close()
        except psycopg.OperationalError:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        else:
            return
