"""Every public word stands once, fits a cell's help text and says more than its name."""

import importlib.util
import re
from collections import Counter
from typing import get_args, get_origin, get_type_hints

import pytest

from bbbxl.aggregate.measures import MEASURES
from bbbxl.events import BASES, EVENT_KINDS
from bbbxl.inputs.preset_data import presets
from bbbxl.ledger.columns import COLUMNS
from bbbxl.metrics.registry import metrics
from bbbxl.policy import LISTS, MEANINGS, Policy
from bbbxl.words import RULES

#: Table -> rows of (name, title, definition).
TABLES = {
    "event kinds": [(one.name, one.title, one.definition) for one in EVENT_KINDS],
    "bases": [(one.name, one.title, one.definition) for one in BASES],
    "ledger columns": [(one.name, one.title, one.definition) for one in COLUMNS],
    "metrics": [(one.name, one.title, one.definition) for one in metrics().values()],
    "presets": [(one.name, one.title, one.definition) for one in presets().values()],
    "rules": [(one.name, one.title, one.definition) for one in RULES],
    "policies": [(" ".join(key), "", meaning) for key, meaning in MEANINGS.items()],
    "lists of a policy": [
        (f"{name} {state}", "", text)
        for name, texts in LISTS.items()
        for state, text in zip(("empty", "listed"), texts, strict=True)
    ],
}
#: Measures are named after kinds and bases, whose words they join.
JOINED = [(one.name, one.title, one.definition) for one in MEASURES.values()]
ROWS = [(table, *row) for table, rows in TABLES.items() for row in rows]
FILLING = {
    "a",
    "an",
    "the",
    "of",
    "is",
    "was",
    "that",
    "which",
    "where",
    "to",
    "and",
    "or",
    "for",
    "in",
    "on",
}


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.casefold())) - FILLING


@pytest.mark.parametrize(("table", "name", "title", "definition"), ROWS, ids=lambda one: str(one)[:30])
def test_a_definition_is_a_sentence_that_says_more_than_its_name(table, name, title, definition):
    assert definition.endswith(".")
    assert definition[0].isupper()
    assert "  " not in definition
    assert words(definition) - words(name.replace("_", " ")) - words(title), table


@pytest.mark.parametrize(
    ("name", "title", "definition"), [*(row[1:] for row in ROWS), *JOINED], ids=lambda one: str(one)[:30]
)
def test_titles_and_definitions_fit_the_help_text_of_a_cell(name, title, definition):
    assert len(definition) <= 255, name
    assert len(title) <= 40, name


def test_no_definition_stands_twice():
    assert [text for text, times in Counter(row[3] for row in ROWS).items() if times > 1] == []


@pytest.mark.parametrize("table", [table for table in TABLES if not re.search("polic", table)])
def test_names_and_titles_are_unique_in_their_table(table):
    for place in (0, 1):
        assert [text for text, times in Counter(row[place] for row in TABLES[table]).items() if times > 1] == []


def test_a_metric_gives_formula_and_source_in_words():
    for metric in metrics().values():
        assert metric.formula.strip(), metric.name
        assert metric.source.strip(), metric.name
        assert metric.formula != metric.definition


def test_every_preset_says_what_is_booked_and_what_its_amount_is():
    for preset in presets().values():
        for text in (preset.booked, preset.amount):
            assert text.endswith("."), preset.name
            assert len(text) <= 255, preset.name


def test_every_value_of_every_policy_has_a_meaning_and_every_meaning_a_policy():
    kinds = get_type_hints(Policy)
    assert set(LISTS) == {name for name, kind in kinds.items() if get_origin(kind) is tuple}
    allowed = {(name, value) for name, kind in kinds.items() if name not in LISTS for value in get_args(kind)}
    assert set(MEANINGS) == allowed


def test_a_rule_names_the_module_that_holds_it():
    for rule in RULES:
        assert importlib.util.find_spec(f"bbbxl.{rule.place}") is not None, rule.name
