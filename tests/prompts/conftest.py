"""A fixture that writes a locale for a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

WriteLocale = Callable[[str, str, str | None], None]


@pytest.fixture
def write_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteLocale:
    """Make a locale with one file, or without it when the text is None.

    Files are cached by locale, so each test needs a locale name of its own.
    """
    monkeypatch.setattr("prompts.locale_file.files", lambda _package: tmp_path)

    def write(locale: str, name: str, text: str | None) -> None:
        folder = tmp_path / "locales" / locale
        folder.mkdir(parents=True)
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")

    return write
