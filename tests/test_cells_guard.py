"""Failures as one line in a cell: the sentence in words of formulas, the traceback in a log, nothing else."""

import re

import pytest
from sheets import BBB, fails, handle

from bbbxl.cells import guard
from bbbxl.cells.guard import guarded, in_cell, log_file
from bbbxl.errors import InputError


@pytest.mark.parametrize(("sentence", "wanted"), [
    ("Say which: --date-order dmy, or date_order for the file in bbbxl.toml.", 'Say which: "date_order=dmy".'),
    ('Name one: --column amount="...", or say so: --amounts net, or amounts = "net" for the file in bbbxl.toml.',
     'Name one: "column.amount=...", or say so: "amounts=net".'),
    ("Say which to report in: --currency EUR.", 'Say which to report in: "currency=EUR".'),
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


def test_no_failure_speaks_of_the_command_line():
    for arguments in (("2026-13",), ("2026-02", "region", "Wset"), ("2026-02", "currency=EUR"), ("2030",)):
        found = fails(BBB["BOOKINGS"](handle(), *arguments))
        assert not re.search(r"(?<!\w)--\w|bbbxl\.toml", found), found
