"""The pages of the functions are what their words and examples make of them, all of them and no others."""

from pathlib import Path

import pytest

from bbbxl.cells.options import OPTIONS
from bbbxl.cells.pages import pages
from bbbxl.cells.registry import functions

FOLDER = Path(__file__).parents[1] / "udfs" / "functions"


@pytest.mark.parametrize("name", pages())
def test_a_page_is_what_the_words_of_the_function_make_of_it(name, request):
    path, text = FOLDER / name, pages()[name]
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{name} differs; read the diff, then --update-golden"


def test_there_is_no_page_of_a_function_that_is_not_there():
    assert {path.name for path in FOLDER.glob("*.md")} == set(pages())


def test_words_fit_the_wizard_and_say_more_than_the_name():
    for one in functions().values():
        assert len(one.definition) <= 255, one.name
        assert one.definition.endswith("."), one.name
        assert len(one.title) <= 40, one.name
        for each in one.parameters:
            assert len(each.definition) <= 255, (one.name, each.name)


def test_every_option_is_told_once_with_an_example_of_its_own():
    assert len({one.name for one in OPTIONS}) == len({one.definition for one in OPTIONS}) == len(OPTIONS)
    assert all(one.example.startswith(one.name) for one in OPTIONS)
    assert all(len(one.definition) <= 255 for one in OPTIONS)
