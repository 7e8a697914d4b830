"""Exports of a CRM: what is won, what is open, what is exported several times."""

from corpus.case import OPEN, THREE, TWICE, Case, Expected, Refused
from corpus.making import columns, text

FILE = r"orders\."
WON = THREE.named("1", "2", "3")
STAGE = "stage|won|status|signed"
SF = "Opportunity ID;Opportunity Name;Account Name;Stage;Amount;Close Date"
SALESFORCE = columns("Amount", "Close Date", "Opportunity ID")
HS = "Record ID;Deal Name;Deal Stage;Close Date;Amount;Currency"
HUBSPOT = columns("Amount", "Close Date", "Record ID")
PD = "Deal - ID;Deal - Title;Deal - Status;Deal - Won time;Deal - Value;Deal - Currency of Value"
PIPEDRIVE = columns("Deal - Value", "Deal - Won time", "Deal - ID")
WON_ROWS = (
    "1;One;Northwind;Closed Won;EUR 100.00;2026-01-15",
    "2;Two;Contoso;Closed Won;EUR 200.50;2026-01-20",
    "3;Three;Fabrikam;Closed Won;EUR 300.00;2026-02-10",
)
OPEN_ROWS = ("4;Four;Adatum;Prospecting;EUR 5000.00;2026-03-31", "5;Five;Litware;Closed Lost;EUR 700.00;2026-01-10")
HS_WON = (
    "1;One;Closed Won;2026-01-15;100.00;EUR",
    "2;Two;Closed Won;2026-01-20;200.50;EUR",
    "3;Three;Closed Won;2026-02-10;300.00;EUR",
)

CASES = (
    Case("Salesforce opportunities, won and open", text(SF, *WON_ROWS, *OPEN_ROWS), WON, **SALESFORCE),
    Case(
        "Salesforce report with its footer",
        text(
            SF,
            *WON_ROWS,
            "Grand Totals (3 records);;;;EUR 600.50;",
            "",
            "Confidential Information - Do Not Distribute",
            "Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.",
        ),
        WON,
        **SALESFORCE,
    ),
    Case(
        "Salesforce opportunities with products, Amount repeated",
        text(
            f"{SF};Product Name;Total Price",
            "1;One;N;Closed Won;EUR 300.50;2026-01-15;Pump;EUR 100.00",
            "1;One;N;Closed Won;EUR 300.50;2026-01-15;Pipe;EUR 200.50",
            "2;Two;C;Closed Won;EUR 300.00;2026-02-10;Pump;EUR 300.00",
        ),
        THREE.named("1", "2"),
        **SALESFORCE,
    ),
    Case(
        "Salesforce products whose prices differ from the Amount",
        text(
            f"{SF};Product Name;Total Price",
            "1;One;N;Closed Won;EUR 999.00;2026-01-15;Pump;EUR 100.00",
            "1;One;N;Closed Won;EUR 999.00;2026-01-15;Pipe;EUR 200.50",
            "2;Two;C;Closed Won;EUR 300.00;2026-02-10;Pump;EUR 300.00",
        ),
        (THREE.named("1", "2").saying(r"Amount|999"), Refused(FILE, "Amount|999")),
        OPEN,
        **SALESFORCE,
    ),
    Case(
        "Salesforce with expected revenue beside",
        text(f"{SF};Expected Revenue", *(f"{one};EUR 9.00" for one in WON_ROWS)),
        WON,
        **SALESFORCE,
    ),
    Case(
        "Salesforce without its Stage",
        text("Opportunity ID;Opportunity Name;Account Name;Amount;Close Date", "1;One;Northwind;EUR 100.00;2026-01-15"),
        Refused(FILE, STAGE),
        **SALESFORCE,
    ),
    Case(
        "Salesforce with stages of the firm's own",
        text(SF, *(one.replace("Closed Won", "Verbal commit") for one in WON_ROWS)),
        Refused(FILE, "Stage", "Verbal commit", "3 rows"),
        **SALESFORCE,
    ),
    Case(
        "Salesforce with one stage of the firm's own among the won",
        text(SF, *WON_ROWS, "4;Four;Adatum;Won - signed;EUR 50.00;2026-02-20"),
        WON.saying(r"Won - signed.*50\.00 EUR"),
        **SALESFORCE,
    ),
    Case(
        "Salesforce with a flag instead of a stage",
        text(
            "Opportunity ID;Opportunity Name;Account Name;Is Won;Amount;Close Date",
            "1;One;N;TRUE;EUR 100.00;2026-01-15",
            "2;Two;C;TRUE;EUR 200.50;2026-01-20",
            "3;Three;F;TRUE;EUR 300.00;2026-02-10",
            "4;Four;A;FALSE;EUR 5000.00;2026-03-31",
        ),
        WON,
        **SALESFORCE,
    ),
    Case(
        "Salesforce orders, drafts among them",
        text(
            "Order Number;Account Name;Status;Order Start Date;Order Amount",
            "1;N;Activated;2026-01-15;EUR 100.00",
            "2;C;Activated;2026-01-20;EUR 200.50",
            "3;F;Activated;2026-02-10;EUR 300.00",
            "4;A;Draft;2026-02-11;EUR 5000.00",
        ),
        (WON, Refused(FILE, "Status|date")),
        OPEN,
        **columns("Order Amount", "Order Start Date", "Order Number"),
    ),
    Case(
        "HubSpot deals, won and open", text(HS, *HS_WON, "4;Four;Contract sent;2026-03-31;5000.00;EUR"), WON, **HUBSPOT
    ),
    Case(
        "HubSpot with the inner names of its stages",
        text(
            HS,
            *(one.replace("Closed Won", "closedwon") for one in HS_WON),
            "4;Four;appointmentscheduled;2026-03-31;5000.00;EUR",
        ),
        WON,
        **HUBSPOT,
    ),
    Case(
        "HubSpot, a row a stage",
        text(
            HS,
            "1;One;Appointment scheduled;2026-01-15;100.00;EUR",
            *HS_WON,
            "3;Three;Contract sent;2026-02-10;300.00;EUR",
        ),
        WON,
        **HUBSPOT,
    ),
    Case(
        "HubSpot, the won stage twice",
        text(HS, *HS_WON, HS_WON[1]),
        (
            WON.saying(TWICE),
            Refused(FILE, TWICE),
            WON.without(5, ""),
        ),
        OPEN,
        **HUBSPOT,
    ),
    Case(
        "HubSpot with stages of the firm's own",
        text(HS, *(one.replace("Closed Won", "Signed") for one in HS_WON)),
        Refused(FILE, "Deal Stage", "Signed", "3 rows"),
        **HUBSPOT,
    ),
    Case(
        "HubSpot with pounds in the amounts",
        text(
            "Record ID;Deal Name;Deal Stage;Close Date;Amount",
            *(
                one.removesuffix(";EUR").replace(";100", ";£100").replace(";200", ";£200").replace(";300", ";£300")
                for one in HS_WON
            ),
        ),
        Expected(3, {"GBP": 600_50}, THREE.bookings, ("1", "2", "3")),
        **HUBSPOT,
    ),
    Case(
        "Pipedrive deals, won, open and lost",
        text(
            PD,
            "1;One;Won;2026-01-15 10:00:00;100.00;EUR",
            "2;Two;won;2026-01-20 10:00:00;200.50;EUR",
            "3;Three;Won;2026-02-10 10:00:00;300.00;EUR",
            "4;Four;Open;;5000.00;EUR",
            "5;Five;Lost;;70.00;EUR",
        ),
        WON,
        **PIPEDRIVE,
    ),
    Case(
        "Pipedrive, won in the last hour of the year's half",
        text(PD, "1;One;Won;2026-06-30 23:00:00;100.00;EUR", "2;Two;Won;2026-07-01 00:00:00;200.50;EUR"),
        Expected(2, {"EUR": 300_50}, {"2026-06": 100_00, "2026-07": 200_50}, ("1", "2")),
        **PIPEDRIVE,
    ),
    Case(
        "Pipedrive, reopened with its won time left",
        text(PD, "1;One;Won;2026-01-15 10:00:00;100.00;EUR", "2;Two;Open;2026-01-20 10:00:00;200.50;EUR"),
        Expected(1, {"EUR": 100_00}, {"2026-01": 100_00}, ("1",)),
        **PIPEDRIVE,
    ),
    Case(
        "Pipedrive without its status",
        text(
            "Deal - ID;Deal - Title;Deal - Deal created;Deal - Value;Deal - Currency of Value",
            "1;One;2026-01-15 10:00:00;100.00;EUR",
        ),
        Refused(FILE, STAGE + "|created"),
        **(PIPEDRIVE | {"date": "Deal - Deal created"}),
    ),
    Case(
        "Pipedrive in Czech",
        text(
            "Obchod - ID;Obchod - Název;Obchod - Stav;Obchod - Datum výhry;Obchod - Hodnota;Obchod - Měna hodnoty",
            "1;One;Vyhráno;2026-01-15 10:00:00;100.00;EUR",
        ),
        (Refused(FILE, "column|header"), Expected(1, {"EUR": 100_00}, {"2026-01": 100_00}, ("1",))),
        OPEN,
        **columns("Obchod - Hodnota", "Obchod - Datum výhry", "Obchod - ID"),
    ),
)
