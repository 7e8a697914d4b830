"""Excel through xlwings' own pipeline: every kind of cell in every place, every trap that others fell into."""

import datetime as dt

import pytest
from excel import ERRORS, LEFT_OUT, ComRange, Excel, Sheet, Stamp, error_code, real_xlwings
from sheets import BBB, fails

from bbbxl.cells.excel import ERRORS as KNOWN_ERRORS
from bbbxl.cells.excel import is_month_format
from bbbxl.samples.order_table import HEADER, ORDER_LINES

AMOUNT, ORDER_DATE = HEADER.index("Amount"), HEADER.index("Order Date")
#: Functions that take a table, a period and more -> their arguments after the table.
ASKED = {
    "BOOKINGS": ("2026-02",), "BILLINGS": ("2026-02",), "FULFILLED": ("2026-02",), "REVENUE": ("2026-02",),
    "BACKLOG": ("2026-02",), "BOOK_TO_BILL": ("2026-02",), "BACKLOG_COVERAGE": ("2026-02",),
    "BBB_METRIC": ("net_bookings", "2026-02"), "BACKLOG_ROLL": ("2026-01", "2026-02"), "BACKLOG_AGEING": ("2026-02",),
    "BACKLOG_SCHEDULE": ("2026-02",), "BBB_TABLE": ("net_bookings", "2026-02"), "BBB_ROWS": ("net_bookings", "2026-02"),
    "BBB_MOVED": ("2026-02", "2026-03-31", "2026-03-31"), "BBB_EXPLAIN": ("net_bookings", "2026-02"), "BBB_CHECK": (),
    "BBB_LOAD": (),
}  # fmt: skip
#: Functions that list what could not be read instead of refusing.
LISTING = ("BBB_ROWS", "BBB_EXPLAIN", "BBB_CHECK", "BBB_LOAD")
ALONE = {"BBB_BOOK", "BBB_DEFINE", "BBB_VERSION", "RECONCILE"}


@pytest.fixture(scope="module")
def excel():
    return Excel()


def orders(sheet=None, changes=(), formats=None, extra=()):
    """Return the range of the sample order lines; changes are (row, header, value), rows from 0."""
    sheet = sheet or Sheet()
    rows = [list(HEADER), *(list(row) for row in ORDER_LINES), *extra]
    for row, header, value in changes:
        rows[row + 1][HEADER.index(header)] = value
    return sheet.put(rows, formats=formats)


def one(value, code=None):
    """Return a range of one cell."""
    return Sheet("Report").put([[value]], formats={0: code} if code else None)


def test_the_functions_of_the_list_are_the_ones_excel_loads(excel):
    published = {name for name in dir(excel.module) if hasattr(getattr(excel.module, name), "__xlfunc__")}
    subs = {name for name in published if getattr(excel.module, name).__xlfunc__["sub"]}
    assert published - subs == set(BBB) == set(ASKED) | ALONE
    assert subs == {"BBB_CHECK_TABLE", "BBB_MAKE_PACK"}
    for name in set(BBB):
        about = getattr(excel.module, name).__xlfunc__
        assert len(about["ret"]["doc"]) <= 255
        assert all(0 < len(each["doc"]) <= 255 for each in about["args"])
        assert not about["volatile"]
        assert about["async_mode"] is None
        assert about["call_in_wizard"]


def test_nothing_of_xlwings_pro_is_loaded():
    xlwings, _, _ = real_xlwings()
    assert not xlwings.__pro__


def test_a_range_of_days_and_currencies_is_read_exactly(excel):
    # 12.345678 in a currency format is 12.3457 through Value and 12.35 to the cent either way; days are real ones.
    codes = {AMOUNT: "$#,##0.00", ORDER_DATE: "dd/mm/yyyy"}
    assert excel.call("BOOKINGS", orders(changes=[(0, "Amount", 500.004999)], formats=codes), "2026-01") == 1400
    assert excel.call("BOOKINGS", orders(formats=codes), "2026-01") == 1400


@pytest.mark.parametrize("name", ASKED)
def test_every_function_answers_from_a_range(excel, name):
    found = excel.call(name, orders(), *ASKED[name])
    text = found if isinstance(found, str) else ""
    if name in ("REVENUE", "BACKLOG_COVERAGE"):
        assert "not available" in fails(text)
    else:
        assert not text.startswith("#BBB!"), text


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("name", [name for name in ASKED if name not in LISTING])
def test_an_error_in_a_needed_column_is_refused_with_row_and_column_and_is_no_amount(excel, name, error):
    found = excel.call(name, orders(changes=[(1, "Amount", error)]), *ASKED[name])
    sentence = fails(found)
    assert "Data!A1:O7 row 3, Amount" in sentence
    assert f"the cell holds the error {error}" in sentence


def test_every_error_value_has_its_name():
    assert {text: error_code(text) for text in ERRORS} == {text: code for code, text in KNOWN_ERRORS.items()}


def test_an_error_in_a_column_that_plays_no_part_is_let_be(excel):
    found = orders(Sheet())
    found.Worksheet.put([["Remark"], ["#N/A"]], row=1, column=len(HEADER) + 1)
    whole = found.Worksheet.range(1, 1, 7, len(HEADER) + 1)
    assert excel.call("BOOKINGS", whole, "2026-01") == 1400


@pytest.mark.parametrize("error", ["#N/A", "#SPILL!", "#CALC!"])
def test_an_error_as_period_or_criterion_is_named(excel, error):
    assert (
        fails(excel.call("BOOKINGS", orders(), one(error))) == f"The period is {error}. Correct the cell that gives it."
    )
    assert f'The criterion for "region" is {error}.' in fails(
        excel.call("BOOKINGS", orders(), "2026-01", "region", one(error))
    )
    assert f"The period is {error}" in fails(excel.call("BOOKINGS", orders(), error_code(error)))


def test_an_empty_cell_is_refused_where_one_was_meant(excel):
    assert fails(excel.call("BOOKINGS", orders(), one(None))).startswith("The period is empty.")
    assert 'The criterion for "region" is empty.' in fails(
        excel.call("BOOKINGS", orders(), "2026-01", "region", one(None))
    )
    assert "The field of a criterion is empty" in fails(excel.call("BOOKINGS", orders(), "2026-01", one(None), "West"))
    assert "The field of a criterion is empty" in fails(
        excel.call("BOOKINGS", orders(), "2026-01", one(None), one(None))
    )
    assert fails(excel.call("BOOKINGS", orders(), LEFT_OUT)).startswith("The period is empty.")
    assert fails(excel.call("BOOKINGS", one(None), "2026-01")).startswith("The first argument is empty.")


def test_arguments_left_out_at_the_end_say_nothing(excel):
    assert excel.call("BOOKINGS", orders(), "2026-01", LEFT_OUT, LEFT_OUT) == 1400
    assert excel.call("BBB_TABLE", orders(), "net_bookings", "2026-01", LEFT_OUT) == [["Metric", "2026-01"],
                                                                                   ["Net bookings", 1400]]  # fmt: skip


@pytest.mark.parametrize(("code", "period"), [
    ("mmm-yy", "2026-01"), ("yyyy-mm", "2026-01"), ("[$-409]mmmm\\ yyyy;@", "2026-01"), ('mmm" of "yyyy', "2026-01"),
])  # fmt: skip
@pytest.mark.parametrize("day", [1, 15, 31])
def test_a_cell_that_shows_only_a_month_is_that_month(excel, code, period, day):
    shown = one(dt.date(2026, 1, day), code)
    assert excel.call("BOOKINGS", orders(), shown) == excel.call("BOOKINGS", orders(), period)
    assert excel.call("BACKLOG", orders(), shown) == 1400


def test_a_cell_that_shows_a_day_is_that_day(excel):
    assert excel.call("BOOKINGS", orders(), one(dt.date(2026, 1, 10), "dd/mm/yyyy")) == 800
    # On 1 February nothing has happened since January; on the 11th of it Borg's 1,000 has come.
    assert excel.call("BACKLOG", orders(), one(dt.date(2026, 2, 1), "dd/mm/yyyy")) == 1400
    assert excel.call("BACKLOG", orders(), one(dt.date(2026, 2, 11), "d-mmm-yy")) == 2400


@pytest.mark.parametrize("day", [dt.date(2026, 1, 1), dt.date(2026, 1, 31)])
def test_the_first_or_last_day_of_a_month_as_a_period_may_be_the_month_and_is_refused(excel, day):
    found = fails(excel.call("BOOKINGS", orders(), one(day, "dd/mm/yyyy")))
    assert found == (f"The period {day} may be that day or its month. Show the cell as a month (mmm-yy), or type "
                     f'"2026-01" for the month or "{day}" for the day.')  # fmt: skip


def test_a_day_from_another_formula_has_no_format_and_the_first_of_a_month_is_refused(excel):
    # Excel hands results of other formulas over as serials: 46054 is 2026-02-01.
    assert fails(excel.call("BACKLOG", orders(), 46054.0)) == (
        'The period 2026-02-01 may be that day or its month. Type "2026-02" for the month or "2026-02-01" for the day.'
    )
    assert excel.call("BACKLOG", orders(), 46064.0) == 2400
    assert excel.call("BACKLOG", orders(), Stamp(2026, 2, 11, tzinfo=dt.UTC)) == 2400


@pytest.mark.parametrize(("typed", "wanted"), [
    ("2026-01", 1400), ("Jan-26", 1400), ("1/2026", 1400), ("2026-Q1", 2450), ("FY2026", 2450), ("YTD 2026-02", 1800),
    ("R3M 2026-03", 2450), ("2026-01..2026-02", 1800), ("2026-01-10", 800), (2026.0, 2450), (202601.0, 1400),
])  # fmt: skip
def test_periods_in_any_usual_form(excel, typed, wanted):
    assert excel.call("BOOKINGS", orders(), typed) == wanted
    assert excel.call("BOOKINGS", orders(), one(typed)) == wanted


def test_days_of_a_workbook_of_1904_are_the_days_they_show(excel):
    old = Sheet(date_1904=True)
    assert excel.call("BOOKINGS", orders(old), "2026-01") == 1400
    shown = Sheet("Report", date_1904=True).put([[dt.date(2026, 2, 11)]], formats={0: "dd/mm/yyyy"})
    assert excel.call("BACKLOG", orders(old), shown) == 2400


def test_days_as_text_and_blank_rows_are_read(excel):
    changes = [(row, "Order Date", f"{ORDER_LINES[row][ORDER_DATE]:%Y-%m-%d}") for row in range(6)]
    assert excel.call("BOOKINGS", orders(changes=changes), "2026-01") == 1400
    blank = [None] * len(HEADER)
    assert excel.call("BOOKINGS", orders(extra=[blank, blank]), "2026-01") == 1400


def test_whole_columns_are_clipped_to_the_rows_in_use(excel):
    found = orders()
    whole = found.Worksheet.range(1, 1, 1_048_576, len(HEADER))
    assert excel.call("BOOKINGS", whole, "2026-01") == 1400
    wide = found.Worksheet.range(1, 1, 1_048_576, 16_384)
    assert excel.call("BOOKINGS", wide, "2026-01") == 1400


def test_a_range_that_reaches_past_the_rows_in_use_keeps_its_empty_cells(excel):
    # Clipped to A1 alone, the one period would have met all three regions: 800, 600, 800.
    periods = Sheet("Periods").put([["2026-01"]]).Worksheet.range(1, 1, 3, 1)
    regions = Sheet("Regions").put([["West"], ["East"], ["West"]])
    first, *others = excel.call("BOOKINGS", orders(), periods, "region", regions)
    assert first == [800]
    assert [fails(one) for (one,) in others] == ["The period is empty. Type it like 2026-10, 2026-Q3, FY2026 or "
                                                 "2026-10-31."] * 2  # fmt: skip
    whole = Sheet("Whole").put([["2026-01"]]).Worksheet.range(1, 1, 1_048_576, 1)
    assert "have 2 and 3 rows, so they do not fit together" in fails(
        excel.call("BOOKINGS", orders(), whole, "region", regions)
    )


def test_headers_may_stand_below_a_title_and_rows_are_named_as_the_sheet_counts_them(excel):
    sheet = Sheet()
    sheet.put([["Order lines of Northfield"]], row=3, column=2)
    rows = [list(HEADER), *(list(row) for row in ORDER_LINES)]
    rows[2][AMOUNT] = "#N/A"
    sheet.put(rows, row=5, column=2)
    found = excel.call("BOOKINGS", sheet.range(3, 2, 9, len(HEADER)), "2026-01")
    assert "Data!B3:P11 row 7, Amount" in fails(found)


def formatted(*codes):
    """Return order lines without a currency column, 100 each, the amount of each shown in its format."""
    sheet = Sheet()
    found = sheet.put([["Order No", "Order Date", "Amount"],
                       *([f"SO-{row}", dt.date(2026, 1, 10), 100] for row in range(len(codes)))])  # fmt: skip
    sheet.formats |= {(row, 3): code for row, code in enumerate(codes, start=2)}
    return found


EURO, DOLLAR = "#,##0.00 [$€-407]", '"US$" #,##0.00'


def test_a_currency_that_only_the_number_format_shows_is_the_currency_of_the_amounts(excel):
    assert excel.call("BBB_LOAD", formatted(EURO, EURO, EURO)).endswith(", EUR")
    assert excel.call("BBB_LOAD", formatted(DOLLAR)).endswith(", USD")
    assert excel.call("BBB_LOAD", formatted("General", "General")).endswith(", XXX")


@pytest.mark.parametrize("codes", [[EURO] * 40 + [DOLLAR] + [EURO] * 9, [EURO, DOLLAR] * 10, [DOLLAR, EURO]])
def test_amounts_whose_number_formats_show_several_currencies_are_never_added(excel, codes):
    # To add them up would be 100 a row, euros and dollars alike.
    found = fails(excel.call("BOOKINGS", formatted(*codes), "2026-01"))
    assert "the number formats of its column show EUR and USD" in found


def test_an_amount_of_another_currency_than_its_format_shows_is_refused(excel):
    codes = {AMOUNT: EURO}
    found = excel.call("BOOKINGS", orders(formats=codes), "2026-01")
    assert "EUR" in fails(found)


def test_number_formats_are_asked_for_once_a_content_and_few_times(excel, monkeypatch):
    asked = []
    plain = ComRange.NumberFormat.fget
    monkeypatch.setattr(ComRange, "NumberFormat", property(lambda self: asked.append(self) or plain(self)))
    found = formatted(*[EURO] * 500)
    for _ in range(3):
        assert excel.call("BOOKINGS", found, "2026-01") == 50000
    # A glance at each of the three columns a formula, and nothing else.
    assert len(asked) == 9


def test_a_table_whose_number_formats_changed_is_read_again(excel):
    found = formatted(EURO, EURO)
    first = excel.call("BBB_LOAD", found)
    found.Worksheet.formats[3, 3] = DOLLAR
    assert "EUR and USD" in fails(excel.call("BOOKINGS", found, "2026-01"))
    found.Worksheet.formats[2, 3] = DOLLAR
    second = excel.call("BBB_LOAD", found)
    assert (first[-3:], second[-3:]) == ("EUR", "USD")
    assert first.split()[0] != second.split()[0]


def test_a_range_of_several_areas_is_refused(excel):
    found = orders()
    found.Areas.Count = 2
    assert "is made of 2 areas" in fails(excel.call("BOOKINGS", found, "2026-01"))


def test_a_flag_is_no_number_and_equal_numbers_of_other_types_are_not_taken_for_one_another(excel):
    # TRUE == 1 in Python: the second table must not be answered from the first.
    first, second = orders(changes=[(0, "Amount", 1)]), orders(changes=[(0, "Amount", True)])
    assert excel.call("BOOKINGS", first, "2026-01") == 901
    assert "row 2, Amount" in fails(excel.call("BOOKINGS", second, "2026-01"))


def test_an_amount_equal_to_the_code_of_an_error_is_an_amount(excel):
    # -2146826246 as a number cell is a float; as #N/A it is a whole number.
    found = excel.call("BBB_METRIC", orders(changes=[(0, "Amount", -2146826246)]), "gross_bookings", "2026-01")
    assert not isinstance(found, str) or "error" not in found
    assert "the cell holds the error #N/A" in fails(
        excel.call("BOOKINGS", orders(changes=[(0, "Amount", "#N/A")]), "2026-01")
    )


def test_minus_one_and_minus_two_are_told_apart(excel):
    # hash(-1.0) == hash(-2.0).
    for amount in (-1, -2):
        found = excel.call("BOOKINGS", orders(changes=[(0, "Amount", amount), (0, "Shipped Amount", amount),
                                                       (0, "Invoiced Amount", amount)]), "2026-01")  # fmt: skip
        assert found == 900 + amount


def test_an_array_of_another_formula_is_a_table_too(excel):
    values = orders().Value2
    assert excel.call("BOOKINGS", values, "2026-01") == 1400
    assert excel.call("BOOKINGS", orders(), ("2026-01", "2026-02")) == [1400, 400]


def test_results_are_plain_floats_texts_and_rows(excel):
    def kinds(found):
        rows = found if isinstance(found, list) else [found]
        return {type(cell) for row in rows for cell in (row if isinstance(row, list) else [row])}

    for name, arguments in ASKED.items():
        found = excel.call(name, orders(), *arguments)
        assert kinds(found) <= {float, str}, name
        assert found not in ([], None), name


def test_a_stale_handle_says_what_to_do(excel):
    assert "of an earlier session. Recalculate the cell that gave it: Ctrl+Alt+F9" in fails(
        excel.call("BOOKINGS", "bbb:0123456789abcdef 6 rows", "2026-01")
    )


def test_a_handle_changes_with_the_content_and_only_with_it(excel):
    first, again = (excel.call("BBB_LOAD", orders()) for _ in range(2))
    other = excel.call("BBB_LOAD", orders(changes=[(0, "Amount", 501), (0, "Shipped Amount", 501)]))
    assert first == again
    assert first.split()[0] != other.split()[0]
    assert excel.call("BOOKINGS", first, "2026-01") == 1400
    assert excel.call("BOOKINGS", other, "2026-01") == 1401


def test_headers_renamed_in_the_sheet_are_named_by_an_option(excel):
    found = orders()
    found.Worksheet.cells[1, AMOUNT + 1] = "Wert der Zeile"
    assert "column" in fails(excel.call("BOOKINGS", found, "2026-01"))
    assert excel.call("BOOKINGS", found, "2026-01", "column.amount=Wert der Zeile") == 1400


def test_rows_that_cannot_be_read_stop_every_figure_until_somebody_leaves_them_out(excel):
    found = orders(changes=[(5, "Order Date", "soon")])
    sentence = fails(excel.call("BOOKINGS", found, "2026-01"))
    assert sentence.startswith(
        '1 row of Data!A1:O7 cannot be read, so there are no figures. Data!A1:O7 row 7, Order Date: "soon"'
    )
    assert '"set_aside=leave_out" gives figures without them.' in sentence
    assert excel.call("BOOKINGS", found, "2026-01", "set_aside=leave_out") == 800
    listed = excel.call("BBB_ROWS", found, "net_bookings", "2026-01")
    assert ["Set aside: row", "Source", "Column", "Value", "Why"] in [row[:5] for row in listed]


def last_row(**cells):
    """Return a seventh order line of which only some cells are left."""
    named = {name.replace("_", " "): value for name, value in cells.items()}
    return orders(extra=[[named.get(header) for header in HEADER]])


@pytest.mark.parametrize(("cells", "sentence"), [
    ({"Amount": 50}, "row 8: the row has amounts and no number, date or text, and they are not the sum of the rows"),
    ({"Line": 1, "Amount": 50}, "row 8: the row has amounts and no number, date or text, and they are not the sum"),
    ({"Customer": "Ada", "Amount": 50}, "row 8, Currency: the currency is empty."),
    ({"Order_Date": dt.date(2026, 1, 10), "Amount": 50}, "row 8, Currency: the currency is empty."),
    ({"Currency": "USD", "Amount": 3050}, "row 8, Order Date: the order date is empty."),
])  # fmt: skip
def test_a_last_row_without_an_order_number_stops_every_figure_and_is_taken_for_no_total(excel, cells, sentence):
    assert sentence in fails(excel.call("BOOKINGS", last_row(**cells), "2026-01"))


def test_a_last_row_that_is_the_sum_of_the_amounts_is_a_total_and_counts_nowhere(excel):
    # 500 + 300 + 1,000 + 250 + 400 + 600 = 3,050
    assert excel.call("BOOKINGS", last_row(Amount=3050), "2026-01") == 1400


@pytest.mark.parametrize(("code", "wanted"), [
    ("General", False), ("mmm-yy", True), ("yyyy-mm-dd", False), ("m/d/yyyy", False), ("mm:ss", False), ("0.00", False),
    ("yyyy", False), ("mmmm", False), ('"m-y"0', False), ("[$-407]MMM. YY", True), ("h:mm AM/PM", False), ("@", False),
])  # fmt: skip
def test_which_formats_show_only_a_month(code, wanted):
    assert is_month_format(code) is wanted
