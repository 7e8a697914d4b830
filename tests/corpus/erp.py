"""Exports of an ERP or a billing program: lines and totals, statuses, what is an order and what an invoice."""

from corpus.case import OPEN, THREE, Case, Expected, Refused
from corpus.making import columns, text

FILE = r"orders\."
TAX = "tax|net|gross|VAT"
WON = THREE.named("1", "2", "3")
XERO = columns("Total", "*InvoiceDate", "*InvoiceNumber")
XERO_HEAD = (
    "*ContactName;*InvoiceNumber;*InvoiceDate;*DueDate;Total;*Description;*Quantity;LineAmount;TaxAmount;Currency"
)
NETSUITE = columns("Amount", "Date", "Document Number")
SAP = columns("Net value", "Doc. Date", "Document")
INVOICED = Expected(3, {"EUR": 600_50})
RULER = "-" * 86
VA05 = (
    "Orders from 01.01.2026 to 28.02.2026",
    RULER,
    "|Document  |Item|Sold-to pt|Doc. Date |Material|Order Quantity|    Net value|Curr.|",
    RULER,
    "|0000004711|  10|0000001000|15.01.2026|M-1     |            10|     1.100,00|EUR  |",
    "|0000004711|  20|0000001000|15.01.2026|M-2     |             1|       200,50|EUR  |",
    "|0000004712|  10|0000002000|10.02.2026|M-1     |             3|       300,00|EUR  |",
    RULER,
)
LISTED = Expected(3, {"EUR": 1_600_50}, {"2026-01": 1_300_50, "2026-02": 300_00}, ("0000004711", "0000004712"))

CASES = (
    Case(
        "Xero invoices, Total repeated on every line",
        text(
            XERO_HEAD,
            "N;I-1;2026-01-15;2026-02-15;360.60;Pump;1;100.00;20.00;EUR",
            "N;I-1;2026-01-15;2026-02-15;360.60;Pipe;1;200.50;40.10;EUR",
            "F;I-2;2026-02-10;2026-03-10;360.00;Pump;1;300.00;60.00;EUR",
        ),
        INVOICED.saying("net of tax.*TaxAmount.*Total"),
        **XERO,
    ),
    Case(
        "Xero invoices whose lines hold their tax",
        text(
            XERO_HEAD,
            "N;I-1;2026-01-15;2026-02-15;360.60;Pump;1;360.60;60.10;EUR",
            "F;I-2;2026-02-10;2026-03-10;360.00;Pump;1;360.00;60.00;EUR",
        ),
        Refused(FILE, "row 2", "I-1", "LineAmount", "TaxAmount|tax"),
        **XERO,
    ),
    Case(
        "Xero invoices that prove nothing of their tax",
        text(XERO_HEAD, "N;I-1;2026-01-15;2026-02-15;999.00;Pump;1;100.00;20.00;EUR"),
        Refused(FILE, "LineAmount", "--amounts net"),
        **XERO,
    ),
    Case(
        "Xero invoices that prove nothing, said to be net",
        text(XERO_HEAD, "N;I-1;2026-01-15;2026-02-15;999.00;Pump;1;100.00;20.00;EUR"),
        Expected(1, {"EUR": 100_00}),
        options=("--amounts", "net"),
        **XERO,
    ),
    Case(
        "Xero invoices with their Total only",
        text("*ContactName;*InvoiceNumber;*InvoiceDate;Total;Currency", "N;I-1;2026-01-15;120.00;EUR"),
        (Refused(FILE, "Total", TAX), Expected(1, {"EUR": 120_00}, warns=("Total", TAX))),
        OPEN,
        **XERO,
    ),
    Case(
        "NetSuite orders, Name is the customer",
        text(
            "Document Number;Date;Name;Status;Amount;Currency",
            "1;1/15/2026;Northwind;Pending Fulfillment;100.00;EUR",
            "2;1/20/2026;Contoso;Billed;200.50;EUR",
            "3;2/10/2026;Fabrikam;Partially Fulfilled;300.00;EUR",
        ),
        WON,
        **NETSUITE,
    ),
    Case(
        "NetSuite orders, one not approved",
        text(
            "Document Number;Date;Name;Status;Amount;Currency",
            "1;1/15/2026;Northwind;Pending Fulfillment;100.00;EUR",
            "2;1/20/2026;Contoso;Billed;200.50;EUR",
            "3;2/10/2026;Fabrikam;Closed;300.00;EUR",
            "4;2/11/2026;Adatum;Pending Approval;5000.00;EUR",
        ),
        WON,
        **NETSUITE,
    ),
    Case(
        "SAP list with rulers and pipes",
        text(*VA05, name="orders.txt"),
        LISTED,
        **SAP,
    ),
    Case(
        "SAP list with tabs",
        text(
            "Orders from 01.01.2026",
            "",
            "\tDocument\tItem\tSold-to pt\tDoc. Date\tNet value\tCurr.",
            "",
            "\t4711\t10\t1000\t15.01.2026\t1.300,50\tEUR",
            "\t4712\t10\t2000\t10.02.2026\t300,00\tEUR",
            name="orders.txt",
        ),
        Expected(2, {"EUR": 1_600_50}, {"2026-01": 1_300_50, "2026-02": 300_00}, ("4711", "4712")),
        **SAP,
    ),
    Case(
        "SAP list with a total marked by stars",
        text(
            *VA05[:-1],
            "|*         |    |          |          |        |              |     1.600,50|EUR  |",
            RULER,
            name="orders.txt",
        ),
        LISTED,
        **SAP,
    ),
    Case(
        "Dynamics 365 orders",
        text(
            "SalesOrderNumber;LineNumber;OrderingCustomerAccountNumber;OrderCreationDateTime;LineAmount;CurrencyCode",
            "1;1;C-1;2026-01-15T10:00:00Z;100.00;EUR",
            "2;1;C-2;2026-01-20T10:00:00Z;200.50;EUR",
            "3;1;C-1;2026-02-10T10:00:00Z;300.00;EUR",
        ),
        (WON.saying("creat"), Refused(FILE, "creat|OrderCreationDateTime")),
        OPEN,
        **columns("LineAmount", "OrderCreationDateTime", "SalesOrderNumber"),
    ),
    Case(
        "ERPNext Sales Order Analysis",
        text(
            "Date;Sales Order;Status;Customer;Item Code;Qty;Delivered Qty;Qty to Deliver;Amount;Billed Amount;"
            "Pending Amount;Currency",
            "2026-01-15;1;To Deliver and Bill;N;P;1;0;1;100.00;0.00;100.00;EUR",
            "2026-01-20;2;To Deliver and Bill;C;P;1;0;1;200.50;0.00;200.50;EUR",
            "2026-02-10;3;To Deliver and Bill;F;P;1;0;1;300.00;0.00;300.00;EUR",
        ),
        WON,
        **columns("Amount", "Date", "Sales Order"),
    ),
    Case(
        "Odoo orders, a quotation among them",
        text(
            "Order Reference;Order Date;Customer;Untaxed Amount;Total;Status;Currency",
            "1;2026-01-15 10:00:00;N;100.00;119.00;Sales Order;EUR",
            "2;2026-01-20 10:00:00;C;200.50;238.60;Sales Order;EUR",
            "3;2026-02-10 10:00:00;F;300.00;357.00;Sales Order;EUR",
            "4;2026-02-11 10:00:00;A;5000.00;5950.00;Quotation;EUR",
        ),
        WON,
        **columns("Total", "Order Date", "Order Reference"),
    ),
    Case(
        "Zuora bookings",
        text(
            "SO_NUM;SO_LINE_NUM;CSTMR_NM;SO_BOOK_DATE;EXT_SLL_PRC;Currency",
            "1;1;N;2026-01-15;100.00;EUR",
            "2;1;C;2026-01-20;200.50;EUR",
            "3;1;F;2026-02-10;300.00;EUR",
        ),
        WON,
        **columns("EXT_SLL_PRC", "SO_BOOK_DATE", "SO_NUM"),
    ),
    Case(
        "Stripe invoices are no bookings",
        text(
            "id;Customer Name;Date (UTC);Subtotal;Tax;Total;Amount Paid;Currency;Status",
            "in_1;N;2026-01-15 10:00;100.00;19.00;119.00;119.00;eur;paid",
            "in_2;C;2026-01-20 10:00;200.50;38.10;238.60;0.00;eur;open",
            "in_3;F;2026-02-10 10:00;300.00;57.00;357.00;0.00;eur;open",
        ),
        Refused(FILE, "Total", "tax"),
        **columns("Total", "Date (UTC)", "id"),
    ),
    Case(
        "QuickBooks invoice list under its title",
        text(
            "Northfield Instruments",
            "Invoice List",
            "January - February 2026",
            "",
            "Date;Transaction Type;Num;Name;Due Date;Amount;Open Balance;Currency",
            "01/15/2026;Invoice;1;N;02/15/2026;100.00;100.00;EUR",
            "01/20/2026;Invoice;2;C;02/20/2026;200.50;0.00;EUR",
            "02/10/2026;Invoice;3;F;03/10/2026;300.00;0.00;EUR",
            "Total;;;;;600.50;100.00;EUR",
        ),
        Refused(FILE, "Amount", "tax", "--amounts net"),
        **columns("Amount", "Date", "Num"),
    ),
)
