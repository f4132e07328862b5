"""Rules for every file: it says what it is, names no machine and no package index, and contains no secret."""

from __future__ import annotations

import ast
import re
import subprocess

import pytest

from tests.repo.tracked import ROOT, tracked

COMMENT_STARTS = {".js": ("// ", "/** "), ".css": ("/* ",), ".toml": ("# ",)}

# Concatenated, because this file must not break its own rule.
INDEX_HOSTS = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "unpkg" + ".com", "jsdelivr" + ".net"]
INDEX_HOSTS += [f"--{option}" + "-url" for option in ("index", "extra-index")]
MACHINE_PATHS = re.compile(r"(?<![\w./~-])/(?:work|root|tmp|home/\w+|Users/\w+)" + r"/\w")
SECRETS = re.compile(r"xox[bpears]-\d{9,}-|xapp-\d-[A-Z0-9]{9,}-|BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def docstring_problem(name: str) -> str | None:
    """What is wrong with the module's docstring; None if nothing is."""
    text = text_of(name)
    if name.endswith("__init__.py") and not text.strip():
        return None if name.startswith("tests/") else "a package of the product needs a docstring"
    docstring = ast.get_docstring(ast.parse(text))
    if docstring is None or not text.startswith('"""'):
        return "it does not start with a docstring"
    return None if re.search(r"[.:?]$", docstring.splitlines()[0]) else "its first line is not a sentence"


def test_every_module_says_what_it_is() -> None:
    found = {name: docstring_problem(name) for name in tracked() if name.endswith(".py")}
    assert {name: problem for name, problem in found.items() if problem} == {}


def test_every_script_says_what_it_is() -> None:
    scripts = [name for name in tracked() if re.fullmatch(r"(script|\.ci)/[^/.]+|Dockerfile|\.dockerignore", name)]
    assert {".ci/run", "script/demo", "script/test", "Dockerfile"} <= set(scripts)
    for name in scripts:
        first, second, *_ = text_of(name).splitlines()
        assert (second if first.startswith("#!") else first).startswith(("# ", '"""')), name


@pytest.mark.parametrize("suffix", COMMENT_STARTS)
def test_every_script_style_sheet_and_toml_file_says_what_it_is(suffix: str) -> None:
    names = [name for name in tracked() if name.endswith(suffix) and name != "pyproject.toml"]
    assert [name for name in names if not text_of(name).startswith(COMMENT_STARTS[suffix])] == []


def test_every_page_of_the_docs_has_a_title() -> None:
    assert [name for name in tracked() if name.endswith(".md") and not text_of(name).startswith("# ")] == []


def test_generated_files_are_marked_as_generated() -> None:
    generated = [
        name
        for name in tracked()
        if re.fullmatch(r"script/locks/.*|prompts/detection/.*\.json|.*/package-lock\.json", name)
    ]
    assert "prompts/detection/model.json" in generated
    for name in generated:
        command = ["git", "check-attr", "linguist-generated", "merge", "--", name]
        attributes = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert attributes.splitlines() == [f"{name}: linguist-generated: set", f"{name}: merge: unset"]


def test_no_file_names_a_package_index() -> None:
    found = [
        (name, host)
        for name in tracked()
        for host in INDEX_HOSTS
        if name != "tests/repo/test_files.py" and host in read_leniently(name)
    ]
    assert found == []


def test_no_file_names_a_path_of_a_machine() -> None:
    assert [(name, match) for name in tracked() for match in MACHINE_PATHS.findall(read_leniently(name))] == []


def test_no_file_holds_a_secret() -> None:
    assert [(name, match) for name in tracked() for match in SECRETS.findall(read_leniently(name))] == []


def test_no_leftover_of_a_run_is_tracked() -> None:
    leftover = re.compile(r"(^|/)(\.env|\.venv|\.demo|__pycache__|\.coverage.*|.*\.(db|log|pyc))(/|$)")
    assert [name for name in tracked() if leftover.search(name)] == []


def read_leniently(name: str) -> str:
    """The text of any file; undecodable bytes, as in pictures, are ignored."""
    return (ROOT / name).read_bytes().decode("utf-8", "ignore")
