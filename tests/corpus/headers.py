"""Headers: far down, in two lines, merged in words, doubled, translated, missing."""

from corpus.case import OPEN, THREE, Case, Expected, Refused
from corpus.making import A1, A2, A3, HEAD, ORDERS, text

FILE = r"orders\."
ROWS = (A1, A2, A3)
TITLE = [f"Order report line {place}" for place in range(1, 60)]
GERMAN = ("Auftragsnummer;Auftragsdatum;Kunde;Nettobetrag;Währung", "A-1;15.01.2026;Müller;1.100,00;EUR",
          "A-2;20.01.2026;Söhne;200,50;EUR", "A-3;10.02.2026;Fabrik;300,00;EUR")  # fmt: skip
FRENCH = ("N° de commande;Date de commande;Client;Montant HT;Devise", "A-1;15/01/2026;Hélène;1 100,00;EUR",
          "A-2;20/01/2026;Contoso;200,50;EUR", "A-3;10/02/2026;Fabrikam;300,00;EUR")  # fmt: skip
#: 1,100.00 + 200.50 in January, 300.00 in February.
ELEVEN = Expected(3, {"EUR": 1_600_50}, {"2026-01": 1_300_50, "2026-02": 300_00}, ("A-1", "A-2", "A-3"))
PLAIN = Expected(3, {"XXX": 600_50}, THREE.bookings, THREE.ids, ("currency|XXX",))
IN_THOUSANDS = Refused(FILE, "thousand", "whole amounts")
DE = {"amount": "Nettobetrag", "date": "Auftragsdatum", "identity": "Auftragsnummer"}
FR = {"amount": "Montant HT", "date": "Date de commande", "identity": "N° de commande"}

CASES = (
    Case("header in row 7", text(*TITLE[:6], *ORDERS), THREE),
    Case("header in row 45", text(*TITLE[:44], *ORDERS), THREE),
    Case("header beyond row 50", text(*TITLE, *ORDERS), Refused(FILE, "header", "50|row")),
    Case("no header at all", text(*ROWS), Refused(FILE, "header|column")),
    Case(
        "header in capitals with underscores",
        text("ORDER_NO,ORDER_DATE,CUSTOMER,AMOUNT,CURRENCY", *ROWS),
        THREE,
        amount="AMOUNT",
        date="ORDER_DATE",
        identity="ORDER_NO",
    ),
    Case(
        "stars, colons and doubled spaces in the header",
        text("*Order  No:,*Order  Date:,Customer:,*Amount:,Currency:", *ROWS),
        THREE,
    ),
    Case(
        "spaces that do not break in the header",
        text("Order\u00a0No,Order\u00a0Date,Customer,Amount,Currency\u00a0", *ROWS),
        THREE,
    ),
    Case("header wrapped inside its quotes", text('"Order\nNo","Order\nDate",Customer,Amount,Currency', *ROWS), THREE),
    Case("header in two lines", text("Order,Order,,Net,", "No,Date,Customer,Amount,Currency", *ROWS), THREE),
    Case("group titles above the header", text("Order,,,Value,", *ORDERS), THREE),
    Case(
        "line of units below the header",
        text(HEAD, ",,,EUR,", *ROWS),
        (THREE, THREE.without(2, ""), Refused(FILE, "row 2")),
        OPEN,
    ),
    Case("header printed again on every page", text(HEAD, A1, HEAD, A2, HEAD, A3), THREE),
    Case(
        "header and title printed again on every page",
        text("Orders 2026", HEAD, A1, "", "Orders 2026", HEAD, A2, A3),
        THREE,
    ),
    Case("German headers", text(*GERMAN), ELEVEN, **DE),
    Case("French headers", text(*FRENCH), ELEVEN, **FR),
    Case(
        "currency in the header of the amount",
        text("Order No,Order Date,Customer,Amount (EUR)", *(one.removesuffix(",EUR") for one in ROWS)),
        THREE,
        amount="Amount (EUR)",
    ),
    Case(
        "no currency anywhere",
        text("Order No,Order Date,Customer,Amount", *(one.removesuffix(",EUR") for one in ROWS)),
        PLAIN,
    ),
    Case(
        "Amount twice, the same in every row",
        text(f"{HEAD},Amount", *(f"{one},{one.split(',')[3]}" for one in ROWS)),
        THREE,
    ),
    Case(
        "Amount twice, different",
        text(f"{HEAD},Amount", *(f"{one},{place}" for place, one in enumerate(ROWS))),
        Refused(FILE, "Amount", "two|twice|column"),
    ),
    Case(
        "Order Date twice, different",
        text(f"{HEAD},Order Date", *(f"{one},2026-03-0{place}" for place, one in enumerate(ROWS, 1))),
        Refused(FILE, "Order Date", "two|twice|column"),
    ),
    Case("an empty header over notes", text(f"{HEAD},", *(f"{one},note" for one in ROWS)), THREE),
    Case("Notes twice", text(f"{HEAD},Notes,Notes", *(f"{one},a,b" for one in ROWS)), THREE),
    Case(
        "no column of amounts",
        text("Order No,Order Date,Customer,Quantity", "A-1,2026-01-15,Northwind,4"),
        Refused(FILE, "amount", "Quantity"),
    ),
    Case(
        "no column of dates",
        text("Order No,Customer,Amount,Currency", "A-1,Northwind,100.00,EUR"),
        Refused(FILE, "date", "Customer"),
    ),
    Case(
        "amounts in two currencies side by side",
        text("Order No,Order Date,Amount EUR,Amount USD", "A-1,2026-01-15,100.00,110.00"),
        Refused(FILE, "Amount EUR", "Amount USD"),
        amount="Amount EUR",
    ),
    Case(
        "created date beside the order date",
        text(
            "Order No,Created Date,Order Date,Customer,Amount,Currency",
            "A-1,2025-12-01,2026-01-15,N,100.00,EUR",
            "A-2,2025-12-01,2026-01-20,C,200.50,EUR",
            "A-3,2025-12-01,2026-02-10,F,300.00,EUR",
        ),
        THREE,
    ),
    Case(
        "header says thousands",
        text("Order No,Order Date,Customer,Amount (EUR thousand),Currency", *ROWS),
        IN_THOUSANDS,
        amount="Amount (EUR thousand)",
    ),
    Case(
        "header says thousands, and the column is named",
        text("Order No,Order Date,Customer,Amount TEUR,Currency", *ROWS),
        IN_THOUSANDS,
        amount="Amount TEUR",
        options=("--column", "amount=Amount TEUR"),
    ),
    Case(
        "line of units below the header says thousands", text(HEAD, ",,,TEUR,", *ROWS), Refused(FILE, r"thousand|TEUR")
    ),
    Case("title says thousands", text("Orders 2026 - all amounts in EUR thousands", *ORDERS), IN_THOUSANDS),
    Case("title says thousands in German", text("Alle Angaben in TEUR", "", *ORDERS), IN_THOUSANDS),
    Case("footer says millions", text(*ORDERS, "", "Note: amounts in Mio. EUR"), Refused(FILE, "row 6", "millions")),
    Case("title names a town called Thousand", text("Orders of Thousand Oaks", "", *ORDERS), THREE),
    Case(
        "columns in an order of their own",
        text("Currency,Amount,Customer,Order Date,Order No", *(",".join(reversed(one.split(","))) for one in ROWS)),
        THREE,
    ),
)
