"""The docs against the code: links lead somewhere, commands parse, and files, settings, scopes and tests are there."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator

import click
import pytest

from bot.cli import main
from bot.interactions import commands
from bot.settings import Settings, environment_name
from bot.slack.manifest import COMMAND, EVENTS, SCOPES
from bot.teams.manifest import IN_A_GROUP, IN_PERSON, RESOURCE_PERMISSIONS
from tests.repo.tracked import ROOT, tracked

PAGES = sorted(name for name in tracked() if re.fullmatch(r"(README|CHANGELOG|CONTRIBUTING)\.md|docs/.*\.md", name))
RECIPES = (
    "A button on the deal card",
    "A reminder kind",
    "A platform",
    "A field of a deal, with its migration and export",
    "A wording",
)
ROOMS = r"(?:bot|handlers|storage|prompts|sandbox|tests|docs|script|\.ci)"
OF_THE_SUITE = {"FIRSTCALL_TEST_WORKERS"}
"""Settings that are no settings of the product."""
LARGEST_PICTURE = 300_000


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def quoted(page: str) -> Iterator[str]:
    """What stands as code on a page: in backticks, or indented by four."""
    for line in text_of(page).splitlines():
        indented = re.match(r" {4,}(?=\S)", line)
        if indented:
            yield line.strip()
        else:
            yield from re.findall(r"`([^`]+)`", line)


def rows(page: str, heading: str) -> dict[str, str]:
    """The table below that heading of its first column, first column (in backticks) by the second."""
    table = text_of(page).split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|$", table, re.M))


def misunderstood(line: str) -> str | None:
    """What the command line says against `firstcall ...`; None when it understands it. Nothing is run."""
    command: click.Command = main
    words = shlex.split(line)[1:]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return f"there is no command {words[0]}"
        command, words = found, words[1:]
    try:
        command.make_context(command.name, words)
    except click.exceptions.Exit:
        return None
    except click.UsageError as error:
        # A group by its name alone is how the docs speak of it.
        return None if isinstance(command, click.Group) and not words else error.format_message()
    return None


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(page))
    inside = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in inside if not (ROOT / page).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_understood(page: str) -> None:
    lines = [line for line in quoted(page) if re.match(r"firstcall [a-z-]", line)]
    assert [(line, why) for line in lines if (why := misunderstood(line))] == []


@pytest.mark.parametrize(
    ("line", "understood"),
    [
        ("firstcall --help", True),
        ("firstcall manifest slack --url https://firstcall.example.com", True),
        ('firstcall detect "Just closed Northwind Dental!"', True),
        ("firstcall manifest", True),
        ("firstcall dance", False),
        ("firstcall manifest discord", False),
        ("firstcall run --quickly", False),
        ("firstcall manifest slack --url http://firstcall.example.com", False),
    ],
)
def test_a_command_that_is_wrong_is_found(line: str, understood: bool) -> None:
    assert (misunderstood(line) is None) == understood


@pytest.mark.parametrize("page", PAGES)
def test_every_word_for_the_bot_is_one_that_it_knows(page: str) -> None:
    said = {found for line in quoted(page) for found in re.findall(rf"(?<!\S){COMMAND} ([a-z]+)", line)}
    assert said - {*commands._COMMANDS} == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = {found for line in quoted(page) for found in re.findall(rf"(?<![\w/.-]){ROOMS}/[\w./-]*", line)}
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_every_recipe_names_the_files_that_it_takes() -> None:
    text = text_of("CONTRIBUTING.md").split("\n## Recipes\n", 1)[1].split("\n## ", 1)[0]
    _, *recipes = re.split(r"^### ", text, flags=re.M)
    assert [each.splitlines()[0] for each in recipes] == [*RECIPES]
    for recipe in recipes:
        files = re.findall(r"`([\w.-]+(?:/[\w.-]+)*\.(?:py|toml|md))`", recipe)
        assert files, recipe
        assert [name for name in files if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_is_named_is_one(page: str) -> None:
    named = set(re.findall(r"\b(?:SLACK|MICROSOFT_APP|TEAMS|FIRSTCALL|DATABASE)_[A-Z_]+\b", text_of(page)))
    assert named - {environment_name(attribute) for attribute in Settings.model_fields} - OF_THE_SUITE == set()


def test_every_test_that_is_called_a_proof_is_there() -> None:
    there = {
        node.name
        for name in tracked()
        if re.fullmatch(r"tests/.*\.py", name)
        for node in ast.walk(ast.parse(text_of(name)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    named = {found for page in PAGES for found in re.findall(r"(?<![\w/])test_\w+\b(?!\.py)", text_of(page))}
    assert named
    assert named - there == set()


def test_the_scopes_and_their_reasons_are_those_of_the_manifest() -> None:
    assert rows("docs/slack.md", "scope") == SCOPES


def test_the_events_are_those_of_the_manifest() -> None:
    assert list(rows("docs/slack.md", "event")) == list(EVENTS)


def test_the_permissions_and_their_reasons_are_those_of_the_package_for_teams() -> None:
    assert rows("docs/teams.md", "permission") == RESOURCE_PERMISSIONS


def test_the_menus_are_those_of_the_package_for_teams() -> None:
    table = text_of("docs/teams.md").split("\n| command |", 1)[1].split("\n\n", 1)[0]
    menus = [re.findall(r"`([a-z]+)`", line) for line in table.splitlines()[2:]]
    assert menus == [list(IN_PERSON), list(IN_A_GROUP)]


def test_the_readme_is_one_screen() -> None:
    assert len(text_of("README.md").splitlines()) <= 60


def test_every_picture_is_shown_and_small() -> None:
    pictures = [name for name in tracked() if name.startswith("docs/pictures/")]
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).stat().st_size < LARGEST_PICTURE, picture
        assert any(picture.rsplit("/", 1)[1] in text_of(page) for page in PAGES), picture


DECISIONS = [name for name in PAGES if re.fullmatch(r"docs/decisions/\d{4}-.*", name)]
INDEX = "docs/decisions/README.md"


def test_the_index_of_decisions_has_each_with_its_number_and_title() -> None:
    listed = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \| .+\. \|$", text_of(INDEX), re.M)
    assert [(f"docs/decisions/{name}", f"# {number}. {title}") for number, title, name in listed] == [
        (name, text_of(name).splitlines()[0]) for name in DECISIONS
    ]


def test_only_decisions_are_among_the_decisions() -> None:
    assert {name for name in tracked() if name.startswith("docs/decisions/")} == {*DECISIONS, INDEX}


def test_every_decision_has_a_number_and_says_why() -> None:
    assert [name.split("/")[2][:4] for name in DECISIONS] == [f"{number + 1:04}" for number in range(len(DECISIONS))]
    for number, name in enumerate(DECISIONS, start=1):
        assert text_of(name).startswith(f"# {number}. ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", text_of(name), re.M) == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("page", PAGES)
def test_no_sentence_is_held_together_by_a_dash(page: str) -> None:
    assert "\N{EM DASH}" not in text_of(page)
