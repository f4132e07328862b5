"""What every file of the repository keeps to: it says what it is, names no machine, and holds no secret."""

from __future__ import annotations

import ast
import re
import subprocess

import pytest

from tests.repo.tracked import ROOT, tracked

COMMENT_STARTS = {".js": ("// ", "/** "), ".css": ("/* ",), ".toml": ("# ",)}

# Put together here, or this file would be the first to break its own rule.
INDEX_HOSTS = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "unpkg" + ".com", "jsdelivr" + ".net"]
INDEX_HOSTS += [f"--{option}" + "-url" for option in ("index", "extra-index")]
MACHINE_PATHS = re.compile(r"(?<![\w./~-])/(?:work|root|tmp|home/\w+|Users/\w+)" + r"/\w")
SECRETS = re.compile(r"xox[bpears]-\d{9,}-|xapp-\d-[A-Z0-9]{9,}-|BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def what_a_module_lacks(name: str) -> str | None:
    """What is wrong with how the module begins; None when nothing is."""
    text = text_of(name)
    if name.endswith("__init__.py") and not text.strip():
        return None if name.startswith("tests/") else "a package of the product says what it holds"
    said = ast.get_docstring(ast.parse(text))
    if said is None or not text.startswith('"""'):
        return "it does not begin with a docstring"
    return None if re.search(r"[.:?]$", said.splitlines()[0]) else "its first line is no sentence of its own"


def test_every_module_says_what_it_is() -> None:
    found = {name: what_a_module_lacks(name) for name in tracked() if name.endswith(".py")}
    assert {name: lacks for name, lacks in found.items() if lacks} == {}


def test_every_script_says_what_it_is() -> None:
    scripts = [name for name in tracked() if re.fullmatch(r"(script|\.ci)/[^/.]+|Dockerfile|\.dockerignore", name)]
    assert {".ci/run", "script/demo", "script/test", "Dockerfile"} <= set(scripts)
    for name in scripts:
        first, second, *_ = text_of(name).splitlines()
        assert (second if first.startswith("#!") else first).startswith(("# ", '"""')), name


@pytest.mark.parametrize("suffix", COMMENT_STARTS)
def test_every_part_of_the_page_and_every_list_says_what_it_is(suffix: str) -> None:
    names = [name for name in tracked() if name.endswith(suffix) and name != "pyproject.toml"]
    assert [name for name in names if not text_of(name).startswith(COMMENT_STARTS[suffix])] == []


def test_every_page_of_the_docs_has_a_title() -> None:
    assert [name for name in tracked() if name.endswith(".md") and not text_of(name).startswith("# ")] == []


def test_what_a_script_writes_is_marked_as_generated() -> None:
    written = [
        name
        for name in tracked()
        if re.fullmatch(r"script/locks/.*|prompts/detection/.*\.json|.*/package-lock\.json", name)
    ]
    assert "prompts/detection/model.json" in written
    for name in written:
        asked = ["git", "check-attr", "linguist-generated", "merge", "--", name]
        said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert said.splitlines() == [f"{name}: linguist-generated: set", f"{name}: merge: unset"]


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


def test_nothing_is_tracked_that_a_run_leaves_behind() -> None:
    left = re.compile(r"(^|/)(\.env|\.venv|\.demo|__pycache__|\.coverage.*|.*\.(db|log|pyc))(/|$)")
    assert [name for name in tracked() if left.search(name)] == []


def read_leniently(name: str) -> str:
    """The text of a file, whatever it is: a picture has none that matters."""
    return (ROOT / name).read_bytes().decode("utf-8", "ignore")
