"""Amounts that may hold tax: refused, proved by the file's own totals, or said to be net."""

import pytest
from exports import TOML, entry, refused
from tables import table

from bbbxl.errors import InputError
from bbbxl.inputs.coded import Mask
from bbbxl.inputs.preset_data import preset_named
from bbbxl.inputs.tax import proof_of_net

HEAD = "ContactName,InvoiceNumber,InvoiceDate,Total,LineAmount,TaxAmount,Currency,Status"
COLUMNS = {"invoice_id": "InvoiceNumber", "amount": "LineAmount"}
#: 100.00 + 200.50 and tax of 20.00 + 40.10 are 360.60.
NET = ("N,I-1,2026-01-15,360.60,100.00,20.00,EUR,Paid", "N,I-1,2026-01-15,360.60,200.50,40.10,EUR,Paid")
#: 120.00 + 240.60 are 360.60 with the tax in them.
GROSS = ("N,I-2,2026-01-15,360.60,120.00,20.00,EUR,Paid", "N,I-2,2026-01-15,360.60,240.60,40.10,EUR,Paid")
FREE = "N,I-3,2026-01-15,70.00,70.00,,EUR,Paid"
ORDERS = "Order No,Order Date,Amount,Currency\nA,2026-01-05,1,EUR\n"


def proof(*rows, left_out=()):
    made = table(HEAD, *rows, file="x.csv")
    out: Mask = made.numbers < 0
    out[list(left_out)] = True
    return proof_of_net(made, COLUMNS, preset_named("xero_invoices"), None, out)


def test_lines_and_tax_that_come_to_the_total_are_net():
    assert proof(*NET) == (
        'Amounts are net of tax: "LineAmount" and "TaxAmount" of every invoice come to its "Total", as in I-1 (row 2): '
        "300.50 and 60.10 are 360.60."
    )


def test_an_invoice_without_tax_holds_none():
    assert proof(FREE).endswith("(row 2): 70.00 and 0 are 70.00.")


def test_lines_that_come_to_the_total_by_themselves_hold_their_tax():
    with pytest.raises(InputError) as caught:
        proof(*NET, *GROSS)
    assert str(caught.value) == (
        'x.csv row 4: "LineAmount" of invoice I-2 comes to its "Total" of 360.60, so its tax of 60.10 is in it, and '
        "amounts are net of tax. Export the invoices with amounts exclusive of tax."
    )


@pytest.mark.parametrize(
    "row",
    [
        "N,I-4,2026-01-15,99.00,100.00,20.00,EUR,Paid",  # the total is neither with nor without tax
        "N,I-1,2026-01-15,1.00,0.00,0.00,EUR,Paid",  # two totals of one invoice
        "N,I-5,2026-01-15,,100.00,20.00,EUR,Paid",  # no total
    ],
)
def test_one_invoice_that_does_not_tie_leaves_it_unproved(row):
    assert proof(*NET, row) == ""


def test_rows_that_are_not_counted_or_cannot_be_read_prove_nothing():
    voided = "N,I-6,2026-01-15,0.00,100.00,20.00,EUR,Voided"
    assert proof(*NET, voided, left_out=[2]).startswith("Amounts are net of tax")
    assert proof(*NET, "N,I-7,2026-01-15,120.00,abc,20.00,EUR,Paid").startswith("Amounts are net of tax")
    assert proof(NET[0], left_out=[0]) == ""


def xero(made, *rows, more=""):
    """Return the notes on a file of Xero invoices beside one of orders."""
    files = {"o.csv": ORDERS, "x.csv": "\n".join([HEAD, *rows])}
    toml = TOML + entry("o.csv") + entry("x.csv", role="invoices", more=more)
    return made(toml=toml, files=files).sources[1].notes


def test_a_file_of_xero_that_proves_it_loads_and_says_so(made):
    assert any(note.startswith("Amounts are net of tax") for note in xero(made, *NET))


def test_a_file_of_xero_that_does_not_prove_it_is_refused_until_somebody_says_it(made):
    files = {"o.csv": ORDERS, "x.csv": f"{HEAD}\nN,I-4,2026-01-15,99.00,100.00,20.00,EUR,Paid"}
    toml = TOML + entry("o.csv") + entry("x.csv", role="invoices")
    assert refused(made, toml=toml, files=files) == (
        'x.csv, column "LineAmount" may hold tax, and amounts are net of tax. Name a net column: --column '
        'amount="...", or say that there is none in it: --amounts net, or amounts = "net" for the file in bbbxl.toml.'
    )
    assert xero(made, files["x.csv"].split("\n")[1], more='amounts = "net"')


def test_amounts_that_hold_tax_by_the_program_are_refused_and_a_net_column_is_taken(made):
    stripe = "id,Customer Name,Date (UTC),Subtotal,Total,Amount Due,Currency,Status\n"
    files = {"o.csv": ORDERS, "s.csv": stripe + "in_1,N,2026-01-15 10:00,100.00,119.00,0.00,eur,paid\n"}
    toml = TOML + entry("o.csv") + entry("s.csv", role="invoices")
    assert 's.csv, column "Total" may hold tax' in refused(made, toml=toml, files=files)
    net = TOML + entry("o.csv") + entry("s.csv", role="invoices", more='columns = { amount = "Subtotal" }')
    assert made(toml=net, files=files).sources[1].totals == {"EUR": 10000}
