"""Failures as one line in a cell: the sentence in words of formulas, the traceback in a log, nothing else."""

import re

import pytest
from sheets import BBB, block, fails, handle

from bbbxl.cells import guard
from bbbxl.cells.guard import guarded, in_cell, log_file
from bbbxl.errors import InputError


@pytest.mark.parametrize(("sentence", "wanted"), [
    ("Say which: --date-order dmy, or date_order for the file in bbbxl.toml.", 'Say which: "date_order=dmy".'),
    ('Name one: --column amount="...", or say so: --amounts net, or amounts = "net" for the file in bbbxl.toml.',
     'Name one: "column.amount=...", or say so: "amounts=net".'),
    ("Say which to report in: --currency EUR.", 'Say which to report in: "currency=EUR".'),
    ('Say date_order = "dmy" or "mdy" for it in bbbxl.toml, or --date-order.',
     'Say "date_order=dmy" or "date_order=mdy".'),
    ("Correct one, or say date_order for the file in bbbxl.toml, or --date-order.",
     'Correct one, or say "date_order=...".'),
    ('Set decimal = "," or "." for the file (--decimal).', 'Set "decimal=," or "decimal=.".'),
    ('Correct it, or say how dates are written: date_format (such as "%d.%m.%Y") for the file in bbbxl.toml.',
     'Correct it, or say how dates are written: "date_format=%d.%m.%Y".'),
    ('Say signs = "natural" or signs = "signed" for the file in bbbxl.toml.',
     'Say "signs=natural" or "signs=signed".'),
    ('Name it: --column amount="...", or columns.amount in bbbxl.toml.', 'Name it: "column.amount=...".'),
    ('Name its columns, such as --column amount="..." --column order_date="...".',
     'Name its columns, such as "column.amount=...", "column.order_date=...".'),
    ('Say which: preset = "zuora" for the file in bbbxl.toml.', 'Say which: "preset=zuora".'),
    ("Say which is meant: header_row = 6, or keep each in a sheet or file of its own.",
     'Say which is meant: "header_row=6", or keep each in a sheet or file of its own.'),
    ("Add the rates to the rates file (role rates, or --rates FILE).", 'Add them to the rates after "rates=".'),
    ("the data hold no shipments; if there were none, list them under facts of the file",
     'the data hold no shipments; if there were none, say so: "facts=..."'),
    ('--column: there is no field "amout".', 'There is no field "amout".'),
    ("One\nline only.", "One line only."), ("Nothing to change.", "Nothing to change."),
])  # fmt: skip
def test_a_sentence_of_the_command_line_says_what_to_write_in_a_formula(sentence, wanted):
    assert in_cell(sentence) == wanted


def test_a_long_sentence_is_cut_at_a_word():
    assert len(in_cell("word " * 400)) <= 500
    assert in_cell("word " * 400).endswith("word…")


def test_what_nobody_foresaw_is_logged_and_named(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    guard._log.cache_clear()

    def broken():
        raise KeyError("amount")

    found = guarded(broken)()
    guard._log.cache_clear()
    assert fails(found).startswith("bbbxl met something it does not know (KeyError). The log says where: ")
    assert "KeyError: 'amount'" in log_file().read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_stops_no_formula(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    guard._log.cache_clear()
    assert "No log could be written." in guarded(lambda: 1 / 0)()
    guard._log.cache_clear()


def test_a_refusal_is_one_line_with_what_and_what_to_do():
    assert guarded(lambda: (_ for _ in ()).throw(InputError("It is so.\nDo this.")))() == "#BBB! It is so. Do this."


def test_what_functions_list_speaks_of_no_command_line_and_no_file():
    # A day that may be two, a number that may be two, no shipments, no day of the extract: each has its words.
    heads = ("Order No", "Customer", "Order Date", "Currency", "Amount")
    data = block(heads, ("SO-1", "Ada", "2026-01-10", "USD", 5), ("SO-2", "Ada", "soon", "USD", 7), name="Listed!A1:E3")
    for name, arguments in (("BBB_CHECK", ()), ("BBB_EXPLAIN", ("net_bookings", "2026-01")),
                            ("BBB_ROWS", ("net_bookings", "2026-01"))):  # fmt: skip
        texts = [cell for line in BBB[name](data, *arguments) for cell in line if isinstance(cell, str)]
        assert not [text for text in texts if re.search(r"(?<!\w)--\w|bbbxl\.toml|of the file\b", text)]
        assert [text for text in texts if '"date_format=%d.%m.%Y"' in text]


def test_no_failure_speaks_of_the_command_line():
    for arguments in (("2026-13",), ("2026-02", "region", "Wset"), ("2026-02", "currency=EUR"), ("2030",)):
        found = fails(BBB["BOOKINGS"](handle(), *arguments))
        assert not re.search(r"(?<!\w)--\w|bbbxl\.toml", found), found
