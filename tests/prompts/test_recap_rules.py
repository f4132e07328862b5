"""The lists that guard the recap mail can be edited, and say what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.errors import PlaybookError
from prompts.recap_rules import recap_rules


def test_the_english_lists_are_of_use() -> None:
    rules = recap_rules()

    assert all(before and after for before, after in rules.quotes)
    for words in (rules.legal, rules.inviting):
        assert list(words) == sorted(set(words))
        assert all(word == word.strip().casefold() for word in words)
    for names in (rules.names.titles, rules.names.suffixes, rules.names.roles, rules.names.particles):
        assert all(word == word.strip(" .,").casefold() for word in names)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x-no-rules", None, "cannot be read"),
        ("x-broken-rules", "quotes = [", "cannot be read"),
        ("x-few-rules", "quotes = ['“”']\n[names]\n", "lacks the entry 'legal'"),
        ("x-no-names", "quotes = ['“”']\n", "lacks the entry 'names'"),
    ],
)
def test_rules_that_are_of_no_use_are_refused_with_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str | None, said: str
) -> None:
    folder = tmp_path / "locales" / name
    folder.mkdir(parents=True)
    if text is not None:
        (folder / "recap.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("prompts.recap_rules.files", lambda _package: tmp_path)

    with pytest.raises(PlaybookError, match=rf"prompts/locales/{name}/recap\.toml.*{said}"):
        recap_rules(name)
