"""Every function of the spreadsheet: its examples, its figures by hand, and what it says where there is none."""

import datetime as dt

import pytest
from sheets import BBB, ORDERS, block, fails, formula, handle, order_block

from bbbxl.cells.answers import Answers

EXAMPLES = [(one.name, example) for one in BBB.values() for example in one.examples]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda one: one if isinstance(one, str) else one.formula)
def test_the_examples_of_the_pages_give_what_the_pages_say(name, example):
    found = formula(example.formula)
    if isinstance(example.gives, str) and example.gives.endswith("…"):
        assert found.startswith(example.gives.removesuffix("…"))
    elif isinstance(example.gives, tuple):
        assert found[: len(example.gives)] == example.gives
    else:
        assert found == example.gives


def test_every_function_has_an_example():
    assert [one.name for one in BBB.values() if not one.examples] == []


def test_a_row_of_periods_and_a_column_of_criteria_fill_a_block():
    # East: 600, 1,000 - 600, 400; West: 800, 0, 250.
    months, regions = block(["2026-01", "2026-02", "2026-03"]), block(["East"], ["West"])
    assert BBB["BOOKINGS"](handle(), months, "region", regions) == ((600, 400, 400), (800, 0, 250))


def test_two_columns_meet_pair_by_pair():
    assert BBB["BOOKINGS"](handle(), block(["2026-01"], ["2026-03"]), "region", block(["East"], ["West"])) == (
        (600,), (250,),
    )  # fmt: skip


def test_blocks_that_do_not_fit_are_refused():
    found = BBB["BOOKINGS"](handle(), block(["2026-01"], ["2026-02"]), "region", block(["East"], ["West"], ["East"]))
    assert fails(found).startswith("The arguments have 2 and 3 rows, so they do not fit together.")


def test_one_wrong_cell_of_a_block_leaves_the_others_alone():
    found = BBB["BOOKINGS"](handle(), block(["2026-01", "2026-13", "2026-03"]))
    assert (found[0][0], found[0][2]) == (1400, 650)
    assert '"2026-13" is not a period' in fails(found[0][1])


def test_a_range_and_its_handle_give_the_same():
    for name, period in (("BOOKINGS", "2026-02"), ("BACKLOG", "2026-03"), ("BILLINGS", "2026-Q1")):
        assert BBB[name](ORDERS, period) == BBB[name](handle(), period)


@pytest.mark.parametrize("period", ["2026-04", "2025-12", "2027"])
def test_a_period_beyond_the_data_is_refused_with_what_there_is(period):
    assert "the data, which run from 2026-01-10 to 2026-03-31. Ask for 2026-01 to 2026-03." in fails(
        BBB["BOOKINGS"](handle(), period)
    )


def test_a_month_in_which_nothing_happened_is_a_zero():
    assert BBB["BILLINGS"](handle(), "2026-01") == 0


@pytest.mark.parametrize(("criterion", "said"), [
    ("Wset", 'There is no region "Wset". Did you mean West'),
    ("", 'The criterion for "region" is empty. Type a value, or * for every one.'),
    ("Z*", 'There is no region "Z*".'), ("West;Noth", 'There is no region "Noth".'),
])  # fmt: skip
def test_a_criterion_that_meets_nothing_is_refused_and_never_0_or_all(criterion, said):
    assert fails(BBB["BOOKINGS"](handle(), "2026-02", "region", block([criterion]))).startswith(said)


def test_fields_go_by_their_name_title_or_header():
    for name in ("order_id", "Order", "Order No", "ORDER NO"):
        assert BBB["BOOKINGS"](handle(), "2026-Q1", name, "SO-1") == 800
    assert fails(BBB["BOOKINGS"](handle(), "2026-Q1", "regoin", "West")).startswith(
        'There is no field "regoin". Did you mean Region?'
    )


@pytest.mark.parametrize(("criteria", "wanted"), [
    (("customer", "Borg"), 1400), (("customer", "borg"), 1400), (("customer", "Ada;Cato"), 1050),
    (("customer", "A:B"), 2200), (("customer", "A:C"), 2450),
    (("order_id", "SO-1:SO-2"), 1800), (("customer", "*o*"), 1650), (("customer", "?da"), 800),
    (("customer", "<>Borg"), 1050),
    (("product", "Valve"), 950), (("amount", ">=500"), 1500), (("amount", "250:400"), 950), (("amount", "<>300"), 2150),
    (("commit_date", "2026-03"), 250), (("commit_date", "="), 400), (("commit_date", ">=2026-04-15"), 1300),
    (("order_date", "2026-01-10"), 800), (("region", "West", "product", "Pump"), 500),
])  # fmt: skip
def test_criteria_as_accountants_know_them(criteria, wanted):
    # Net bookings of the quarter: 500, 300, 1,000, 250, 400, 600 - 600. SO-5 is of 0 after its cancellation.
    # A:C takes all that begins with C too.
    assert BBB["BOOKINGS"](handle(), "2026-Q1", *criteria) == wanted


def test_criteria_may_stand_in_a_range_of_two_columns():
    criteria = block(["region", "West"], ["product", "Valve"], [None, None])
    assert BBB["BOOKINGS"](handle(), "2026-Q1", criteria) == 550
    assert fails(BBB["BOOKINGS"](handle(), "2026-Q1", block(["region", None], ["product", "Pump"]))).startswith(
        'The criterion for "region" is empty.'
    )
    assert "has two columns" in fails(BBB["BOOKINGS"](handle(), "2026-Q1", block(["region", "West", "x"])))


def test_a_field_without_a_criterion_is_refused():
    assert fails(BBB["BOOKINGS"](handle(), "2026-Q1", "region")).startswith('No criterion follows "region".')
    assert fails(BBB["BOOKINGS"](handle(), "2026-Q1", block([None]), "West")).startswith(
        "The field of a criterion is empty"
    )


@pytest.mark.parametrize(("option", "said"), [
    ("basi=billing", 'There is no option "basi". Did you mean basis'),
    ("basis=biling", 'There is no basis "biling". Did you mean billing?'), ("basis=", 'Nothing follows "basis="'),
    ("view=as reported", 'There is no view "as reported". Did you mean as-reported'),
    ("known_at=2020", "Nothing was recorded by 2020-12-31"), ("as_of=2027", "2027-12-31 lies outside the data"),
    ("fiscal_year_end=31-12", 'The formula: fiscal_year_end "31-12" is not the last day of a month'),
    ("currency=dollar", '"dollar" is not a currency code'), ("policy.past_due_date=never", '"never" is not one of its'),
    ("extracted=soon", '"extracted=soon" is no day. Write it like "extracted=2026-11-03".'),
    ("signs=odd", '"odd" is not one of its values'), ("set_aside=yes", '"set_aside=yes" is not one of its values'),
])  # fmt: skip
def test_an_option_that_is_misspelt_is_refused_with_the_nearest(option, said):
    assert said in fails(BBB["BACKLOG"](handle(), "2026-03", option))


def test_options_change_what_is_asked():
    # Billed and shipped on different days: at the end of 13 February 500 are shipped and not billed.
    assert BBB["BACKLOG"](handle(), "2026-02-13") == 1900
    assert BBB["BACKLOG"](handle(), "2026-02-13", "basis=billing") == 2400
    assert BBB["BACKLOG"](handle(), "2026-02-13", "basis=", block(["billing"])) == 2400
    assert BBB["BOOKINGS"](handle(), "2026-Q1", "as_of=2026-02-28") == 1800
    assert BBB["BOOKINGS"](handle(), "FY2026", "fiscal_year_end=01-31") == 1400
    # Taken on 3 April, the table is asked of March; taken on 20 March, of nothing later.
    assert BBB["BACKLOG"](handle(), "2026-03", "extracted=2026-04-03") == 1700
    assert "run from 2026-01-10 to 2026-03-20" in fails(BBB["BACKLOG"](handle(), "2026-04", "extracted=2026-03-20"))


def test_two_tables_below_one_another_are_told_apart_by_the_row_of_the_headers():
    heads, other = (
        ("Order No", "Customer", "Order Date", "Currency", "Amount"),
        ("Product", "Price", "Stock", None, None),
    )
    rows = (heads, ("SO-1", "Ada", "2026-01-10", "USD", 5), (None,) * 5, other, ("Pump", 5, 6, None, None))
    data = block(*rows, name="Two!A3:E7", row=3)
    assert "row 3 (Order No" in fails(BBB["BOOKINGS"](data, "2026-01"))
    assert '"header_row=3"' in fails(BBB["BOOKINGS"](data, "2026-01"))
    assert BBB["BOOKINGS"](data, "2026-01", "header_row=3") == 5
    assert '"header_row=x" is no row.' in fails(BBB["BOOKINGS"](data, "2026-01", "header_row=x"))


def test_days_in_a_form_of_their_own_are_read_where_the_form_is_said():
    heads = ("Order No", "Customer", "Order Date", "Currency", "Amount")
    data = block(heads, ("SO-1", "Ada", "2026/10Jan", "USD", 5), name="Form!A1:E2")
    assert '"date_format=%d.%m.%Y"' in fails(BBB["BOOKINGS"](data, "2026-01"))
    assert BBB["BOOKINGS"](data, "2026-01", "date_format=%Y/%d%b") == 5
    old = block(heads, ("SO-1", "Ada", dt.date(2026, 1, 10), "USD", 5), name="Form!A1:E2", date_1904=True)
    assert BBB["BOOKINGS"](old, "2026-01") == 5
    assert "do not go together" in fails(BBB["BOOKINGS"](old, "2026-01", "date_format=%Y/%d%b"))


def test_an_option_given_twice_is_refused():
    assert fails(BBB["BACKLOG"](handle(), "2026-03", "basis=billing", "basis=shipment")).startswith(
        '"basis=" is given twice'
    )


def test_currencies_need_rates_and_the_rates_may_be_a_range_or_a_handle():
    rows = {(1, "Currency"): "EUR"}
    mixed = order_block(cells=rows, name="Mixed!A1:O7")
    assert "EUR, USD" in fails(BBB["BOOKINGS"](mixed, "2026-01"))
    assert "No rate to USD for EUR on 2026-01-10" in fails(BBB["BOOKINGS"](mixed, "2026-01", "currency=USD"))
    rates = block(["Currency", "USD per unit"], ["EUR", 1.1], name="Rates!A1:B2")
    # 500 + 300 x 1.1 + 600
    assert BBB["BOOKINGS"](mixed, "2026-01", "currency=USD", "rates=", rates) == 1430
    assert BBB["BOOKINGS"](mixed, "2026-01", "currency=USD", "rates=", BBB["BBB_LOAD"](rates)) == 1430
    titled = block(["Rates of the group", None], [None, None], *[("Currency", "USD per unit"), ("EUR", 1.1)],
                   [None, None], name="Rates!A1:B5")  # fmt: skip
    assert BBB["BBB_LOAD"](titled).endswith(" exchange rates, 1 row")
    assert BBB["BOOKINGS"](mixed, "2026-01", "currency=USD", "rates=", BBB["BBB_LOAD"](titled)) == 1430
    loaded = BBB["BBB_LOAD"](mixed, "currency=USD", "rates=", rates)
    assert BBB["BOOKINGS"](loaded, "2026-01") == 1430


def test_undefined_is_blank_and_not_available_says_why():
    assert BBB["BOOK_TO_BILL"](handle(), "2026-01") == ""
    assert "not available, because the data hold no recognised revenue" in fails(BBB["REVENUE"](handle(), "2026-03"))


def test_the_roll_forward_closes_and_meets_the_backlog():
    rows = BBB["BACKLOG_ROLL"](handle(), "2026-01", "2026-03")
    by_name = {row[0]: row[1:] for row in rows}
    assert rows[0] == ("Fulfilment basis, USD", "2026-01", "2026-02", "2026-03")
    assert by_name["Opening backlog"] == (0, 1400, 1300)
    assert by_name["Closing backlog"] == (1400, 1300, 1700)
    assert by_name["Cancellation"] == (0, -600, 0)
    assert by_name["Relieved"] == (0, -500, -250)
    assert by_name["Roll-forward residual"] == (0, 0, 0)
    for column in range(1, 4):
        assert sum(row[column] for row in rows[1:-2]) == rows[-2][column]


def test_ageing_and_schedule_sum_to_the_backlog():
    ageing = BBB["BACKLOG_AGEING"](handle(), "2026-03")
    totals = [row for row in ageing if row[0] == "Total"]
    assert totals == [("Total", 1700, 1, 3), ("Total", 1700, 1, 3)]
    schedule = dict(BBB["BACKLOG_SCHEDULE"](handle(), "2026-03"))
    assert schedule["Unscheduled"] == 400
    assert sum(amount for title, amount in schedule.items() if isinstance(amount, float) and title != "Total") == 1700


def test_a_table_by_a_field_adds_up_and_takes_criteria():
    found = BBB["BBB_TABLE"](
        handle(), block(["net_bookings", "Net billings"]), block(["2026-01"], ["2026-02"]), "region", "product", "Pump"
    )
    assert found == (
        ("Metric", "Region", "2026-01", "2026-02"),
        ("Net bookings", "East", 600, 400), ("Net bookings", "West", 500, 0), ("Net bookings", "Total", 1100, 400),
        ("Net billings", "East", 0, 0), ("Net billings", "West", 0, 500), ("Net billings", "Total", 0, 500),
    )  # fmt: skip
    assert BBB["BBB_TABLE"](handle(), "backlog", "2026-03", None) == (("Metric", "2026-03"), ("Closing backlog", 1700))


def test_a_segment_that_began_later_is_not_0_in_a_month_that_is_not_available():
    # Of S1 is only known that 100 were shipped, not when: nobody knows what was shipped in January, in either region.
    heads = ("Order No", "Line", "Customer", "Region", "Order Date", "Currency", "Amount", "Shipped Amount",
             "Shipped Date")  # fmt: skip
    data = block(heads, ("S1", 1, "Ada", "West", dt.date(2026, 1, 10), "USD", 100, 100, None),
                 ("S2", 1, "Bob", "East", dt.date(2026, 2, 10), "USD", 50, 20, dt.date(2026, 2, 12)))  # fmt: skip
    metrics, months = block(["fulfilled", "net_bookings"]), block(["2026-01", "2026-02"])
    found = BBB["BBB_TABLE"](data, metrics, months, "region")
    for row in found[1:4]:
        assert all("not available" in fails(cell) for cell in row[2:]), row
    assert found[4:] == (("Net bookings", "West", 100, 0), ("Net bookings", "East", 0, 50),
                         ("Net bookings", "Total", 100, 50))  # fmt: skip


def test_a_segment_in_which_nothing_happened_yet_is_0_over_months_and_over_days():
    # Cato signed 250 on 2 March.
    months = block(["2026-01", "2026-03", "2026-02-12", "2026-03-02", "2026-03-01..2026-03-20"])
    assert BBB["BOOKINGS"](handle(), months, "customer", "Cato") == ((0, 250, 0, 250, 250),)
    assert BBB["BACKLOG"](handle(), "2026-02-12", "customer", "Cato") == 0
    assert BBB["BOOK_TO_BILL"](handle(), "2026-01", "customer", "Cato") == ""


def test_the_segments_of_a_table_are_summed_once_a_period_and_not_once_a_cell(monkeypatch):
    asked = []
    plain = Answers.segments
    monkeypatch.setattr(Answers, "segments", lambda *given: asked.append(given) or plain(*given))
    found = BBB["BBB_TABLE"](handle(), "net_bookings", block(["2026-01", "2026-02"]), "customer")
    # Ada 500 + 300, Dyne 600 less 600 in February, Borg 1,000.
    assert sorted(found[1:]) == [
        ("Net bookings", "Ada", 800, 0), ("Net bookings", "Borg", 0, 1000), ("Net bookings", "Dyne", 600, -600),
        ("Net bookings", "Total", 1400, 400),
    ]  # fmt: skip
    assert len(asked) == 2


def test_the_receipt_of_a_figure_says_basis_days_criteria_and_rows():
    rows = BBB["BBB_EXPLAIN"](handle(), "backlog", "2026-03", "region", "<>East", "basis=billing")
    said = {}
    for label, value in rows:
        said.setdefault(label, value)
    assert said["Closing backlog"] == 300
    assert said["Basis"] == "billing"
    assert said["Only region"] == "Region is not East"
    assert said["Days that count"] == "2026-03-01 to 2026-03-31"
    assert said["View"] == "as-restated"
    assert said["Data!A1:O7"] == "6 rows: 6 used, 0 set aside, 0 no signed orders, 0 said twice"


def test_checks_count_the_formulas_that_failed():
    report = block([1400.0, "#BBB! There is no region."], ["#BBB! The period is empty.", 3.0])
    rows = BBB["BBB_CHECK"](handle(), report)
    assert rows[1] == ("Formulas that failed in the cells given", "red", 2, "#BBB! There is no region.")
    assert BBB["BBB_CHECK"](handle(), block([1.0]))[1][1:3] == ("OK", 0)
    assert BBB["BBB_CHECK"](handle(), None, "basis=billing")[0][0] == "Billing basis, USD, as of 2026-03-31"


def test_a_word_is_defined_by_name_or_title_and_an_unknown_one_refused():
    assert BBB["BBB_DEFINE"]("Net billings").startswith("Net billings: Invoices less credit notes")
    assert BBB["BBB_DEFINE"]("net_billings") == BBB["BBB_DEFINE"]("net billings")
    assert 'There is no term "net bilings".' in fails(BBB["BBB_DEFINE"]("net bilings"))


def test_a_failure_handed_on_stays_what_it_was():
    assert BBB["BOOKINGS"]("#BBB! The handle is old.", "2026-01") == "#BBB! The handle is old."


@pytest.mark.parametrize(("data", "said"), [
    (None, "The first argument is empty."), ("Orders", "The first argument is 'Orders'."),
    (12.0, "The first argument is '12'."),
    (block(["#N/A"]), "The first argument is #N/A."),
])  # fmt: skip
def test_a_first_argument_that_is_no_table_is_refused(data, said):
    assert fails(BBB["BOOKINGS"](data, "2026-01")).startswith(said)
