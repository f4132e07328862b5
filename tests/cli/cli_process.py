"""Starts real programs for a test, and waits until they answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.patience import PATIENCE


def ask(url: str, body: dict[str, Any] | None = None) -> Any:
    """GET, or POST a JSON object; returns the JSON of the response. Raises URLError if there is none, or not 2xx."""
    request = urllib.request.Request(
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def eventually(url: str) -> Any:
    """The first successful response of the address."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return ask(url)
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def children_of(pid: int) -> dict[str, int]:
    """The child processes: pid by the module that Python runs."""
    found = {}
    for child in psutil.Process(pid).children():
        try:
            command_line = child.cmdline()
        except psutil.NoSuchProcess:
            continue  # it has just ended
        if "-m" in command_line:
            found[command_line[command_line.index("-m") + 1]] = child.pid
    return found


def all_gone(pids: Iterable[int]) -> bool:
    """Whether all of them end within PATIENCE."""
    there = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(there, PATIENCE)
    return not alive


def lives(pid: int) -> bool:
    """Whether the process is running and not a zombie."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def sandbox(*arguments: str) -> Iterator[str]:
    """A simulated Slack workspace; yields its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0", *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def program(*arguments: str, folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`firstcall ARGUMENTS` as a process, killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
