"""Change logs: one row is one change of one field, with its value before and after, and its day."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from exports import LINES, TOML, entry
from tables import table

from bbbxl.errors import InputError, PresetError
from bbbxl.inputs.change_log import followed_fields, read_changes
from bbbxl.inputs.load import Options, load, understand_files
from bbbxl.inputs.preset_data import presets
from bbbxl.inputs.snapshot import STATE_COLUMNS
from bbbxl.policy import SCHEMA, Config, FileEntry

FOLDER = Path(__file__).parent / "presets"
NAMES = sorted(name for name, one in presets().items() if one.shape == "changes")
HEAD = "Order No,Line,Field,Old Value,New Value,Edit Date,Edited By"
AMOUNT = "A,1,Amount,2000,5000,2026-02-10,ann"
CONFIG = Config(schema=SCHEMA, entity="Northfield", currency="USD")


def log(*lines, given=None, **keys):
    """Return the changes of a log (header first)."""
    made = table(*lines, file="log.csv", mark=keys.pop("mark", ","), kinds=keys.pop("kinds", None))
    return read_changes(FileEntry(path="log.csv", role="changes", **keys), made, CONFIG, given or {}, Path())


def shown(found):
    """Return order | line | field | old | new | old minor units | new minor units | day | by of every change."""
    rows = found.changes.astype({"old_minor": object, "new_minor": object}).to_dict("records")
    names = ("order_id", "line_id", "field", "old", "new", "old_minor", "new_minor", "day", "by")
    texts = [[row[name] for name in names] for row in rows]
    return [
        " | ".join(
            "" if pd.isna(one) else f"{one:%Y-%m-%d}" if isinstance(one, pd.Timestamp) else f"{one}" for one in row
        )
        for row in texts
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_becomes_the_changes_worked_by_hand(name):
    lines = (FOLDER / name / "export.csv").read_text(encoding="utf-8")
    path = FOLDER / name / "export.csv"
    read = understand_files([path])[0]
    assert read.entry.role == "changes"
    found = read_changes(read.entry, read.table, CONFIG, {}, FOLDER)
    expected = (FOLDER / name / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert shown(found) == [line for line in expected if not line.startswith("#")]
    assert found.source.preset == name
    assert [str(one) for one in found.problems] == []
    assert found.source.rows == found.source.used + found.source.not_booked == lines.count("\n") - 1


def test_every_followed_field_is_a_column_of_the_states_or_the_status():
    for system in ("", "Salesforce", "NetSuite", "SAP ERP"):
        assert set(followed_fields(system).values()) <= {*STATE_COLUMNS, "status"}
    assert followed_fields("NetSuite")["shipdate"] == "commit_date"
    assert followed_fields("")["shipdate"] == "shipped_date"


def test_an_amount_in_a_currency_that_the_row_names_is_in_its_minor_units():
    found = log(HEAD + ",Currency", AMOUNT + ",USD", "B,1,Amount,5000,7000,2026-02-11,ann,JPY")
    # 2,000 dollars are 200,000 cents; yen have no smaller unit
    assert found.changes["old_minor"].tolist() == [200000, 5000]
    assert found.changes["new_minor"].tolist() == [500000, 7000]
    assert found.changes["currency"].tolist() == ["USD", "JPY"]
    assert found.changes["old_minor"].dtype == "Int64"


def test_an_amount_that_names_no_currency_stands_as_its_exact_number_and_not_in_the_currency_of_the_firm():
    found = log(HEAD.replace(",", ";"), "A;1;Amount;2.000,5;5.000,125;2026-02-10;ann", mark=";")
    assert shown(found) == ["A | 1 | ordered | 2000.5 | 5000.125 |  |  | 2026-02-10 | ann"]
    assert found.changes["currency"].tolist() == [""]


def test_of_rows_with_and_without_a_currency_only_the_first_are_in_minor_units():
    found = log(HEAD + ",Currency", AMOUNT + ",USD", "B,1,Amount,70,80,2026-02-11,ann,")
    assert found.changes["new_minor"].isna().tolist() == [False, True]
    assert [str(one) for one in found.problems] == []


def test_an_empty_value_before_or_after_is_missing_and_no_problem():
    found = log(HEAD + ",Currency", "A,1,Amount,,5000,2026-02-10,ann,USD", "A,1,Region,North,,2026-02-10,ann,USD")
    assert shown(found) == [
        "A | 1 | ordered |  | 5000 |  | 500000 | 2026-02-10 | ann",
        "A | 1 | region | North |  |  |  | 2026-02-10 | ann",
    ]


def test_quantities_are_numbers_and_days_are_days_whatever_stands_around_them():
    found = log(HEAD, "A,1,Quantity,12,9.5,2/13/2026,ann", "A,1,Commit Date,3/4/2026,4/5/2026,2/13/2026,ann", AMOUNT)
    assert found.changes["old_number"].tolist()[0] == 12.0
    assert found.changes["new_number"].tolist()[0] == 9.5
    assert found.changes["old_number"].isna().tolist() == [False, True, True]
    # the day of the change, 13 February, proves that the month stands first
    assert found.changes["old_day"].dt.date.tolist()[1] == date(2026, 3, 4)
    assert found.changes["new_day"].dt.date.tolist()[1] == date(2026, 4, 5)
    assert found.changes["day"].dt.date.tolist() == [date(2026, 2, 13), date(2026, 2, 13), date(2026, 2, 10)]


def test_changes_of_other_fields_are_counted_and_named():
    found = log(HEAD, AMOUNT, "A,1,Memo,a,b,2026-02-10,ann", "A,1,Memo,b,c,2026-02-11,ann", "A,1,,,,2026-02-11,ann")
    assert len(found.changes) == 1
    assert "Changes of fields that a book does not follow, left out: 3 (Memo 2, no field 1)." in found.source.notes
    assert (found.source.rows, found.source.used, found.source.not_booked, found.source.set_aside) == (4, 1, 3, 0)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",1,Amount,1,2,2026-02-10,ann", "log.csv row 3, Order No: the order number is empty."),
        ("B,1,Amount,1,2,,ann", "log.csv row 3, Edit Date: the edit date is empty."),
        ("B,1,Amount,1,2,31.02.2026,ann", 'log.csv row 3, Edit Date: "31.02.2026"'),
        ("B,1,Amount,1,two,2026-02-10,ann", 'log.csv row 3, New Value: "two"'),
        ("B,1,Commit Date,soon,2026-03-01,2026-02-10,ann", 'log.csv row 3, Old Value: "soon"'),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside_with_its_reason(row, said):
    found = log(HEAD, AMOUNT, row)
    assert [str(one).startswith(said) for one in found.problems] == [True], found.problems
    assert found.changes["order_id"].tolist() == ["A"]


def test_a_row_of_another_field_is_no_problem_whatever_stands_in_it():
    found = log(HEAD, AMOUNT, ",,Memo,x,y,some day,ann")
    assert found.problems == ()
    assert len(found.changes) == 1


def test_the_line_is_empty_where_the_log_is_kept_per_order():
    found = log("Order No,Field,Old Value,New Value,Edit Date", "A,Region,North,South,2026-02-10")
    assert found.changes[["line_id", "by"]].to_numpy().tolist() == [["", ""]]
    assert found.changes["entity"].tolist() == ["Northfield"]


def test_an_order_named_as_a_record_is_known_by_its_number():
    found = log(HEAD, "Sales Order #SO12,1,Region,North,South,2026-02-10,ann")
    assert found.changes["order_id"].tolist() == ["SO12"]


def test_a_column_may_be_named_by_the_caller():
    found = log("Doc,What,Before,After,When", "A,Region,North,South,2026-02-10", given={
        "order_id": "Doc", "edited_field": "What", "old_value": "Before", "new_value": "After", "edit_date": "When",
    })  # fmt: skip
    assert shown(found) == ["A |  | region | North | South |  |  | 2026-02-10 | "]


def test_a_file_of_orders_is_no_change_log():
    with pytest.raises(PresetError):
        log(LINES.strip(), "A,1,2026-01-05,100,USD")
    with pytest.raises(InputError, match=r"which is no change log\. Give it role = \"orders\" in bbbxl\.toml\."):
        log(LINES.strip(), "A,1,2026-01-05,100,USD", preset="order_lines")


def test_a_log_that_is_given_the_role_orders_is_refused(tmp_path):
    (tmp_path / "log.csv").write_text(f"{HEAD}\n{AMOUNT}\n", encoding="utf-8")
    (tmp_path / "bbbxl.toml").write_text(TOML + entry("log.csv", "orders", 'preset = "change_log"'), encoding="utf-8")
    with pytest.raises(InputError, match=r'Give it role = "changes" in bbbxl\.toml\.'):
        load([tmp_path])


def test_a_log_beside_orders_is_listed_and_left_alone(tmp_path):
    (tmp_path / "log.csv").write_text(f"{HEAD}\n{AMOUNT}\n", encoding="utf-8")
    (tmp_path / "o.csv").write_text(LINES + "A,1,2026-01-05,100,USD\n", encoding="utf-8")
    loaded = load([tmp_path], Options())
    assert {one.file: (one.role, one.used) for one in loaded.sources} == {
        "log.csv": ("changes", 0),
        "o.csv": ("orders", 1),
    }
    # one order of 100 dollars and nothing of the log
    assert loaded.ledger.entries["amount"].tolist() == [10000]
