"""Text on its way out: no formula in a spreadsheet, no command to a terminal, and back again as it was."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bbbxl.safe_text import escape_cell, escape_json, unescape_cell, without_controls

DANGEROUS = (
    '=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "\x1b[31m", "\tplain",
    "  =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "'=1", "' =1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff201", "=", "-",
    "-250.00",
)  # fmt: skip
HARMLESS = ("", "Acme", "'Tis", "a=b", "1-2", "cmd|' /C calc'!A0", "x+y", "mail@x", " Acme", "(5)", "\u2212 5", "O'=1")


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_a_spreadsheet_would_calculate_gets_an_apostrophe_and_loses_it_again(text):
    assert escape_cell(text) == f"'{text}"
    assert unescape_cell(f"'{text}") == text


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_stays_as_it_is(text):
    assert escape_cell(text) == text
    assert unescape_cell(text) == text


@given(st.text(st.sampled_from("='+-@ \t\n\x00\u200b\ufeffAcme5"), max_size=8) | st.text(max_size=20))
@example("' =1")
@example("''=")
@example("'\t")
def test_escaping_is_undone_whatever_the_text(text):
    assert unescape_cell(escape_cell(text)) == text


def test_what_a_terminal_would_obey_is_replaced():
    assert without_controls("a\x1b[31mb\x07\x9bc\u202ed\u2028\ud800") == "a\ufffd[31mb\ufffd\ufffdc\ufffdd\ufffd\ufffd"
    assert without_controls("two\nlines\r", keep="\n") == "two\nlines\ufffd"
    assert without_controls("Müller \u00a0 \U0001f600 e\u0301 \u200d") == "Müller \u00a0 \U0001f600 e\u0301 \u200d"


def test_json_escapes_the_control_characters_that_json_lets_stand():
    document = {"a": "\x1b\x7f\x9b\u202e\ud800\n", "b": 1}
    escaped = escape_json(json.dumps(document, indent=1, ensure_ascii=False))
    assert escaped.splitlines()[1] == ' "a": "\\u001b\\u007f\\u009b\\u202e\\ud800\\n",'
    assert json.loads(escaped) == document
