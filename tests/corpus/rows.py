"""Rows that are no orders: titles, totals, subtotals, footers, and orders that look like them."""

from corpus.case import OPEN, THREE, Case, Expected, Refused, row
from corpus.making import A1, A2, A3, HEAD, ORDERS, marked, orders, text

FILE = r"orders\."
#: The three orders and one of 50.00 in February.
FOUR = Expected(4, {"EUR": 650_50}, {"2026-01": 300_50, "2026-02": 350_00}, ("A-1", "A-2", "A-3", "A-4"))
OFF = ("total", r"700\.00", r"600\.50|99\.50")
LINES = Expected(3, {"EUR": 600_50}, THREE.bookings, ("TOTAL-1", "A-2", "A-3"))
TWO_CURRENCIES = Expected(3, {"EUR": 300_50, "USD": 300_00})

CASES = (
    Case(
        "title block",
        text("Northfield Instruments", "Sales orders", "", "Printed: 2026-03-01 08:12", "", *ORDERS),
        THREE,
    ),
    Case(
        "title block with figures in many cells",
        text(
            "Company,Northfield,,,", "Period,2026-01-01,2026-03-31,,", "Orders,3,,,", "Value,600.50,EUR,,", "", *ORDERS
        ),
        THREE,
    ),
    Case(
        "title block that looks like a header",
        text("Customer,Order Date,Status,,", "All,2026,Open,,", "", *ORDERS),
        (THREE, Refused(FILE, row(1), row(4))),
        OPEN,
    ),
    Case("Total at the bottom", orders("Total,,,600.50,EUR"), THREE),
    Case("Grand Total at the bottom without a currency", orders("Grand Total,,,600.50,"), THREE),
    Case("Total in the column of customers", orders(",,Total,600.50,"), THREE),
    Case("Total with the count of records", orders("Total (3 records),,,600.50,EUR"), THREE),
    Case("Total after a blank line, then a footer", orders("", "Total:,,,600.50,EUR", "", "End of report"), THREE),
    Case("Summe in a German file", marked(";", *ORDERS, "Summe,,,600.50,EUR"), THREE),
    Case("Gesamtsumme in a German file", marked(";", *ORDERS, "Gesamtsumme,,,600.50,"), THREE),
    Case("Total général in a French file", marked(";", *ORDERS, "Total général,,,600.50,EUR"), THREE),
    Case("Suma total in a Spanish file", marked(";", *ORDERS, "Suma total,,,600.50,EUR"), THREE),
    Case(
        "subtotal a customer and a Grand Total",
        text(
            HEAD,
            A1,
            "Subtotal Northwind,,,100.00,EUR",
            A2,
            "Subtotal Contoso,,,200.50,EUR",
            A3,
            "Subtotal Fabrikam,,,300.00,EUR",
            "Grand Total,,,600.50,EUR",
        ),
        THREE,
    ),
    Case(
        "subtotal named after the customer",
        text(
            HEAD,
            A1,
            "Northwind Total,,,100.00,EUR",
            A2,
            "Contoso Total,,,200.50,EUR",
            A3,
            "Fabrikam Total,,,300.00,EUR",
            "Grand Total,,,600.50,EUR",
        ),
        THREE,
    ),
    Case(
        "totals by currency",
        text(HEAD, A1, A2, "A-3,2026-02-10,Fabrikam,300.00,USD", "Total EUR,,,300.50,EUR", "Total USD,,,300.00,USD"),
        TWO_CURRENCIES,
    ),
    Case("Total on top, above the header", text("Total,,,600.50,EUR", *ORDERS), THREE),
    Case("Total on top, right below the header", text(HEAD, "Total,,,600.50,EUR", A1, A2, A3), THREE),
    Case(
        "Total that does not tie",
        orders("Total,,,700.00,EUR"),
        (Expected(3, THREE.totals, THREE.bookings, THREE.ids, OFF, ties=False), Refused(FILE, *OFF)),
        OPEN,
    ),
    Case(
        "Grand Total that counts the subtotals again",
        text(HEAD, A1, A2, "Subtotal,,,300.50,EUR", A3, "Subtotal,,,300.00,EUR", "Grand Total,,,1201.00,EUR"),
        (Expected(3, THREE.totals, warns=("total", r"1,?201\.00"), ties=False), Refused(FILE, "total", r"1,?201\.00")),
        OPEN,
    ),
    Case(
        "subtotal that does not tie",
        text(HEAD, A1, A2, "Subtotal,,,333.33,EUR", A3, "Grand Total,,,600.50,EUR"),
        (Expected(3, THREE.totals, warns=("total", r"333\.33"), ties=False), Refused(FILE, "total", r"333\.33")),
        OPEN,
    ),
    Case(
        "rows missing above their Total",
        text(HEAD, A1, A3, "Total,,,600.50,EUR"),
        (Expected(2, {"EUR": 400_00}, warns=("total", r"600\.50"), ties=False), Refused(FILE, "total", r"600\.50")),
        OPEN,
    ),
    Case("Total without a word", orders(",,,600.50,"), (THREE, THREE.without(5, ""), Refused(FILE, row(5))), OPEN),
    Case("customer named Total Energies", text(HEAD, "A-1,2026-01-15,Total Energies,100.00,EUR", A2, A3), THREE),
    Case(
        "customers named Total and Summe",
        text(HEAD, "A-1,2026-01-15,Total,100.00,EUR", "A-2,2026-01-20,Summe,200.50,EUR", A3),
        THREE,
    ),
    Case("order number TOTAL-1", text(HEAD, "TOTAL-1,2026-01-15,Northwind,100.00,EUR", A2, A3), LINES),
    Case(
        "last order worth as much as those above",
        text(HEAD, A1, A2, "A-3,2026-02-10,Fabrikam,300.50,EUR"),
        Expected(3, {"EUR": 601_00}, {"2026-01": 300_50, "2026-02": 300_50}, THREE.ids),
    ),
    Case("customer named Copyright House", text(HEAD, "A-1,2026-01-15,Copyright House,100.00,EUR", A2, A3), THREE),
    Case(
        "copyright line at the bottom",
        orders("", "Copyright (c) 2026 Northfield Instruments. All rights reserved."),
        THREE,
    ),
    Case(
        "confidential line and filter at the bottom",
        orders("Confidential Information - Do Not Distribute", "Filtered by: Status = Open, Closed"),
        THREE,
    ),
    Case("page numbers between the rows", text(HEAD, A1, "Page 1 of 2", HEAD, A2, A3, "Page 2 of 2"), THREE),
    Case("count of rows at the bottom", orders("3 rows selected."), THREE),
    Case(
        "line of dashes below the header", text(HEAD, "--------,----------,--------,------,--------", A1, A2, A3), THREE
    ),
    Case("line of dashes above the Total", orders(",,,======,", "Total,,,600.50,EUR"), THREE),
    Case(
        "average below the Total",
        orders("Total,,,600.50,EUR", "Average,,,200.17,EUR"),
        (THREE, THREE.without(6, ""), Refused(FILE, row(6))),
        OPEN,
    ),
    Case(
        "balance carried over between pages",
        text(HEAD, A1, A2, "Carried forward,,,300.50,EUR", HEAD, "Brought forward,,,300.50,EUR", A3),
        (THREE, Expected(3, THREE.totals, problems=((4, ""), (6, ""))), Refused(FILE, "forward|row [46]")),
        OPEN,
    ),
    Case(
        "Total above further orders",
        text(HEAD, A1, A2, A3, "Total,,,600.50,EUR", "A-4,2026-02-20,Adatum,50.00,EUR"),
        (FOUR, FOUR.saying(row(6)), Refused(FILE, row(6))),
        OPEN,
    ),
    Case(
        "customer once above its orders",
        text(
            "Order No,Order Date,Amount,Currency",
            "Northwind,,,",
            "A-1,2026-01-15,100.00,EUR",
            "Contoso,,,",
            "A-2,2026-01-20,200.50,EUR",
            "A-3,2026-02-10,300.00,EUR",
        ),
        (THREE, Expected(3, THREE.totals, problems=((2, ""), (4, ""))), Refused(FILE, row(2))),
        OPEN,
    ),
)
