"""Every recorded payload names where its shape comes from, and holds nothing of anybody real."""

from __future__ import annotations

import re

import pytest

from tests.recorded.recording import FOLDER, PLATFORMS, SENT_AS, Recording, read_recording, recordings

SOURCE = re.compile(r"[\w.-]+/[\w.-]+(#\d+|(/[\w.-]+)+)|page: \S.*")
TOKENS = re.compile(r"\bxox[a-z]-|\bxapp-|\beyJ[\w-]{10,}|\bsk_(live|test)_|Bearer ")
ADDRESSES = re.compile(r"(?:(?<=mailto:)|(?<![\w:.+-]))[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
"""E-mail addresses; Teams' ids of conversations, which look alike, follow a colon."""
INVENTED = re.compile(r"(.+\.)?example(\.(com|net|org))?")

every_recording = pytest.mark.parametrize("recording", recordings(), ids=lambda each: f"{each.platform}-{each.name}")


@every_recording
def test_a_recording_names_its_sources_and_its_shape(recording: Recording) -> None:
    assert recording.sources
    assert [source for source in recording.sources if not SOURCE.fullmatch(source)] == []
    assert re.fullmatch(r"[A-Z].*\.", recording.about)
    assert recording.sent_as in SENT_AS
    for name in recording.before:
        read_recording(recording.platform, name)


@every_recording
def test_a_recording_holds_no_secret_and_no_real_address(recording: Recording) -> None:
    text = (FOLDER / recording.platform / f"{recording.name}.json").read_text("utf-8")
    assert TOKENS.findall(text) == []
    assert [domain for domain in ADDRESSES.findall(text) if not INVENTED.fullmatch(domain)] == []


def test_an_address_is_told_from_the_id_of_a_conversation() -> None:
    text = (
        "19:wins@thread.tacv2 19:meeting_A-b@thread.v2 <mailto:ada@linden.example|ada@real-company.com>, bo@example.com"
    )
    assert ADDRESSES.findall(text) == ["linden.example", "real-company.com", "example.com"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_both_platforms_are_recorded(platform: str) -> None:
    assert len([each for each in recordings() if each.platform == platform]) >= 60
