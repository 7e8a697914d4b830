"""How the two sides are read: dates by the period, signs by the majority, links by what stands in a column."""

from __future__ import annotations

import numpy as np
import pytest

from bbbxl.errors import CurrencyError, InputError, MissingRateError, PeriodError, UnknownColumnError, UnknownNameError
from bbbxl.reconcile.engine import reconcile
from bbbxl.reconcile.signs import apply_signs, decide_signs


def pair(folder, crm, erp):
    paths = folder / "crm.csv", folder / "erp.csv"
    for path, text in zip(paths, (crm, erp), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def signed(amounts, types):
    names = list(dict.fromkeys(types))
    codes = np.array([names.index(one) for one in types], dtype=np.int32)
    values = np.array(amounts, dtype=np.int64)
    return apply_signs(values, decide_signs(values, names, codes)).tolist()


@pytest.mark.parametrize(
    ("amounts", "types", "expected"),
    [
        ([500, 300, -90], ["Sales Order", "Sales Order", "Credit Memo"], [500, 300, -90]),
        ([-500, -300, 90], ["Sales Order", "Sales Order", "Credit Memo"], [500, 300, -90]),
        ([500, 300, 90], ["Auftrag", "Auftrag", "Gutschrift"], [500, 300, -90]),
        ([-500, -300, -90], ["Commande", "Commande", "Avoir"], [500, 300, -90]),
        # Credits alone stay credits.
        ([500, 300], ["Credit Memo", "Gutschrift"], [-500, -300]),
        ([-500, -300], ["Credit Memo", "Credit Memo"], [-500, -300]),
        # One side of an account is no type of document.
        ([500, 300], ["CR", "CR"], [500, 300]),
        # One wrong sign is no convention.
        ([500, -300, 200], ["Sales Order"] * 3, [500, -300, 200]),
        # A debit and credit column: the side with more rows is that of bookings.
        ([500, 300, 90], ["C", "C", "D"], [500, 300, -90]),
        ([500, 300, -90], ["H", "H", "S"], [500, 300, -90]),
    ],
)
def test_signs_follow_the_majority_of_each_type(amounts, types, expected):
    assert signed(amounts, types) == expected


def test_dates_that_decide_nothing_are_read_by_the_period(tmp_path):
    crm = "Deal ID,Customer,Order No,Close Date,Amount (USD)\nD-1,Acme,SO-1001,05/04/2026,10.50\n"
    erp = "Order No,Customer,Order Date,Amount (USD)\nSO-1001,Acme,04/05/2026,10.50\n"
    made = reconcile(*pair(tmp_path, crm, erp), "2026-05")
    # Months first on one side and days first on the other: both are 4 May.
    assert made.groups["days"].tolist() == [0]
    assert made.groups["class"].tolist() == ["MATCHED"]
    assert any("month first" in note and "2026-05" in note for note in made.crm.notes)
    with pytest.raises(InputError, match="may be"):
        reconcile(*pair(tmp_path, crm, erp))


def test_the_reference_is_found_under_any_header(tmp_path):
    crm = "Deal ID,Customer,Close Date,Amount (USD)\n" + "".join(
        f"88{n}12345,Firm {n},2026-05-{n + 10},{n}00.50\n" for n in range(1, 7)
    )
    erp = "Order No,Customer,Order Date,Amount (USD),Freitext 7\n" + "".join(
        f"SO-100{n},Other {n},2026-05-{n + 11},{n}00.50,88{n}12345\n" for n in range(1, 7)
    )
    made = reconcile(*pair(tmp_path, crm, erp), "2026-05")
    assert made.erp.columns["reference"] == "Freitext 7"
    assert set(made.groups["stage"]) == {"system_id"}


def test_amounts_without_a_reporting_column_are_translated_at_the_rates(tmp_path):
    crm = "Deal ID,Customer,Order No,Close Date,Amount,Currency\nD-1,Acme,SO-1001,2026-05-14,10.01,EUR\n"
    erp = "Order No,Customer,Order Date,Amount,Currency\nSO-1001,Acme,2026-05-15,10.01,EUR\n"
    paths = pair(tmp_path, crm, erp)
    rates = tmp_path / "rates.csv"
    rates.write_text("Currency,USD per unit\nUSD,1\nEUR,1.105\n", encoding="utf-8")
    made = reconcile(*paths, "2026-05", rates=rates)
    # 10.01 x 1.105 = 11.06105, half up 11.06.
    assert made.currency == "USD"
    assert (made.crm.period_minor, made.erp.period_minor) == (1106, 1106)
    rates.write_text("Currency,USD per unit\nUSD,1\nGBP,1.3\n", encoding="utf-8")
    with pytest.raises(MissingRateError, match="EUR"):
        reconcile(*paths, "2026-05", rates=rates)


def test_what_cannot_be_known_is_refused_with_what_to_do(tmp_path):
    crm = (
        "Deal ID,Customer,Order No,Close Date,Amount,Currency\nD-1,Acme,SO-1,2026-05-14,10,EUR\n"
        "D-2,B,SO-2,2026-05-14,1,USD\n"
    )
    erp = "Order No,Customer,Order Date,Amount,Currency\nSO-1,Acme,2026-05-15,10,EUR\n"
    with pytest.raises(CurrencyError, match="--currency"):
        reconcile(*pair(tmp_path, crm, erp), "2026-05")
    with pytest.raises(PeriodError, match="Neither side has a row in 2026-09"):
        reconcile(*pair(tmp_path, crm.replace("USD", "EUR"), erp), "2026-09")
    with pytest.raises(UnknownColumnError, match="the booking day"):
        reconcile(*pair(tmp_path, crm.replace("Close Date", "Note"), erp), "2026-05")


def test_a_total_that_the_file_prints_and_that_differs_is_shown_and_keeps_it_from_being_done(tmp_path):
    crm = (
        "Deal ID,Customer,Order No,Close Date,Amount (USD)\nD-1,Acme,SO-1001,2026-05-14,10.50\n"
        "D-2,Beta,SO-1002,2026-05-14,4.50\n"
    )
    erp = (
        "Order No,Customer,Order Date,Amount (USD)\nSO-1001,Acme,2026-05-15,10.50\n"
        "SO-1002,Beta,2026-05-15,4.50\nTotal,,,{}\n"
    )
    good = reconcile(*pair(tmp_path, crm, erp.format("15.00")), "2026-05")
    assert good.done
    bad = reconcile(*pair(tmp_path, crm, erp.format("15.10")), "2026-05")
    own = bad.proof[bad.proof["check"] == "own_totals"].iloc[0]
    assert (own["expected"], own["found"], own["difference"], bool(own["ok"])) == (1510, 1500, -10, False)
    assert not bad.done


CRM = "Deal ID,Customer,Order No,Close Date,Stage,Amount (USD)\nD-1,Acme,SO-1001,2026-05-14,{},10.50\n" \
      "D-2,Beta,SO-1002,2026-05-14,{},4.50\n"  # fmt: skip
ERP = "Order No,Customer,Order Date,Status,Amount (USD)\nSO-1001,Acme,2026-05-15,Billed,10.50\n" \
      "SO-1002,Beta,2026-05-15,{},4.50\n"  # fmt: skip


def test_stages_of_which_none_is_known_to_mean_won_are_refused(tmp_path):
    for stages in (("Closed Lost", "Closed Lost"), ("Vinto", "Perso")):
        with pytest.raises(InputError, match="none of them is known to mean won"):
            reconcile(*pair(tmp_path, CRM.format(*stages), ERP.format("Billed")), "2026-05")
    made = reconcile(*pair(tmp_path, CRM.format("Vinto", "Perso"), ERP.format("Billed")), "2026-05",
                     reading={"crm": {"won": "Vinto, Chiuso"}})  # fmt: skip
    assert made.aside["value"].tolist() == ["Perso"]
    # The lost deal is no booking, its order is: 4.50 is in the ERP alone.
    assert (made.crm.period_minor, made.erp.period_minor, made.unexplained_gross) == (1050, 1500, 450)
    every = reconcile(*pair(tmp_path, CRM.format("Vinto", "Perso"), ERP.format("Billed")), "2026-05",
                      reading={"crm": {"won": "*"}})  # fmt: skip
    assert any("Every row counts as a booking" in note for note in every.crm.notes)


def test_every_row_counts_and_is_said_to_where_no_column_names_a_stage(tmp_path):
    crm = "Deal ID,Customer,Order No,Close Date,Amount (USD)\nD-1,Acme,SO-1001,2026-05-14,10.50\n"
    made = reconcile(*pair(tmp_path, crm, ERP.format("Billed")), "2026-05")
    assert "No column says which deals are won: every row counts as a booking." in made.crm.notes


def test_cancelled_orders_of_the_erp_count_and_are_named(tmp_path):
    made = reconcile(*pair(tmp_path, CRM.format("Won", "Won"), ERP.format("Cancelled")), "2026-05")
    assert made.erp.notes[-1] == ('Rows with "Cancelled" in "Status" count with their amount, as nothing says when '
                                  "they were cancelled: 1.")  # fmt: skip


def test_one_file_twice_and_files_in_the_wrong_order_are_refused(tmp_path):
    crm, erp = pair(tmp_path, CRM.format("Won", "Won"), ERP.format("Billed"))
    with pytest.raises(InputError, match="Give the export of the CRM first"):
        reconcile(erp, crm, "2026-05")
    with pytest.raises(InputError, match="hold the same rows"):
        reconcile(crm, crm, "2026-05")


def test_a_file_without_rows_is_refused_as_such(tmp_path):
    header = CRM.split("\n", 1)[0] + "\n"
    with pytest.raises(InputError, match="has a header and no rows"):
        reconcile(*pair(tmp_path, header, ERP.format("Billed")), "2026-05")


def test_how_a_side_is_written_can_be_said_and_is_checked(tmp_path):
    crm = "Deal ID;Customer;Order No;Close Date;Amount (USD)\nD-1;Acme;SO-1001;05/04/2026;1.200\n"
    erp = "Order No,Customer,Order Date,Amount (USD)\nSO-1001,Acme,2026-05-04,1200.00\n"
    paths = pair(tmp_path, crm, erp)
    with pytest.raises(InputError, match="may be 1200 or"):
        reconcile(*paths, "2026-05")
    made = reconcile(*paths, "2026-05", reading={"crm": {"decimal": ",", "date_order": "mdy"}})
    assert made.groups["class"].tolist() == ["MATCHED"]
    with pytest.raises(UnknownNameError, match="decimals"):
        reconcile(*paths, "2026-05", reading={"crm": {"decimals": ","}})
    with pytest.raises(InputError, match="Correct --crm-read"):
        reconcile(*paths, "2026-05", reading={"crm": {"decimal": ";"}})


def test_a_column_of_small_numbers_is_no_reference_to_the_ids_of_the_crm(tmp_path):
    # Pieces 4, 3, 2, 1 are ids of the CRM too; no row belongs to another's order by them.
    crm = "ID,Customer,Close Date,Amount (USD)\n" + "".join(f"{n},Acme,2026-05-14,{n}00.00\n" for n in range(1, 5))
    erp = "Order No,Customer,Date,Pieces,Amount (USD)\n" + "".join(
        f"SO-{n},Acme,2026-05-14,{5 - n},{n}00.00\n" for n in range(1, 5)
    )
    made = reconcile(*pair(tmp_path, crm, erp), "2026-05")
    assert "reference" not in made.erp.columns
    assert made.groups["class"].tolist() == ["MATCHED"] * 4


def test_a_row_that_cannot_be_read_does_not_take_the_reporting_amounts_from_the_others(tmp_path):
    # EUR 100.00 was booked at 1.12, and the second row has neither amount. By the rates it would be 110.00.
    crm = ("Deal ID,Customer,Order No,Close Date,Currency,Amount,Amount (converted),Amount (converted) Currency\n"
           "D-1,Acme,SO-1001,2026-05-14,EUR,100.00,112.00,USD\nD-2,Beta,SO-1002,2026-05-14,EUR,abc,,USD\n"
           "D-3,Beta,SO-1003,2026-05-14,USD,5.00,5.00,USD\n")  # fmt: skip
    erp = ("Order No,Customer,Order Date,Currency,Amount\nSO-1001,Acme,2026-05-14,EUR,100.00\n"
           "SO-1003,Beta,2026-05-14,USD,5.00\n")  # fmt: skip
    paths = pair(tmp_path, crm, erp)
    rates = tmp_path / "rates.csv"
    rates.write_text("Currency,USD per unit\nUSD,1\nEUR,1.10\n", encoding="utf-8")
    made = reconcile(*paths, "2026-05", rates=rates)
    # 112.00 + 5.00 against 110.00 + 5.00.
    assert (made.crm.period_minor, made.erp.period_minor) == (11700, 11500)
    assert made.groups.loc[made.groups["class"] == "FX_RATE", "fx_minor"].tolist() == [-200]
    assert made.aside["row"].tolist() == [2]
