"""Where sales and finance count the same deals differently: a bridge worked by hand, and what a file cannot show."""

import json

import pytest
from commands import bbbxl

from bbbxl.errors import InputError
from bbbxl.periods import parse_period
from bbbxl.reconcile.definition_bridge import TOTALS, compare_definitions

#: D1: 1,190 with 190 of tax. D2: 3,600 for three years. D3: won in May, signed in June. D4: won in April, signed
#: in May. D5: won, never signed. D6: of January, 1,000 of it cancelled in May, two years. D7: open.
#: D8: signed, not yet won.
DEALS = """Opportunity ID,Account Name,Close Date,Signed Date,Stage,Currency,Amount,Tax,Term (Months),\
Cancellation Date,Cancelled Amount
D1,Acme,2026-05-04,2026-05-04,Closed Won,USD,1190.00,190.00,12,,
D2,Borealis,2026-05-10,2026-05-12,Closed Won,USD,3600.00,0.00,36,,
D3,Cedar,2026-05-30,2026-06-02,Closed Won,USD,500.00,0.00,12,,
D4,Dune,2026-04-28,2026-05-02,Closed Won,USD,800.00,0.00,12,,
D5,Elm,2026-05-11,,Closed Won,USD,70.00,0.00,12,,
D6,Fjord,2026-01-11,2026-01-11,Closed Won,USD,2400.00,0.00,24,2026-05-20,1000.00
D7,Gale,2026-05-20,,Negotiation,USD,9000.00,0.00,12,,
D8,Hill,2026-06-15,2026-05-29,Negotiation,USD,60.00,0.00,12,,
"""
MAY = parse_period("2026-05")


def without(*titles):
    """Return the deals without some columns."""
    rows = [line.split(",") for line in DEALS.splitlines()]
    kept = [place for place, title in enumerate(rows[0]) if title not in titles]
    return "\n".join(",".join(row[place] for place in kept) for row in rows) + "\n"


def compared(folder, text=DEALS, tax="gross", **more):
    """Return the comparison of May."""
    path = folder / "deals.csv"
    path.write_text(text, encoding="utf-8")
    return compare_definitions(path, MAY, tax=tax, **more)


def steps(made, currency="USD"):
    """Return step -> (minor, orders, reason)."""
    bridge = next(one for one in made.bridges if one.currency == currency)
    return {one.name: (one.minor, one.orders, one.reason) for one in bridge.steps}


def test_each_difference_of_definition_is_a_step_and_the_ends_tie(tmp_path):
    found = {name: values[:2] for name, values in steps(compared(tmp_path)).items()}
    assert found == {
        "sales": (536000, 4),  # 1,190 + 3,600 + 500 + 70
        "not_signed": (-57000, 2),  # D3 500, D5 70
        "signed": (86000, 2),  # D4 800, D8 60
        "tax": (-19000, 1),
        "cancelled": (-100000, 1),
        "net_bookings": (446000, 5),  # 1,000 + 3,600 + 800 + 60 - 1,000; D1, D2, D4, D8, D6
        # D2 is 1,200 a year: -2,400; of what D6 took back only 500 is of a first year: +500.
        "later_years": (-190000, 2),
        "first_year": (256000, 5),
    }
    parts = [minor for name, (minor, _) in found.items() if name not in TOTALS]
    assert found["sales"][0] + sum(parts[:4]) == found["net_bookings"][0]
    assert found["net_bookings"][0] + parts[4] == found["first_year"][0]


def test_net_bookings_are_those_of_the_ledger_of_the_same_orders(tmp_path):
    # What finance holds of the same deals, by day of signature and net of tax; what is cancelled is not in it.
    lines = ["Order No,Line,Customer,Order Date,Qty,Unit Price,Amount,Currency",
             "D1,1,Acme,2026-05-04,1,1000.00,1000.00,USD", "D2,1,Borealis,2026-05-12,1,3600.00,3600.00,USD",
             "D3,1,Cedar,2026-06-02,1,500.00,500.00,USD", "D4,1,Dune,2026-05-02,1,800.00,800.00,USD",
             "D8,1,Hill,2026-05-29,1,60.00,60.00,USD"]  # fmt: skip
    (tmp_path / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    answer = bbbxl(
        "metrics", tmp_path / "orders.csv", "--metric", "net_bookings", "--period", "2026-05", "--format", "json"
    )
    figure = json.loads(answer.out)[0]
    found = steps(compared(tmp_path))
    assert figure["value"] == found["net_bookings"][0] - found["cancelled"][0] == 546000


@pytest.mark.parametrize(
    ("gone", "step", "needs"),
    [
        (("Signed Date",), "not_signed", "the day of signature beside the close date"),
        (("Cancelled Amount",), "cancelled", "the day and the amount of a cancellation"),
        (("Term (Months)",), "later_years", "a term or the value of the first year"),
    ],
)
def test_what_the_file_cannot_show_is_said_and_never_0(gone, step, needs, tmp_path):
    found = steps(compared(tmp_path, without(*gone)))
    assert found[step] == (None, None, f"Not in the file: needs {needs}.")
    if step == "later_years":
        assert found["first_year"][0] is None
        assert found["net_bookings"] == (446000, 5, "")
    else:
        assert found["net_bookings"][2] == f"As far as the file shows; it lacks {needs}."


def test_a_term_that_one_order_lacks_leaves_the_first_year_open(tmp_path):
    text = DEALS.replace("3600.00,0.00,36", "3600.00,0.00,")
    found = steps(compared(tmp_path, text))
    assert found["later_years"] == (None, None, "Not in the file: 1 order that counts has neither.")


def test_rows_that_lack_a_term_are_counted_as_rows_of_the_file_whatever_their_order_and_currency(tmp_path):
    line = next(one for one in DEALS.splitlines() if "3600.00,0.00,36" in one).replace(
        "3600.00,0.00,36", "3600.00,0.00,"
    )
    found = steps(compared(tmp_path, DEALS + f"{line}\n{line.replace('USD', 'EUR')}\n"))
    rows = "Not in the file: 2 rows of the file that count have no term or first-year value."
    assert found["later_years"] == (None, None, rows)


def test_tax_has_to_be_said_to_be_in_the_amounts_or_beside_them(tmp_path):
    with pytest.raises(InputError, match=r'deals.csv has tax in "Tax", and nothing says whether "Amount" holds it'):
        compared(tmp_path, tax=None)
    found = steps(compared(tmp_path, tax="net"))
    # Net already: the 190 stay.
    assert (found["tax"], found["net_bookings"][0]) == ((0, 0, ""), 465000)
    found = steps(compared(tmp_path, without("Tax"), tax=None))
    assert found["tax"] == (None, None, "Not in the file: needs a column of tax.")


def test_currencies_are_never_added(tmp_path):
    made = compared(tmp_path, DEALS.replace("D4,Dune,2026-04-28,2026-05-02,Closed Won,USD",
                                            "D4,Dune,2026-04-28,2026-05-02,Closed Won,EUR"))  # fmt: skip
    assert [one.currency for one in made.bridges] == ["EUR", "USD"]
    assert (steps(made, "EUR")["sales"][0], steps(made, "EUR")["net_bookings"][0]) == (0, 80000)
    assert steps(made)["net_bookings"][0] == 366000
    made = compared(tmp_path, without("Currency"))
    assert [one.currency for one in made.bridges] == ["XXX"]
    assert any("Say --currency USD" in note for note in made.notes)


def test_a_cancellation_that_cannot_be_is_set_aside(tmp_path):
    made = compared(tmp_path, DEALS.replace("2026-05-20,1000.00", "2026-05-20,2500.00"))
    assert [one.message for one in made.problems] == ["more is cancelled than was ordered, net of tax"]
    assert steps(made)["cancelled"][0] == 0


def test_the_command_prints_the_bridge_and_says_what_it_needs(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(without("Term (Months)"), encoding="utf-8")
    words = ("definitions", "compare", path)
    answer = bbbxl(*words, "--period", "2026-05", "--amounts", "gross", "--json")
    found = {one["step"]: one for one in json.loads(answer.out)["steps"]}
    assert (answer.code, found["net_bookings"]["minor"], found["later_years"]["minor"]) == (0, 446000, None)
    said = bbbxl(*words, "--period", "2026-05", "--amounts", "gross").out
    assert "Contract value beyond the first year: Not in the file: needs a term or the value of the first year." in said
    assert "--period 2026-10" in bbbxl(*words).refuses()
    assert "needs a file of deals" in bbbxl("definitions", "compare").refuses()


HEAD = "Opportunity ID,Account Name,Close Date,Signed Date,Stage,Currency,Amount"


@pytest.mark.parametrize(
    ("titles", "rows", "step", "minor", "said"),
    [
        # Three years or three months: 1,200 or 3,600 in the first year.
        ("Term", ["D1,A,2026-05-02,2026-05-03,Closed Won,USD,3600.00,3"], "later_years", None,
         '"Term" goes up to 3 and does not say whether it counts months or years'),
        # 36 are months: 3,600 less 1,200.
        ("Term", ["D1,A,2026-05-02,2026-05-03,Closed Won,USD,3600.00,36"], "later_years", -240000, ""),
        # Half a year at 1,200 a year: all of its 600 are of the first year.
        ("ACV", ["D1,A,2026-05-02,2026-05-03,Closed Won,USD,600.00,1200.00"], "later_years", 0, ""),
        # Cancelled on no day: whether in May cannot be told.
        ("Cancellation Date,Cancelled Amount", ["D1,A,2026-05-02,2026-05-03,Closed Won,USD,600.00,,600.00",
         "D2,A,2026-05-02,2026-05-03,Closed Won,USD,100.00,,"], "net_bookings", 10000, ""),
    ],
    ids=["years or months", "months", "less than a year", "no day"],
)  # fmt: skip
def test_what_could_be_read_two_ways_is_no_figure(titles, rows, step, minor, said, tmp_path):
    made = compared(tmp_path, "\n".join([f"{HEAD},{titles}", *rows]) + "\n", tax=None)
    found = steps(made)[step]
    assert found[0] == minor
    assert said in found[2]
    assert len(made.problems) == (step == "net_bookings")


def test_a_cancelled_deal_that_is_not_won_any_more_is_not_0_where_no_day_of_signature_is_known(tmp_path):
    text = (
        "Opportunity ID,Account Name,Close Date,Stage,Currency,Amount,Cancellation Date,Cancelled Amount\n"
        "D1,A,2026-04-02,Cancelled,USD,600.00,2026-05-25,600.00\nD2,A,2026-05-02,Closed Won,USD,100.00,,\n"
    )
    assert steps(compared(tmp_path, text, tax=None))["cancelled"] == (
        None, None, "Not in the file: 1 cancelled order is not won any more, and no day of signature says of when.",
    )  # fmt: skip
