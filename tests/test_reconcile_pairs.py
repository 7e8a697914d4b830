"""Other pairs than CRM and ERP: bookings and billings, billings and receivables, backlog of a close and its opening."""

import json
import re
import string

import pytest
from commands import bbbxl
from openpyxl import load_workbook
from packs import table

from bbbxl.cli.reconciling import document, tables
from bbbxl.errors import InputError, PeriodError, UnknownColumnError, UnknownNameError
from bbbxl.reconcile.classes import CLASS
from bbbxl.reconcile.engine import reconcile
from bbbxl.reconcile.export import match_rows
from bbbxl.reconcile.pair import DEFAULT, pair_names, pair_of
from bbbxl.reconcile.sentences import FACTS
from bbbxl.workbook.lint import lint
from bbbxl.workbook.reconciliation.book import write_reconciliation

OTHERS = [name for name in pair_names() if name != DEFAULT]
#: SO-1: 1,200 in two lines, billed whole. SO-2: 900, of which 350 are billed. SO-3: 500, not billed. SO-4: 800 of
#: April, of which 500 are billed in May. SO-5: 300, billed as 345. SO-6: 400 of May, billed in June. SO-7: 600 of June,
#: of which 150 are billed in May. Orders of May: 1,200 + 900 + 500 + 300 + 400 = 3,300.
ORDERS = """Order Number,Line,Order Date,Customer,Currency,Line Amount
SO-1001,1,2026-05-04,Acme Tools Ltd,USD,1000.00
SO-1001,2,2026-05-04,Acme Tools Ltd,USD,200.00
SO-1002,1,2026-05-06,Borealis SpA,USD,900.00
SO-1003,1,2026-05-10,Cedar Mills Inc,USD,500.00
SO-1004,1,2026-04-20,Dune Optics BV,USD,800.00
SO-1005,1,2026-05-20,Elm Paper AG,USD,300.00
SO-1006,1,2026-05-28,Fjord Ice Ltd,USD,400.00
SO-1007,1,2026-06-03,Gale Foods Ltd,USD,600.00
"""
#: Invoices of May: 1,200 + 350 + 250 + 250 + 345 + 150 + 70 = 2,615.
INVOICES = """Invoice Number,Created From,Invoice Date,Type,Customer,Currency,Net Amount
INV-1,Sales Order #SO-1001,2026-05-12,Invoice,Acme Tools Ltd,USD,1200.00
INV-2,Sales Order #SO-1002,2026-05-15,Invoice,Borealis SpA,USD,350.00
INV-3,Sales Order #SO-1004,2026-05-16,Invoice,Dune Optics BV,USD,250.00
INV-4,Sales Order #SO-1004,2026-05-30,Invoice,Dune Optics BV,USD,250.00
INV-5,Sales Order #SO-1005,2026-05-25,Invoice,Elm Paper AG,USD,345.00
INV-6,Sales Order #SO-1006,2026-06-05,Invoice,Fjord Ice Ltd,USD,400.00
INV-7,Sales Order #SO-1007,2026-05-29,Invoice,Gale Foods Ltd,USD,150.00
INV-8,,2026-05-22,Invoice,Hilltop Inc,USD,70.00
"""
#: 1,200 + 900 + 500 + 800 - 100 + 300 + 250 = 3,850.
ISSUED = """Invoice Number,Type,Invoice Date,Customer,Currency,Invoice Amount
INV-1,Invoice,2026-05-04,Acme Tools Ltd,USD,1200.00
INV-2,Invoice,2026-05-06,Borealis SpA,USD,900.00
INV-3,Invoice,2026-05-30,Cedar Mills Inc,USD,500.00
INV-4,Invoice,2026-05-10,Dune Optics BV,USD,800.00
CM-1,Credit Memo,2026-05-20,Acme Tools Ltd,USD,-100.00
INV-5,Invoice,2026-05-11,Elm Paper AG,USD,300.00
INV-6,Invoice,2026-05-12,Gale Foods Ltd,USD,250.00
"""
#: In May, without the receipt: 1,200 - 100 + 890 + 800 - 150 + 300 + 300 + 70 = 3,310.
LEDGER = """Posting Date,Document No,Type,Applied To,Customer,Debit,Credit
2026-05-04,INV-1,Invoice,,Acme Tools Ltd,1200.00,
2026-05-20,CM-1,Credit Memo,INV-1,Acme Tools Ltd,,100.00
2026-05-25,RC-77,Customer Payment,INV-1,Acme Tools Ltd,,1100.00
2026-05-06,INV-2,Invoice,,Borealis SpA,890.00,
2026-06-02,INV-3,Invoice,,Cedar Mills Inc,500.00,
2026-05-10,INV-4,Invoice,,Dune Optics BV,800.00,
2026-05-28,CM-9,Credit Memo,INV-4,Dune Optics BV,,150.00
2026-05-11,INV-5,Invoice,,Elm Paper AG,300.00,
2026-05-11,INV-5,Invoice,,Elm Paper AG,300.00,
2026-05-29,JE-5,Journal,,Hilltop Inc,70.00,
"""
#: 1,000 + 200 + EUR 900 at 1.10 + 500 + 80 = 2,770.
CLOSE = """Order Number,Line,Customer,Currency,Backlog
SO-1,1,Acme Tools Ltd,USD,1000.00
SO-1,2,Acme Tools Ltd,USD,200.00
SO-2,1,Borealis SpA,EUR,900.00
SO-3,1,Cedar Mills Inc,USD,500.00
SO-4,1,Dune Optics BV,USD,80.00
"""
#: 1,000 + 200.03 + 990 + 80 + 80 + 60 = 2,410.03.
OPENING = """Order Number,Line,Customer,Currency,Backlog
SO-1,01,Acme Tools Ltd,USD,1000.00
SO-1,02,Acme Tools Ltd,USD,200.03
SO-2,1,Borealis SpA,EUR,900.00
SO-4,1,Dune Optics BV,USD,80.00
SO-4,1,Dune Optics BV,USD,80.00
SO-5,1,Elm Paper AG,USD,60.00
"""
RATES = "Currency,USD per unit\nEUR,1.10\n"


def files(folder, left, right):
    """Write left.csv, right.csv and rates.csv."""
    paths = folder / "left.csv", folder / "right.csv", folder / "rates.csv"
    for path, text in zip(paths, (left, right, RATES), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def made_of(folder, pair, left, right, **more):
    """Return the reconciliation of a pair in May."""
    paths = files(folder, left, right)
    return reconcile(paths[0], paths[1], more.pop("period", "2026-05"), rates=paths[2], pair=pair, **more)


def bridge(made):
    """Return (left total, code -> (effect, unexplained), right total) of the reporting currency in minor units."""
    own = made.bridge[made.bridge["basis"] == "reporting"].set_index("line")
    lines = {code: (int(own.loc[code, "minor"]), int(own.loc[code, "unexplained_minor"])) for code in own.index
             if code in CLASS and own.loc[code, "groups"]}  # fmt: skip
    assert own.loc["difference", "minor"] == 0
    return int(own.loc["crm_total", "minor"]), lines, int(own.loc["erp_total", "minor"])


def reason(made, order):
    """Return the sentence of an order."""
    return made.groups.set_index("order").loc[order, "reason"]


def test_what_is_ordered_and_not_billed_is_backlog(tmp_path):
    made = made_of(tmp_path, "bookings-billings", ORDERS, INVOICES)
    assert bridge(made) == (330000, {
        "MATCHED_MERGED": (0, 0),
        # 345 for 300: 15 % more is a usual rate of tax, but the file names no tax.
        "TAX_GROSS": (4500, 4500),
        # 350 of 900, 0 of 500: 550 + 500 stay in the backlog, which is what explains them.
        "SPLIT_SHORT": (-55000, 0), "CRM_ONLY": (-50000, 0),
        # 400 billed in June; 150 billed ahead of June's order; 500 of April's order; 70 without any order.
        "TIMING_CRM_FIRST": (-40000, 0), "TIMING_ERP_FIRST": (15000, 0), "TIMING_PRIOR": (50000, 0),
        "ERP_ONLY": (7000, 7000),
    }, 261500)  # fmt: skip
    assert reason(made, "SO-1002") == (
        "SO-1002: in the period USD 900.00 of it was ordered and USD 350.00 billed. Of USD 900.00 ordered from 6 May "
        "2026, USD 350.00 is billed in 1 invoice register row of all days; USD 550.00 is not and stays in the backlog."
    )
    assert reason(made, "SO-1004").endswith("in the period USD 500.00 of it was billed, out of the opening backlog.")
    assert made.pair.kinds["CRM_ONLY"].title == "Not billed: backlog"


def test_an_invoice_register_that_does_not_span_the_period_says_so(tmp_path):
    made = made_of(tmp_path, "bookings-billings", ORDERS, "\n".join(INVOICES.splitlines()[:3]) + "\n")
    assert made.erp.notes[-2:] == (
        "It begins on 2026-05-12, after 2026-05-01: what was billed before counts as not billed.",
        "It ends on 2026-05-15, before 2026-05-31: what was billed after it counts as not billed.",
    )


PART = "Order Number,Line,Order Date,Customer,Currency,Line Amount\nSO-1,1,2026-05-04,Acme,USD,1200.00\n"
HEAD = "Invoice Number,Sales Order,Invoice Date,Type,Customer,Currency,Net Amount,Tax\n"


@pytest.mark.parametrize(
    ("orders", "invoices", "code", "unexplained"),
    [
        # Three equal instalments on three days: 900 of 1,200.
        (PART, [f",SO-1,2026-05-0{day},Invoice,Acme,USD,300.00," for day in (5, 6, 7)], "SPLIT_SHORT", 0),
        # The same invoice twice: whether 400 or 800 are billed cannot be told.
        (PART, ["INV-1,SO-1,2026-05-05,Invoice,Acme,USD,400.00,"] * 2, "AMOUNT_DIFF", -40000),
        # 800 less a credit of 100: whether 400 or 500 can still be billed cannot be told.
        (PART, ["INV-1,SO-1,2026-05-05,Invoice,Acme,USD,800.00,",
                "CM-1,SO-1,2026-05-06,Credit Memo,Acme,USD,-100.00,"], "AMOUNT_DIFF", -50000),
        # Billed whole, then a credit of 100 whose cause nobody gave.
        (PART, ["INV-1,SO-1,2026-05-05,Invoice,Acme,USD,1200.00,",
                "CM-1,SO-1,2026-05-06,Credit Memo,Acme,USD,-100.00,"], "CREDIT_MEMO", -10000),
        # 476 with 76 of tax: net or gross, no other invoice tells.
        (PART, ["INV-1,SO-1,2026-05-05,Invoice,Acme,USD,476.00,76.00"], "AMOUNT_DIFF", -72400),
        # More than ordered.
        (PART, ["INV-1,SO-1,2026-05-05,Invoice,Acme,USD,1300.00,"], "AMOUNT_DIFF", 10000),
        # A row that was exported twice is no backlog twice.
        (PART + "SO-1,1,2026-05-04,Acme,USD,1200.00\n", ["INV-1,SO-1,2026-05-05,Invoice,Acme,USD,1200.00,"],
         "DUPLICATE_CRM", -120000),
    ],
    ids=["instalments", "repeated invoice", "partly credited", "credited", "tax", "more", "repeated line"],
)  # fmt: skip
def test_backlog_is_claimed_only_where_it_can_be_told(orders, invoices, code, unexplained, tmp_path):
    made = made_of(tmp_path, "bookings-billings", orders, HEAD + "\n".join(invoices) + "\n")
    assert made.groups["class"].tolist() == [code]
    assert made.unexplained_minor == unexplained


def test_an_unbilled_line_that_repeats_another_or_has_no_number_is_no_backlog_yet(tmp_path):
    orders = PART + "SO-1,1,2026-05-04,Acme,USD,1200.00\n,1,2026-05-04,Borealis,USD,50.00\n"
    invoice = "INV-9,SO-9,2026-05-05,Invoice,Cedar,USD,10.00,\n"
    made = made_of(tmp_path, "bookings-billings", orders, HEAD + invoice)
    # 1,200 is backlog; 1,200 more and 50 without a number are open, and so is the invoice of 10 without an order.
    assert made.explained_minor == -120000
    assert sorted(made.groups["unexplained_minor"]) == [-120000, -5000, 0, 1000]
    assert any(text.endswith("It repeats another row of the order book.") for text in made.groups["reason"])


def test_what_is_billed_after_the_period_is_backlog_at_its_end(tmp_path):
    invoices = HEAD + "I1,SO-1,2026-05-10,Invoice,Acme,USD,400.00,\nI2,SO-1,2026-06-10,Invoice,Acme,USD,500.00,\n"
    made = made_of(tmp_path, "bookings-billings", PART, invoices)
    # 1,200 less the 400 of May; 300 are not billed in June either.
    assert bridge(made) == (120000, {"SPLIT_SHORT": (-80000, 0)}, 40000)
    assert reason(made, "SO-1") == (
        "SO-1: in the period USD 1,200.00 of it was ordered and USD 400.00 billed. Of USD 1,200.00 ordered from 4 May "
        "2026, USD 900.00 is billed in 2 invoice register rows of all days; USD 300.00 is not and stays in the backlog."
    )
    made = made_of(tmp_path, "bookings-billings", PART, invoices, period="2026-06")
    assert bridge(made) == (0, {"TIMING_PRIOR": (50000, 0)}, 50000)


def test_an_order_taken_back_before_it_was_billed_lowers_the_backlog(tmp_path):
    orders = PART + "SO-1,1,2026-06-04,Acme,USD,-1200.00\n"
    made = made_of(tmp_path, "bookings-billings", orders, HEAD + "I9,SO-9,2026-06-05,Invoice,C,USD,10.00,\n",
                   period="2026-06")  # fmt: skip
    assert bridge(made) == (-120000, {"CRM_ONLY": (120000, 0), "ERP_ONLY": (1000, 1000)}, 1000)
    assert any(text == "SO-1: USD (1,200.00) ordered on 4 Jun 2026 has no invoice and lowers the backlog."
               for text in made.groups["reason"])  # fmt: skip


def test_nothing_is_matched_without_a_number(tmp_path):
    invoice = "INV-9,,2026-05-05,Invoice,Acme,USD,1200.00,\n"
    made = made_of(tmp_path, "bookings-billings", PART, HEAD + invoice)
    assert sorted(made.groups["class"]) == ["CRM_ONLY", "ERP_ONLY"]
    assert len(made.suggestions) == 1
    assert made.unexplained_minor == 120000


def test_invoices_are_found_in_the_receivables_and_receipts_take_no_part(tmp_path):
    made = made_of(tmp_path, "billings-ar", ISSUED, LEDGER, currency="USD")
    assert bridge(made) == (385000, {
        # INV-1 with its credit memo on both sides; INV-2 posted as 890; INV-5 posted twice.
        "MATCHED_SPLIT": (0, 0), "AMOUNT_DIFF": (-1000, -1000), "DUPLICATE_ERP": (30000, 0),
        # A credit of 150 nobody was sent; INV-3 posted in June; INV-6 not posted; a journal of 70.
        "CREDIT_MEMO": (-15000, 0), "TIMING_CRM_FIRST": (-50000, 0), "CRM_ONLY": (-25000, -25000),
        "ERP_ONLY": (7000, 7000),
    }, 331000)  # fmt: skip
    aside = made.aside.iloc[0]
    assert (len(made.aside), aside["row"], aside["kind"]) == (1, 3, "not booked")
    assert aside["message"] == "it settles a receivable and bills nothing"
    assert made.groups.set_index("class").loc["CRM_ONLY", "next_step"] == "fix AR ledger"


def test_a_ledger_with_credits_below_zero_reads_the_same(tmp_path):
    rows = [line.split(",") for line in LEDGER.splitlines()]
    signed = [",".join([*row[:5], row[5] or f"-{row[6]}"]) for row in rows[1:]]
    ledger = "\n".join([",".join([*rows[0][:5], "Amount"]), *signed]) + "\n"
    plain, other = (made_of(tmp_path, "billings-ar", ISSUED, text, currency="USD") for text in (LEDGER, ledger))
    assert bridge(other) == bridge(plain)


def test_an_opening_has_to_equal_the_close_to_the_cent(tmp_path):
    made = made_of(tmp_path, "backlog-roll", CLOSE, OPENING)
    assert bridge(made) == (277000, {
        # Three cents are no rounding here; SO-4 stands twice; SO-3 is gone; SO-5 is new. Nothing explains any of it.
        "MATCHED": (0, 0), "AMOUNT_DIFF": (3, 3), "DUPLICATE_ERP": (8000, 8000), "CRM_ONLY": (-50000, -50000),
        "ERP_ONLY": (6000, 6000),
    }, 241003)  # fmt: skip
    assert made.explained_minor == 0
    assert reason(made, "SO-1 line 2") == (
        "SO-1 line 2: USD 200.00 at the close, USD 200.03 at the opening; USD 0.03 changed in between, where "
        "nothing may."
    )


def test_an_opening_equal_to_the_close_is_done(tmp_path):
    # The same lines in another order, numbers written otherwise.
    lines = CLOSE.splitlines()
    opening = "\n".join([lines[0], *reversed(lines[1:])]).replace("SO-", "so ") + "\n"
    made = made_of(tmp_path, "backlog-roll", CLOSE, opening)
    assert made.done
    assert set(made.groups["class"]) == {"MATCHED"}


def test_an_opening_that_is_the_very_file_of_the_close_is_done_and_one_file_twice_is_not(tmp_path):
    made = made_of(tmp_path, "backlog-roll", CLOSE, CLOSE)
    assert made.done
    assert "left.csv and right.csv are the same to the last byte." in made.crm.notes
    with pytest.raises(InputError, match=r"left.csv and left.csv hold the same rows"):
        reconcile(tmp_path / "left.csv", tmp_path / "left.csv", "2026-05", rates=tmp_path / "rates.csv",
                  pair="backlog-roll")  # fmt: skip


def test_an_amount_translated_at_another_rate_is_open(tmp_path):
    close = "Order Number,Line,Currency,Backlog,Backlog (USD)\nSO-2,1,EUR,900.00,990.00\nSO-3,1,USD,10.00,10.00\n"
    opening = close.replace("990.00", "1008.00")
    made = made_of(tmp_path, "backlog-roll", close, opening)
    # 900 at 1.12 less 900 at 1.10.
    assert bridge(made)[1]["FX_RATE"] == (1800, 1800)


@pytest.mark.parametrize(
    ("pair", "left", "right", "error", "said"),
    [
        ("backlog-roll", CLOSE, OPENING.replace(",Line,", ",Remark,"), UnknownColumnError,
         "right.csv has no column for the order line. It has: Order Number, Remark, Customer, Currency, Backlog. "
         'left.csv has one. Say which column it is: --right-column line_id="...".'),
        ("backlog-roll", CLOSE, OPENING.replace("Order Number", "Remark"), UnknownColumnError,
         "right.csv has no column for the order number."),
        ("billings-ar", ISSUED, LEDGER.replace("Debit", "Dr."), UnknownColumnError,
         "right.csv has no column for the amount."),
        ("bookings-billings", INVOICES, ORDERS, InputError,
         'left.csv has "Invoice Number" and looks like the invoice register, which right.csv does not. Give the order '
         "book first."),
        ("bookings-billings", ORDERS, ORDERS, InputError, "Give the export of the order book first"),
        ("bookings", ORDERS, INVOICES, UnknownNameError, 'There is no pair "bookings". Did you mean'),
    ],
    ids=["line", "number", "amount", "turned", "twice", "name"],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(pair, left, right, error, said, tmp_path):
    with pytest.raises(error, match=re.escape(said)):
        made_of(tmp_path, pair, left, right, currency="USD")


def test_balances_need_the_month_they_stand_in(tmp_path):
    with pytest.raises(PeriodError, match=r"left.csv holds balances, and nothing says of which day"):
        made_of(tmp_path, "backlog-roll", CLOSE, OPENING, period=None)


CASES = {"bookings-billings": (ORDERS, INVOICES), "billings-ar": (ISSUED, LEDGER), "backlog-roll": (CLOSE, OPENING)}


@pytest.mark.parametrize("pair", OTHERS)
def test_nothing_of_another_pair_speaks_of_crm_or_erp(pair, tmp_path):
    made = made_of(tmp_path, pair, *CASES[pair], currency="USD")
    path = write_reconciliation(made, tmp_path / "r.xlsx").path
    workbook = load_workbook(path)
    seen = [sheet for sheet in workbook if sheet.sheet_state == "visible"]
    shown = [sheet.title for sheet in seen]
    shown += [str(cell.value) for sheet in seen for row in sheet.iter_rows() for cell in row if cell.value]
    shown += [json.dumps(document(made)), repr(tables(made)), match_rows(made).to_csv()]
    assert [text for text in shown if re.search(r"crm|erp(?!ret)", text, re.IGNORECASE)] == []
    assert lint(path) == []
    assert table(path, "Bridge")["All checks:"][0] == "OK"


def test_the_command_says_what_the_files_are(tmp_path):
    paths = files(tmp_path, CLOSE, OPENING)
    words = ("reconcile", *paths[:2], "--pair", "backlog-roll", "--rates", paths[2])
    answer = bbbxl(*words, "--period", "2026-05", "--json")
    assert answer.code == 1
    found = json.loads(answer.out)
    assert (found["pair"], [one["title"] for one in found["sides"]]) == (
        "backlog-roll", ["Closing backlog", "Opening backlog"],
    )  # fmt: skip
    assert found["open"][0]["class"] == "LEFT_ONLY"
    assert "--period 2026-10" in bbbxl(*words).refuses()
    assert (
        "Decisions and last month's workbook go on for crm-erp only"
        in bbbxl(*words, "--period", "2026-05", "--previous", tmp_path / "last.xlsx").refuses()
    )
    said = bbbxl("reconcile", "--help").out
    assert all(name in said for name in pair_names())


@pytest.mark.parametrize("pair", OTHERS)
def test_a_cent_changed_on_either_side_shows_in_the_bridge(pair, tmp_path):
    left, right = CASES[pair]
    before = bridge(made_of(tmp_path, pair, left, right, currency="USD"))
    last = re.sub(r"(\d\.\d)\d(\D*)$", r"\g<1>1\g<2>", right)
    after = bridge(made_of(tmp_path, pair, left, last, currency="USD"))
    assert (after[0], after[2] - before[2]) == (before[0], 1)
    assert sum(effect for effect, _ in after[1].values()) - sum(effect for effect, _ in before[1].values()) == 1


@pytest.mark.parametrize("name", pair_names())
def test_every_pair_is_whole(name):
    pair = pair_of(name)
    codes = [one.code for one in pair.classes]
    assert (pair.name, pair.schema, len(set(codes))) == (name, 1, len(codes))
    assert set(codes) <= set(CLASS)
    # Excel takes 31 characters for the name of a tab.
    assert max(len(pair.words(text)) for text in ("Only in CRM", "Only in ERP", "CRM rows", "ERP rows")) <= 31
    assert {"MATCHED", "AMOUNT_DIFF", "CRM_ONLY", "ERP_ONLY", "CURRENCY_ERR"} <= set(pair.kinds)
    for one in pair.classes:
        assert {name for _, name, _, _ in string.Formatter().parse(one.say) if name} <= set(FACTS)
    for one in pair.kinds.values():
        assert one.meaning.endswith(".")
        assert name == DEFAULT or not re.search(
            r"CRM|ERP|pportunit", one.title + one.meaning + one.cause + one.next_step
        )


def test_the_pair_of_crm_and_erp_has_the_classes_as_they_stand():
    assert pair_of().kinds == CLASS
