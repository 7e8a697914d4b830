"""The house: imports run downwards, doors stay doors, files stay short."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "bbbxl"
#: Part of the house -> floor, as house.md draws it.
FLOORS = {
    "errors": 0,
    "money": 1, "periods": 1, "words": 1, "trace": 1, "safe_text": 1,
    "policy": 2, "events": 2,
    "ledger": 3,
    "aggregate": 4,
    "inputs": 5, "metrics": 5, "checks": 5,
    "reconcile": 6, "outlook": 6, "book": 6,
    "report": 7,
    "workbook": 8, "templates": 8,
    "cells": 9,
    "cli": 10,
}  # fmt: skip
#: What stands outside the tower: the public names and `python -m bbbxl`, over everything.
OUTSIDE = ("__init__", "__main__")
#: (importing part, imported part) -> why siblings may see each other; stale entries fail.
SIBLINGS: dict[tuple[str, str], str] = {}
#: Files past 400 lines -> why; stale entries fail.
LONG: dict[str, str] = {}


def imports(path: Path, top_only: bool = False) -> set[str]:
    """Return the modules a file imports, `from a import b` as a.b."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.iter_child_nodes(tree) if top_only else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def part_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def source_files() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


def edges() -> set[tuple[str, str, str]]:
    """Return (file, part it is in, part it imports) over the whole source."""
    return {
        (str(path.relative_to(SRC)), part_of(path), module.split(".")[1])
        for path in source_files()
        for module in imports(path)
        if module.startswith("bbbxl.")
    }


def test_every_part_of_the_source_has_a_floor():
    parts = {part_of(path) for path in source_files()} - set(OUTSIDE)
    assert parts - set(FLOORS) == set()


def test_imports_run_downwards_only():
    upward = [
        (file, imported)
        for file, part, imported in edges()
        if part not in OUTSIDE and imported in FLOORS and part != imported and FLOORS[imported] > FLOORS[part]
    ]
    assert upward == []


def test_siblings_on_one_floor_are_blind_to_one_another():
    level = {
        (part, imported)
        for _, part, imported in edges()
        if part in FLOORS and imported in FLOORS and part != imported and FLOORS[part] == FLOORS[imported]
    }
    # workbook reads templates as package data
    assert level - set(SIBLINGS) - {("workbook", "templates")} == set()
    assert set(SIBLINGS) - level == set(), "these exceptions are no longer needed"


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("openpyxl", ("workbook/",)),
        ("xlwings", ("cells/",)),
        ("python_calamine", ("inputs/files/sheet_child", "workbook/")),
        ("typer", ("cli/",)),
        ("rich", ("cli/",)),
        ("tomllib", ("policy.py", "inputs/preset", "workbook/", "report/", "cli/")),
    ],
)
def test_a_library_of_the_doors_stays_at_its_door(library, rooms):
    strays = [
        str(path.relative_to(SRC))
        for path in source_files()
        if any(module.split(".")[0] == library for module in imports(path))
        and not str(path.relative_to(SRC).as_posix()).startswith(rooms)
    ]
    assert strays == []


def test_only_the_command_line_prints():
    strays = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for path in source_files()
        if part_of(path) not in ("cli", "__main__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert strays == []


def test_no_file_is_longer_than_400_lines():
    files = [path for folder in ("src", "samples", "tests") for path in (ROOT / folder).rglob("*.py")]
    long = {
        path.relative_to(ROOT).as_posix() for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 400
    }
    assert long - set(LONG) == set()
    assert set(LONG) - long == set(), "these exceptions are no longer needed"


def test_every_module_says_in_its_first_line_what_lives_there():
    files = [path for folder in ("src", "samples") for path in (ROOT / folder).rglob("*.py")]
    silent = [str(path) for path in files if not path.read_text(encoding="utf-8").startswith('"""')]
    assert silent == []


def test_samples_know_nothing_of_the_product():
    strays = [
        (path.name, module)
        for path in sorted((ROOT / "samples").rglob("[!0-9]*.py"))
        for module in imports(path)
        if module.split(".")[0] == "bbbxl" and not module.startswith("bbbxl.samples")
    ]
    assert strays == []
