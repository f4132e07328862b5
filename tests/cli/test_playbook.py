"""`firstcall playbook check` reports every mistake with its file and line."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from bot.cli.exit_codes import ExitCode
from handlers.call.referral import LONGEST_DEFINITION, MOST_REFERRALS
from handlers.screens.call import ChecklistScreen
from prompts import playbook
from storage.database import Database
from tests.cli.conftest import CommandLine
from tests.handlers.world import WINS, World

FILES = ["playbook.toml", "words.toml", "coach.toml", "brief.toml", "measures.toml", "cadence.toml"]


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A copy of the built-in texts, to be changed."""
    folder = tmp_path / "mine"
    with as_file(files("prompts") / "locales") as ours:
        shutil.copytree(ours, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def spoil(locales: Path, name: str, old: str, new: str) -> int:
    """Change a file; returns the line of the change."""
    path = locales / "en" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_built_in_texts_have_no_mistakes(firstcall: CommandLine) -> None:
    result = firstcall("playbook", "check")
    assert (result.exit_code, result.stderr) == (ExitCode.FINE, "")
    assert result.stdout.startswith("No mistakes found.\n")
    for name in FILES:
        assert f"prompts/locales/en/{name}: " in result.stdout


@pytest.mark.parametrize("one", [False, True])
def test_a_folder_can_be_checked(locales: Path, one: bool, firstcall: CommandLine) -> None:
    folder = locales / "en" if one else locales
    result = firstcall("playbook", "check", str(folder))
    assert result.exit_code == ExitCode.FINE
    assert f"{locales}/en/words.toml: " in result.stdout


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("brief.toml", 'when = "proposal"', 'when = "price"', "'price' is not a gap of the brief"),
        ("brief.toml", 'text = "Who has', f'text = "{"x" * 150}Who has', "at most 150"),
        ("brief.toml", 'text = "Who has', 'text = "{{ name }} Who has', "unknown placeholder {{ name }}"),
        ("playbook.toml", 'rule = "M2.2"', 'rule = "M2.1"', "the rule M2.1 is there twice"),
        ("playbook.toml", 'why = "By phone', f'why = "{"x" * 75}By phone', "at most 75"),
        ("playbook.toml", "{{ user }} will work", "{{ users }} will work", "unknown placeholder {{ users }}"),
        ("playbook.toml", 'name = "discount"', 'name = "rebate"', "name is not one of"),
        ("playbook.toml", "[[kinds.partner]]", "[[kinds.friend]]", "unknown entry 'friend'"),
        ("playbook.toml", "number = 5", "number = 500", "number is not from 1 to 50"),
        ("playbook.toml", "number = 5", 'number = "5"', "is not a whole number"),
        ("playbook.toml", 'definition = "', 'definition = "{{ customer }} ', "unknown placeholder {{ customer }}"),
        ("playbook.toml", 'fear_antidote = "', 'antidote = "', "unknown entry 'antidote'"),
        ("words.toml", 'start = "Start the call"', 'start = "Start the call, now that you are at it"', "at most 24"),
        ("words.toml", 'submit = "Read back"', 'submit = "Read all of it back to them"', "at most 24"),
        ("words.toml", 'start = "Start the call"', 'strat = "Start the call"', "no text uses the entry 'strat'"),
        ("words.toml", "You closed {{ customer }}", "You closed {{ client }}", "unknown placeholder {{ client }}"),
        ("words.toml", 'continue = "Continue the call"', 'continue = ""', "continue is empty"),
        ("words.toml", 'undo = "It is', "undo = It is", "this is not TOML"),
        ("coach.toml", '"in the loop"', '"in (the loop"', "is no phrase"),
        ("measures.toml", "one = 1", 'one = "1"', "is not a number"),
    ],
)
def test_a_mistake_is_reported_with_its_line(
    locales: Path, name: str, old: str, new: str, said: str, firstcall: CommandLine
) -> None:
    line = spoil(locales, name, old, new)
    result = firstcall("playbook", "check", str(locales))
    assert result.exit_code == ExitCode.FAILED
    problems = result.stdout.splitlines()
    assert any(problem.startswith(f"{locales}/en/{name}:{line}: ") and said in problem for problem in problems), (
        problems
    )
    assert result.stderr == f"firstcall: {len(problems)} to correct.\n"


def test_all_mistakes_are_reported_at_once(locales: Path, firstcall: CommandLine) -> None:
    spoil(locales, "coach.toml", '"in the loop"', '"in (the loop"')
    spoil(locales, "words.toml", 'start = "Start the call"', "")
    spoil(locales, "brief.toml", 'text = "Who has', "text = 3 # ")
    spoil(locales, "cadence.toml", "most_a_day = 3", "most_a_day = 0")
    (locales / "en" / "playbook.toml").unlink()
    (locales / "en" / "measures.toml").write_bytes(b"\xff\xfe")
    said = firstcall("playbook", "check", str(locales)).stdout
    assert [problem.split(":")[0].rsplit("/", 1)[1] for problem in said.splitlines()] == sorted(FILES)
    assert "playbook.toml:1: the file is missing" in said
    assert "measures.toml:1: this is not UTF-8" in said


def test_a_folder_without_a_locale_fails(tmp_path: Path, firstcall: CommandLine) -> None:
    result = firstcall("playbook", "check", str(tmp_path))
    assert (result.exit_code, result.stdout) == (ExitCode.FAILED, "")
    assert "holds none of playbook.toml" in result.stderr


def test_a_missing_folder_is_wrong_use(firstcall: CommandLine) -> None:
    assert firstcall("playbook", "check", "nowhere").exit_code == ExitCode.WRONG_USE


def test_the_limits_are_those_of_the_screens() -> None:
    assert (playbook.MAX_REFERRALS, playbook.MAX_DEFINITION) == (MOST_REFERRALS, LONGEST_DEFINITION)


def test_a_workspace_gets_its_own_playbook_in_versions(
    database_url: str, firstcall: CommandLine, no_settings: Path
) -> None:
    database = Database(database_url)
    world = World(database)
    deal = world.a_deal()
    own = no_settings / "own.toml"
    first = '[[steps]]\nrule = "M2.3"\ntext = "We went over each promise"\n'
    shown = []
    for text in (first, first, ""):
        own.write_text(text)
        result = firstcall("playbook", "use", str(own), "--workspace", "T1", DATABASE_URL=database_url)
        assert result.exit_code == ExitCode.FINE
        screen = world.next_screen(deal)
        assert isinstance(screen, ChecklistScreen)
        shown.append(screen.steps[2].text)
    own.write_text('[[steps]]\nrule = "M2.9"\n')
    wrong = firstcall("playbook", "use", str(own), "--workspace", "T1", DATABASE_URL=database_url)
    listed = firstcall("playbook", "versions", "--workspace", "T1", DATABASE_URL=database_url)
    one = firstcall("playbook", "versions", "--show", "1", "--workspace", "T1", DATABASE_URL=database_url)
    none = firstcall("playbook", "versions", "--show", "7", "--workspace", "T1", DATABASE_URL=database_url)
    database.close_sync()

    assert shown == ["We went over each promise"] * 2 + [playbook.playbook().steps[2].text]
    assert f"{own}:2: there is no rule M2.9" in wrong.stderr
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["1", "2"]
    assert one.stdout == first
    assert (none.exit_code, "no version 7" in none.stderr) == (ExitCode.FAILED, True)


def test_a_workspace_and_a_team_choose_their_trade(database_url: str, firstcall: CommandLine) -> None:
    database = Database(database_url)
    world = World(database)
    deal = world.a_deal()

    def choose(*arguments: str) -> str:
        result = firstcall("playbook", "trade", *arguments, "--workspace", "T1", DATABASE_URL=database_url)
        assert result.exit_code == ExitCode.FINE
        screen = world.next_screen(deal)
        assert isinstance(screen, ChecklistScreen)
        return screen.help.talk[3].words

    said = {trade: playbook.playbook_with("", trade).items["M2.4"].say for trade in ("software", "equipment")}
    assert choose("software") == said["software"]
    assert choose("equipment", "--channel", WINS) == said["equipment"]
    assert choose("none", "--channel", WINS) == said["software"]
    unknown = firstcall("playbook", "trade", "fishing", "--workspace", "T1", DATABASE_URL=database_url)
    nowhere = firstcall(
        "playbook", "trade", "software", "--channel", "C9", "--workspace", "T1", DATABASE_URL=database_url
    )
    database.close_sync()
    assert (unknown.exit_code, "it has software, equipment" in unknown.stderr) == (ExitCode.FAILED, True)
    assert (nowhere.exit_code, "no channel C9" in nowhere.stderr) == (ExitCode.FAILED, True)
