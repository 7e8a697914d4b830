"""What `bbbxl inspect` shows: the object, as JSON and on the screen, worked by hand from a small report."""

import json
from dataclasses import replace
from datetime import date

import msgspec
import pytest
from tables import table

from bbbxl.cli.inspecting import document, file_tables, preset_words, tables_together
from bbbxl.cli.show import as_json
from bbbxl.inputs.cells import Cells
from bbbxl.inputs.entries import Context
from bbbxl.inputs.grid import Aside, OwnTotal
from bbbxl.inputs.order_lines import read_order_lines
from bbbxl.inputs.preset_data import preset_named
from bbbxl.inputs.reading import Read
from bbbxl.inputs.together import UNKNOWN
from bbbxl.policy import FileEntry
from bbbxl.report.inspection import inspect_tables, refused

HEADER = "Order No;Order Date;Amount;Currency;Customer;Remark"
ROWS = (
    "A-1;2026-01-15;100.00;EUR;Northwind;",
    "A-2;2026-01-20;200.50;EUR;Contoso;",
    "A-3;2026-02-10;300.00;EUR;Fabrikam;",
    "A-4;2026-02-11;many;EUR;Adatum;",
)
COLUMNS = {"order_id": "Order No", "order_date": "Order Date", "amount": "Amount", "currency": "Currency",
           "customer": "Customer"}  # fmt: skip
CONTEXT = Context(entity="North", currency="EUR", extracted=UNKNOWN.date())
TODAY = date(2026, 12, 31)
KEYS = ["status", "rows", "totals", "bookings", "bookings_by_currency", "ids", "warnings", "findings", "problems",
        "error", "files"]  # fmt: skip


def read(*rows, file="orders.csv", **facts):
    """Return a report of order lines as it is read; its header stands in row 3 and its data begin in row 4."""
    made = table(HEADER, *rows, file=file, mark=";")
    made = replace(made, numbers=made.numbers + 2, header_row=3, encoding="utf-8", delimiter=";", **facts)
    preset = preset_named("order_lines")
    cells = Cells(made, COLUMNS, {})
    return Read(FileEntry(path=file, role="orders"), made, preset, cells, read_order_lines(cells, preset, CONTEXT))


@pytest.fixture
def inspection():
    aside = (Aside(1, "title", "Order report"), Aside(8, "total", "Total 700.50"))
    totals = (OwnTotal(8, "Total", 0, 4, {2: "700.50"}),)
    return inspect_tables([read(*ROWS, aside=aside, totals=totals)], TODAY)


def test_the_object_has_every_key_and_the_figures_worked_by_hand(inspection):
    made = document(inspection)
    assert list(made) == KEYS
    assert (made["status"], made["rows"], made["error"]) == ("loaded", 3, None)
    # 100.00 + 200.50 in January, 300.00 in February; the fourth row has no amount.
    assert made["totals"] == {"EUR": 600_50}
    assert made["bookings"] == {"2026-01": 300_50, "2026-02": 300_00}
    assert made["bookings_by_currency"] == {"EUR": made["bookings"]}
    assert made["ids"] == ["A-1", "A-2", "A-3"]


def test_a_problem_names_the_data_row_and_the_row_of_the_file(inspection):
    (problem,) = document(inspection)["problems"]
    # The header stands in row 3, so the fourth data row is row 7 of the file.
    assert (problem["row"], problem["file_row"], problem["column"], problem["value"]) == (4, 7, "Amount", "many")
    assert problem["file"] == "orders.csv"
    assert problem["message"]


def test_the_files_own_total_is_compared_and_a_difference_is_a_warning(inspection):
    (own,) = document(inspection)["files"][0]["own_totals"]
    assert (own["file_row"], own["column"], own["own"], own["ours"], own["ties"]) == (
        8,
        "Amount",
        "700.50",
        "600.50",
        False,
    )
    assert own["message"] == inspection.warnings[0]
    assert inspection.differing[0].row == 8


def test_every_file_says_how_it_was_read(inspection):
    (one,) = document(inspection)["files"]
    assert (one["file"], one["sheet"], one["role"], one["preset"], one["verified"]) == (
        "orders.csv", "", "orders", "order_lines", True
    )  # fmt: skip
    assert one["header_row"] == 3
    assert one["columns"] == {header: field for field, header in COLUMNS.items()}
    assert one["unused"] == ["Remark"]
    assert (one["rows_read"], one["rows_used"], one["rows_set_aside"], one["not_booked"]) == (4, 3, 1, 0)
    assert one["aside"] == [
        {"file_row": 1, "reason": "title", "text": "Order report"},
        {"file_row": 8, "reason": "total", "text": "Total 700.50"},
    ]
    assert (one["decimal"], one["encoding"], one["delimiter"]) == (".", "utf-8", ";")


def test_several_currencies_are_never_added():
    made = document(inspect_tables([read(ROWS[0], ROWS[1].replace("EUR", "USD"))], TODAY))
    assert made["totals"] == {"EUR": 100_00, "USD": 200_50}
    assert made["bookings"] == {}
    assert made["bookings_by_currency"] == {"EUR": {"2026-01": 100_00}, "USD": {"2026-01": 200_50}}
    assert any("EUR, USD" in one and "never added" in one for one in made["warnings"])


def test_several_files_are_one_object_with_an_entry_each():
    made = document(inspect_tables([read(*ROWS[:2], file="a.csv"), read(ROWS[2], file="b.csv")], TODAY))
    assert [(one["file"], one["rows_used"]) for one in made["files"]] == [("a.csv", 2), ("b.csv", 1)]
    assert made["rows"] == 3
    assert made["bookings"] == {"2026-01": 300_50, "2026-02": 300_00}
    assert made["ids"] == ["A-1", "A-2", "A-3"]


def test_findings_are_warnings_with_their_rows():
    late = inspect_tables([read(*ROWS[:3])], date(2026, 1, 31))
    (finding,) = [one for one in document(late)["findings"] if one["name"] == "future_date"]
    assert finding["rows"] == (6,)
    assert finding["sentence"] in late.warnings


def test_a_file_that_holds_no_orders_is_listed_with_its_rows():
    rates = Read(FileEntry(path="rates.csv", role="rates"), table("Currency,Rate", "EUR,1.1", file="rates.csv"))
    made = document(inspect_tables([rates], TODAY))
    assert (made["rows"], made["totals"], made["ids"]) == (0, {}, [])
    assert (made["files"][0]["preset"], made["files"][0]["rows_read"]) == (None, 1)


def test_a_refusal_has_every_key_and_its_sentence():
    made = document(refused("orders.csv is empty. Export it again."))
    assert list(made) == KEYS
    assert made["error"] == "orders.csv is empty. Export it again."
    assert (made["status"], made["rows"]) == ("refused", 0)
    assert all(not made[key] for key in KEYS[2:] if key != "error")


def test_json_is_one_object_whatever_the_file_holds():
    hostile = read("A-1;2026-01-15;1.00;EUR;\x1b[31m\u202e=1+1;", "A-2;2026-01-15;\x9b;EUR;x;")
    made = as_json(document(inspect_tables([hostile], TODAY)))
    assert json.loads(made)["rows"] == 1
    assert not any(one in made for one in "\x1b\x9b\u202e")


def test_the_screen_shows_columns_rows_totals_months_and_what_to_look_at(inspection):
    shown = [*file_tables(inspection.files[0]), *tables_together(inspection)]
    titles = [one.title for one in shown]
    assert titles == ["orders.csv", "Columns", "Totals of the amount column", "Decided", "Bookings by month",
                      "To look at", "Rows set aside"]  # fmt: skip
    facts = dict(shown[0].rows)
    assert facts["Taken for"] == "Order lines with dates (order_lines)"
    assert facts["Rows"] == "4 read: 3 used, 1 set aside"
    assert facts["No data"] == "title: row 1; total: row 8"
    assert facts["Header"] == "row 3"
    assert shown[1].notes == ["Not used: Remark."]
    assert shown[2].rows == [["EUR", "600.50"]]
    assert shown[4].rows == [["2026-01", "300.50"], ["2026-02", "300.00"]]
    assert "orders.csv row 7, Amount: " in shown[6].notes[0]


def test_a_preset_that_no_export_confirmed_is_called_unverified():
    known = preset_named("order_lines")
    assert preset_words(known) == "Order lines with dates (order_lines)"
    doubted = msgspec.structs.replace(known, verified=False)
    assert preset_words(doubted).endswith("unverified: no real export has confirmed its headers")


def test_no_note_names_the_day_that_stands_for_an_unknown_one(inspection):
    assert inspection.warnings
    assert not any("2199" in one for one in inspection.warnings)
