"""The error tree that prompts/errors.py draws, and its branches that other modules draw, against the classes."""

from __future__ import annotations

import importlib
import re
import sys
from types import ModuleType

import pytest

import prompts.errors
from prompts.errors import FirstCallError
from tests.repo.test_imports_do_nothing import modules
from tests.repo.tracked import PACKAGES

Path = tuple[str, ...]
"""A class and its bases up to the root, the root first, as qualified names."""

LINE = re.compile(r"(?P<indent>(?:[│ ]   )*)(?P<branch>[├└]── )?(?P<name>\w+) {2,}(?:\((?P<module>[\w.]+)\) )?\S.*")


def drawn(module: ModuleType) -> set[Path]:
    """The classes in the tree that the module's docstring draws; empty if it draws none from the root.

    A class is in the module named beside it, or else in that of its base; right below the root, in the drawing module.
    """
    paths: list[Path] = []
    for line in (module.__doc__ or "").splitlines():
        match = LINE.fullmatch(line)
        if match is None or (not paths and match["name"] != "FirstCallError"):
            continue
        depth = len(match["indent"]) // 4 + 1 if match["branch"] else 0
        base: Path = next(path for path in reversed(paths) if len(path) == depth) if depth else ()
        own_module = module.__name__ if depth < 2 else base[-1].rpartition(".")[0]
        paths.append((*base, f"{match['module'] or own_module}.{match['name']}"))
    assert len(paths) == len(set(paths))
    return set(paths)


def defined(error: type[FirstCallError], base: Path = ()) -> set[Path]:
    """The class and all that derive from it in the product."""
    path = (*base, f"{error.__module__}.{error.__name__}")
    derived = [each for each in error.__subclasses__() if each.__module__.split(".")[0] in PACKAGES]
    return {path}.union(*(defined(each, path) for each in derived))


@pytest.fixture(scope="module")
def errors() -> set[Path]:
    """Every error of the product that derives from `FirstCallError`."""
    for name in modules():
        importlib.import_module(name)
    return defined(FirstCallError)


def test_the_tree_shows_every_error(errors: set[Path]) -> None:
    assert drawn(prompts.errors) == errors


def test_a_branch_drawn_elsewhere_shows_every_error_of_its_module(errors: set[Path]) -> None:
    trees = {name: tree for name in modules() if (tree := drawn(sys.modules[name]))}
    assert {"prompts.errors", "storage.errors"} <= trees.keys()
    for name, tree in trees.items():
        if name != "prompts.errors":
            own = {path for path in errors if path[-1].startswith(f"{name}.")}
            assert tree == {("prompts.errors.FirstCallError",), *own}
