"""Folders and files become one ledger, or the sentence says what to do."""

import os
from datetime import date

import pytest
from exports import BOOKED, EVENTS, LINE, LINES, TOML, bookings, entry, refused

from bbbxl.errors import (
    BbbError,
    CurrencyError,
    MissingRateError,
    PeriodError,
    UnknownColumnError,
    UnknownNameError,
)

# -- columns, values and states ------------------------------------------------------------------------------


def test_a_column_named_on_the_command_line_is_used_for_files_that_no_preset_knows(made):
    files = {"o.csv": LINE.replace("Amount", "My Sum")}
    assert bookings(made("o.csv", files=files, columns={"amount": "My Sum"})) == {"A": 10000}
    assert bookings(made(files=files, columns={"amount": "My Sum"})) == {"A": 10000}


def test_a_column_that_is_not_in_the_file_is_refused(made):
    said = refused(made, "o.csv", files={"o.csv": LINE}, columns={"amount": "Sum"}, error=BbbError)
    assert said == (
        'o.csv has no column for amount ("Sum"). It has: Order No, Line, Order Date, Amount, Currency. '
        "Correct the column given for amount."
    )


def test_a_field_that_no_file_can_use_is_refused(made):
    said = refused(made, files={"e.csv": BOOKED}, columns={"shipped_date": "Event Date"}, error=UnknownNameError)
    assert said == ('--column: there is no field "shipped_date". Did you mean firmed_date or shippable or order_date?')
    said = refused(made, files={"e.csv": BOOKED}, columns={"amuont": "Amount"}, error=UnknownNameError)
    assert said.startswith('There is no field "amuont". Did you mean ')


def test_a_column_that_only_one_of_the_files_has_is_used_there(made):
    files = {"p.csv": LINE, "q.csv": "Order No,Line,Order Date,Sum,Currency\nB,1,2026-01-05,7,USD\n"}
    assert bookings(made(files=files, columns={"amount": "Sum"})) == {"A": 10000, "B": 700}


@pytest.mark.parametrize("key", ["columns", "values"])
def test_an_unknown_field_in_the_config_is_refused_with_the_nearest(made, key):
    toml = TOML + entry("o.csv", more=f'{key} = {{ curency = "USD" }}')
    assert refused(made, toml=toml, files={"o.csv": LINE}, error=UnknownNameError) == (
        'bbbxl.toml, o.csv: there is no field "curency". Did you mean currency?'
    )


def test_values_stand_in_every_row(made):
    toml = TOML + entry("o.csv", more='values = { entity = "DE", currency = "EUR", customer = "Acme" }')
    events = made(toml=toml, files={"o.csv": "Order No,Order Date,Amount\nA,2026-01-05,100\n"}).ledger.events
    assert events[["entity", "currency", "customer"]].drop_duplicates().to_numpy().tolist() == [["DE", "EUR", "Acme"]]


def test_declared_facts_and_states_reach_the_ledger(made):
    more = 'facts = ["shipment"]\nstates.cancelled = { Remark = ["withdrawn"] }'
    content = "Order No,Order Date,Amount,Currency,Remark\nA,2026-01-05,100,USD,Withdrawn\nB,2026-01-05,5,USD,\n"
    loaded = made(toml=TOML + entry("o.csv", more=more), files={"o.csv": content})
    assert "shipment" in loaded.ledger.availability.facts
    assert loaded.ledger.events["kind"].tolist().count("cancellation") == 1


def test_a_state_in_a_column_that_is_missing_is_refused(made):
    toml = TOML + entry("o.csv", more='states.cancelled = { Remark = ["withdrawn"] }')
    said = refused(made, toml=toml, files={"o.csv": LINE}, error=UnknownColumnError)
    assert said.startswith('o.csv has no column for states.cancelled ("Remark"). It has: ')


def test_settings_of_the_text_are_used(made, tmp_path):
    more = 'delimiter = ";"\ndecimal = ","\ndate_format = "%d.%m.%Y"\nencoding = "cp1252"'
    (tmp_path / "exports").mkdir()
    content = "Order No;Order Date;Amount;Currency;Customer\nA;05.01.2026;100,50;EUR;Müller, GmbH\n"
    (tmp_path / "exports" / "o.csv").write_bytes(content.encode("cp1252"))
    loaded = made(toml=TOML + entry("o.csv", more=more))
    assert bookings(loaded) == {"A": 10050}
    assert loaded.ledger.events["customer"].tolist() == ["Müller, GmbH"]


# -- money ---------------------------------------------------------------------------------------------------


def test_a_file_without_currency_takes_that_of_the_config_and_says_so(made):
    content = "Order No,Order Date,Amount\nA,2026-01-05,100\n"
    loaded = made(toml=TOML + 'currency = "JPY"\n' + entry("o.csv"), files={"o.csv": content})
    assert bookings(loaded) == {"A": 100}
    assert "No currency column: every amount is taken in JPY." in loaded.sources[0].notes


def test_a_file_without_currency_and_no_default_is_counted_as_xxx_and_says_so(made):
    content = "Order No,Order Date,Amount\nA,2026-01-05,100\n"
    loaded = made(files={"o.csv": content})
    assert loaded.ledger.currency == "XXX"  # ISO 4217: no currency
    assert any("XXX" in note and "--currency" in note for note in loaded.sources[0].notes)
    assert made(files={"o.csv": content}, currency="EUR").ledger.currency == "EUR"


def test_several_currencies_need_a_reporting_currency(made):
    content = BOOKED + "2,new,2026-01-05,B,7,EUR\n"
    assert refused(made, files={"e.csv": content}, error=CurrencyError) == (
        "The data are in EUR, USD. Say which to report in: --currency EUR."
    )


def test_a_missing_rate_names_currency_and_day(made):
    said = refused(made, files={"e.csv": BOOKED}, currency="EUR", error=MissingRateError)
    assert said.startswith("No rate to EUR for USD on 2026-01-05")


@pytest.mark.parametrize("code", ["usd", "Euro"])
def test_a_reporting_currency_that_is_no_code_is_refused(made, code):
    assert refused(made, files={"e.csv": BOOKED}, currency=code, error=CurrencyError) == (
        f'"{code}" is not a currency code. Use the three letters of ISO 4217, such as USD.'
    )


def test_a_rates_file_beside_the_folder_is_used_and_listed(made, tmp_path):
    (tmp_path / "r.csv").write_text("Currency,EUR per unit\nUSD,0.5\n", encoding="utf-8")
    loaded = made(files={"e.csv": BOOKED}, currency="EUR", rates=tmp_path / "r.csv")
    assert bookings(loaded) == {"A": 5000}
    assert [(one.file, one.role) for one in loaded.sources] == [("e.csv", "events"), ("r.csv", "rates")]


def test_a_rates_file_that_is_not_there_is_named(made, tmp_path):
    said = refused(made, files={"e.csv": BOOKED}, rates=tmp_path / "r.csv")
    assert said == "r.csv cannot be read: No such file or directory. Check the path and who has it open."


# -- rows that would count twice -----------------------------------------------------------------------------


def test_an_event_that_stands_in_two_files_counts_once_and_the_record_of_the_second_says_so(made):
    files = {"a.csv": BOOKED, "b.csv": BOOKED + "2,new,2026-01-05,B,7,USD\n"}
    loaded = made(files=files)
    assert bookings(loaded) == {"A": 10000, "B": 700}
    assert [str(problem) for problem in loaded.problems] == [
        'b.csv row 2, Event ID: event "1" stands in a.csv already. Keep one.'
    ]
    second = loaded.sources[1]
    assert (second.rows, second.used, second.set_aside, second.totals) == (2, 1, 1, {"USD": 700})


def test_a_signed_event_that_stands_in_two_files_leaves_the_totals_of_both_columns(made):
    signed = BOOKED + "2,cancellation,2026-01-06,A,-40,USD\n"
    second = EVENTS + "2,cancellation,2026-01-06,A,-40,USD\n3,cancellation,2026-01-07,A,-5,USD\n"
    loaded = made(files={"a.csv": signed, "b.csv": second})
    assert [one.totals for one in loaded.sources] == [{"USD": 6000}, {"USD": -500}]


def test_a_copy_of_a_file_is_refused(made):
    assert refused(made, files={"o (1).csv": LINE, "o.csv": LINE}) == (
        "o.csv is a copy of o (1).csv, and its rows would count twice. Take one of them out."
    )


@pytest.mark.parametrize("header", [LINES, LINES.replace("Line,", "Item No.,")])
def test_two_exports_of_the_same_order_line_are_refused(made, header):
    files = {
        "jan.csv": header + "A,1,2026-01-05,100,USD\n",
        "feb.csv": header + "A,1,2026-01-05,100,USD\nB,1,2026-02-01,5,USD\n",
    }
    assert refused(made, files=files) == (
        "jan.csv books order A, and feb.csv books it too: both would count. "
        'Take one file out, or tell them apart with values = { entity = "..." } in bbbxl.toml.'
    )


def test_order_lines_that_the_event_log_books_too_are_refused(made):
    toml = TOML + entry("o.csv") + entry("e.csv", "events")
    assert refused(made, toml=toml, files={"e.csv": BOOKED, "o.csv": LINE}).startswith(
        "o.csv books order A, and e.csv "
    )


def test_the_same_order_number_of_two_entities_is_two_orders(made):
    more = 'values = {{ entity = "{}" }}'
    toml = TOML + entry("us.csv", more=more.format("US")) + entry("de.csv", more=more.format("DE"))
    assert bookings(made(toml=toml, files={"us.csv": LINE, "de.csv": LINE + "\n"})) == {"A": 20000}


def test_splitting_an_export_changes_nothing(made):
    rows = [f"A,{line},2026-01-05,10{line},USD\n" for line in (1, 2, 3)]
    whole = made("whole.csv", files={"whole.csv": LINES + "".join(rows)})
    parts = {"p1.csv": LINES + rows[0], "p2.csv": LINES + rows[1] + rows[2]}
    assert bookings(made(*parts, files=parts)) == bookings(whole)


# -- days ----------------------------------------------------------------------------------------------------


def test_a_cancellation_without_day_is_dated_on_the_as_of_day_and_not_in_a_far_future(made):
    content = "Order No,Order Date,Amount,Currency,Status\nA,2026-01-05,100,USD,Cancelled\n"
    loaded = made(files={"o.csv": content})
    assert loaded.as_of == date(2026, 1, 31)
    events = loaded.ledger.events
    assert events.loc[events["kind"] == "cancellation", "effective"].dt.date.tolist() == [date(2026, 1, 31)]
    assert loaded.sources[0].extracted == date(2026, 1, 31)


def test_the_extraction_day_is_when_rows_were_recorded_and_ends_the_data(made):
    toml = TOML + entry("o.csv", more="extracted = 2026-01-20T08:00:00")
    loaded = made(toml=toml, files={"o.csv": LINE})
    assert loaded.as_of == date(2026, 1, 20)
    assert loaded.ledger.events["recorded"].dt.date.unique().tolist() == [date(2026, 1, 20)]
    assert loaded.sources[0].notes[0].startswith("State of 2026-01-20: ")


def test_an_as_of_day_before_the_data_is_refused(made):
    assert refused(made, files={"e.csv": BOOKED}, as_of=date(2025, 12, 31), error=PeriodError) == (
        "The data begin on 2026-01-05, after 2025-12-31. Ask for a later day."
    )


def test_files_of_which_no_row_could_be_taken_are_refused_with_the_first_reason(made):
    assert refused(made, files={"e.csv": EVENTS}) == ("None of the rows could be taken. The files hold headers only.")
    said = refused(made, files={"e.csv": EVENTS + "1,new,2026-01-05,A,abc,USD\n"})
    assert said.startswith('None of the rows could be taken. The first reason: e.csv row 2, Amount: "abc" is not ')


def test_problems_of_all_files_travel_beside_the_ledger_in_order(made):
    files = {
        "a.csv": BOOKED + "2,new,x,A,1,USD\n",
        "b.csv": EVENTS + "3,neww,2026-01-05,B,1,USD\n4,new,2026-01-05,B,1,USD\n",
    }
    loaded = made(files=files)
    assert [(problem.file, problem.row) for problem in loaded.problems] == [("a.csv", 3), ("b.csv", 2)]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root and Windows read what has no read permission")
def test_a_file_without_permission_is_refused_in_words(made, tmp_path):
    made(files={"e.csv": BOOKED})
    (tmp_path / "exports" / "e.csv").chmod(0)
    assert refused(made) == "e.csv cannot be read: Permission denied. Check the path and who has it open."
