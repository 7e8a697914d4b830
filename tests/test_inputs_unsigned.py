"""Rows that say of themselves that they may be no signed orders are asked about, and totals, dates and partners too."""

import pytest
from exports import entry, refused

from bbbxl.errors import CurrencyError
from bbbxl.inputs.load import understand_files
from bbbxl.report.inspection import inspect_tables

LINES = "Order No,Order Date,Amount,Currency,{column}\nA,2026-01-05,100,EUR,{fine}\nB,2026-01-06,50,EUR,{doubt}\n"


@pytest.fixture
def inspected(tmp_path):
    def run(content, name="o.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return inspect_tables(understand_files([tmp_path / name]))

    return run


@pytest.mark.parametrize(
    ("column", "fine", "doubt"),
    [
        ("Status", "Open", "Quote"), ("Document Type", "Order", "Credit Memo"), ("D/C", "D", "C"),
        ("Voided", "N", "Y"), ("Signed", "Yes", "No"), ("Scenario", "Actual", "Budget"), ("Probability", "100%", "40"),
        ("Belegart", "Auftrag", "Angebot"),
    ],
)  # fmt: skip
def test_a_row_that_may_be_no_signed_order_is_counted_and_asked_about_with_its_amount(inspected, column, fine, doubt):
    made = inspected(LINES.format(column=column, fine=fine, doubt=doubt))
    assert made.totals == {"EUR": 15000}
    asked = [one for one in made.findings if one.name == "maybe_unsigned"]
    assert [(one.rows, one.count) for one in asked] == [((3,), 1)]
    assert f'booked although "{column}" says "{doubt}": EUR 50.00' in asked[0].sentence


def test_a_line_that_may_be_cancelled_is_a_signed_order(inspected):
    made = inspected(LINES.format(column="Cancellable", fine="No", doubt="Yes"))
    assert [one for one in made.findings if one.name == "maybe_unsigned"] == []


def test_words_that_the_file_gives_a_meaning_and_names_of_things_are_not_asked_about(inspected):
    made = inspected(LINES.format(column="Status", fine="Open", doubt="Cancelled"))  # the form knows what that means
    assert [one for one in made.findings if one.name == "maybe_unsigned"] == []
    made = inspected(LINES.format(column="Customer", fine="Plan", doubt="Quote"))  # a firm may be called so
    assert [one for one in made.findings if one.name == "maybe_unsigned"] == []


def test_months_of_an_order_report_add_up_to_its_total_with_returns_below_zero(inspected):
    made = inspected("Order No,Order Date,Amount,Currency\nA,2026-01-05,100,EUR\nB,2026-01-06,-30,EUR\n")
    assert (made.totals, made.bookings) == ({"EUR": 7000}, {"EUR": {"2026-01": 7000}})  # 100 - 30


def test_an_order_total_that_stands_on_every_row_of_its_order_is_refused_until_named(made):
    content = "Order No,Line,Order Date,Order Total,Currency\nA,1,2026-01-05,100,EUR\nA,2,2026-01-05,100,EUR\n"
    said = refused(made, files={"o.csv": content})
    assert said.startswith('o.csv row 2: "Order Total" is the same on every row of order A')
    loaded = made(files={"o.csv": content}, columns={"amount": "Order Total"})
    assert loaded.sources[0].totals == {"EUR": 20000}
    other = content.replace("A,2,2026-01-05,100", "A,2,2026-01-05,40")
    assert made(files={"o.csv": other}).sources[0].totals == {"EUR": 14000}


def test_a_column_of_tax_beside_a_total_is_refused_and_beside_an_amount_noted(made):
    content = "Order No,Order Date,{amount},Sales Tax,Tax ID,Currency\nA,2026-01-05,119,19,7,EUR\n"
    said = refused(made, files={"o.csv": content.format(amount="Order Total")})
    assert said.startswith('o.csv, column "Order Total" may hold tax (there is a column "Sales Tax" beside it)')
    notes = made(files={"o.csv": content.format(amount="Amount")}).sources[0].notes
    assert any(note.startswith('There is a column "Sales Tax", and "Amount" is taken as net of tax.') for note in notes)
    notes = made(files={"o.csv": content.format(amount="Net Amount")}).sources[0].notes
    assert not any("tax" in note for note in notes)
    net = "schema = 1\n" + entry("o.csv", more='amounts = "net"')
    notes = made(toml=net, files={"o.csv": content.format(amount="Amount")}).sources[0].notes
    assert not any("tax" in note for note in notes)


def test_a_gross_amount_is_refused_with_a_column_of_tax_beside_it_and_without(made):
    content = "Order No,Order Date,Gross Amount,Sales Tax,Currency\nA,2026-01-05,119,19,EUR\n"
    named = {"amount": "Gross Amount"}
    said = refused(made, files={"o.csv": content}, columns=named)
    assert said.startswith('o.csv, column "Gross Amount" may hold tax, and amounts are net of tax.')
    assert refused(made, files={"o.csv": content.replace("Sales Tax", "Discount")}, columns=named) == said


def test_a_planned_day_that_cannot_be_read_leaves_the_order_and_is_noted(made):
    content = (
        "Order No,Order Date,Amount,Currency,Commit Date\nA,2026-01-05,100,EUR,TBD\nB,2026-01-06,50,EUR,2026-02-01\n"
    )
    loaded = made(files={"o.csv": content})
    assert loaded.sources[0].totals == {"EUR": 15000}
    assert ('Column "Commit Date" holds no day that can be read, first "TBD" in row 2; those lines stand without that '
            "day: 1.") in loaded.sources[0].notes  # fmt: skip


def test_intercompany_marked_with_yes_and_no_names_no_entity(made):
    content = "Order No,Order Date,Amount,Currency,Intercompany\nA,2026-01-05,100,EUR,No\nB,2026-01-06,50,EUR,Yes\n"
    events = made(files={"o.csv": content}).ledger.entries
    assert events["counterparty"].fillna("").tolist() == ["", "(intercompany)"]
    empty = made(files={"o.csv": content.replace(",No", ",").replace(",Yes", ",")})
    assert not any("yes or no" in note for note in empty.sources[0].notes)


def test_dots_beside_slashes_that_have_the_month_first_are_refused(made):
    content = "Order No,Order Date,Amount,Currency\nA,05.01.2026,100,EUR\nB,01/25/2026,50,EUR\n"
    said = refused(made, files={"o.csv": content})
    assert said.startswith('o.csv row 2, Order Date: "05.01.2026" has dots, which stand for the day first, and ')


def test_amounts_that_add_up_past_whole_numbers_are_refused(inspected):
    rows = "".join(f"{number},2026-01-05,9000000000000.00,EUR\n" for number in range(11_000))  # 9.9e18 cents
    with pytest.raises(CurrencyError, match=r"The amounts of o\.csv add up to more than 64-bit whole numbers hold"):
        inspected("Order No,Order Date,Amount,Currency\n" + rows)
