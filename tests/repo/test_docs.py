"""The docs match the code: links work, commands parse, and the files, settings, scopes and tests they name exist."""

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
TEST_SETTINGS = {"FIRSTCALL_TEST_WORKERS"}
"""Settings of the test suite, not of the product."""
LARGEST_PICTURE = 300_000


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def quoted(page: str) -> Iterator[str]:
    """The code on a page: in backticks, or indented by four."""
    for line in text_of(page).splitlines():
        indented = re.match(r" {4,}(?=\S)", line)
        if indented:
            yield line.strip()
        else:
            yield from re.findall(r"`([^`]+)`", line)


def rows(page: str, heading: str) -> dict[str, str]:
    """The table whose first column has this heading: the second column by the first one (in backticks)."""
    table = text_of(page).split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|$", table, re.M))


def usage_error(line: str) -> str | None:
    """The usage error of a `firstcall ...` command; None if it is valid. Nothing is run."""
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
        # The docs may name a group without a command.
        return None if isinstance(command, click.Group) and not words else error.format_message()
    return None


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(page))
    inside = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in inside if not (ROOT / page).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_valid(page: str) -> None:
    lines = [line for line in quoted(page) if re.match(r"firstcall [a-z-]", line)]
    assert [(line, error) for line in lines if (error := usage_error(line))] == []


@pytest.mark.parametrize(
    ("line", "valid"),
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
def test_an_invalid_command_is_found(line: str, valid: bool) -> None:
    assert (usage_error(line) is None) == valid


@pytest.mark.parametrize("page", PAGES)
def test_every_slash_command_exists(page: str) -> None:
    named = {found for line in quoted(page) for found in re.findall(rf"(?<!\S){COMMAND} ([a-z]+)", line)}
    assert named - {*commands._COMMANDS} == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_named_file_exists(page: str) -> None:
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
def test_every_named_setting_exists(page: str) -> None:
    named = set(re.findall(r"\b(?:SLACK|MICROSOFT_APP|TEAMS|FIRSTCALL|DATABASE)_[A-Z_]+\b", text_of(page)))
    assert named - {environment_name(attribute) for attribute in Settings.model_fields} - TEST_SETTINGS == set()


def test_every_named_test_exists() -> None:
    defined = {
        node.name
        for name in tracked()
        if re.fullmatch(r"tests/.*\.py", name)
        for node in ast.walk(ast.parse(text_of(name)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    named = {found for page in PAGES for found in re.findall(r"(?<![\w/])test_\w+\b(?!\.py)", text_of(page))}
    assert named
    assert named - defined == set()


def test_the_scopes_and_their_reasons_match_the_manifest() -> None:
    assert rows("docs/slack.md", "scope") == SCOPES


def test_the_events_match_the_manifest() -> None:
    assert list(rows("docs/slack.md", "event")) == list(EVENTS)


def test_the_permissions_and_their_reasons_match_the_teams_manifest() -> None:
    assert rows("docs/teams.md", "permission") == RESOURCE_PERMISSIONS


def test_the_menus_match_the_teams_manifest() -> None:
    table = text_of("docs/teams.md").split("\n| command |", 1)[1].split("\n\n", 1)[0]
    menus = [re.findall(r"`([a-z]+)`", line) for line in table.splitlines()[2:]]
    assert menus == [list(IN_PERSON), list(IN_A_GROUP)]


def test_the_readme_fits_on_one_screen() -> None:
    assert len(text_of("README.md").splitlines()) <= 60


def test_every_picture_is_used_and_small() -> None:
    pictures = [name for name in tracked() if name.startswith("docs/pictures/")]
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).stat().st_size < LARGEST_PICTURE, picture
        assert any(picture.rsplit("/", 1)[1] in text_of(page) for page in PAGES), picture


DECISIONS = [name for name in PAGES if re.fullmatch(r"docs/decisions/\d{4}-.*", name)]
INDEX = "docs/decisions/README.md"


def test_the_index_lists_every_decision_with_its_number_and_title() -> None:
    listed = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \| .+\. \|$", text_of(INDEX), re.M)
    assert [(f"docs/decisions/{name}", f"# {number}. {title}") for number, title, name in listed] == [
        (name, text_of(name).splitlines()[0]) for name in DECISIONS
    ]


def test_the_folder_of_decisions_contains_only_decisions() -> None:
    assert {name for name in tracked() if name.startswith("docs/decisions/")} == {*DECISIONS, INDEX}


def test_every_decision_has_a_number_and_three_sections() -> None:
    assert [name.split("/")[2][:4] for name in DECISIONS] == [f"{number + 1:04}" for number in range(len(DECISIONS))]
    for number, name in enumerate(DECISIONS, start=1):
        assert text_of(name).startswith(f"# {number}. ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", text_of(name), re.M) == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_uses_em_dashes(page: str) -> None:
    assert "\N{EM DASH}" not in text_of(page)
