"""Which column means what, and which export a file is."""

import pytest

from bbbxl.errors import InputError, PresetError, UnknownColumnError, UnknownNameError
from bbbxl.inputs.headers import normal
from bbbxl.inputs.preset import find_columns, possible_columns, recognise, tax_beside
from bbbxl.inputs.preset_data import field_table, preset_named, presets

LINES = preset_named("order_lines")
EVENTS = preset_named("events")


def columns(header, preset=LINES, given=None, fixed=None):
    return find_columns("o.csv", header, preset, given or {}, fixed or {})


@pytest.mark.parametrize("header", ["Order No", "order_no", "ORDER-NO.", " OrderNo", "ＯＲＤＥＲ　ＮＯ"])
def test_headers_are_compared_without_case_width_spaces_and_punctuation(header):
    assert normal(header) == "orderno"


def test_every_field_of_a_preset_exists_and_what_it_needs_is_among_its_fields():
    for preset in presets().values():
        assert set(preset.fields) <= set(field_table().types), preset.name
        assert set(preset.needs) <= set(preset.fields), preset.name
        assert len(set(preset.fields)) == len(preset.fields), preset.name
        assert preset.schema == 1


def test_no_header_names_two_fields_of_one_preset_but_those_told_apart():
    # both shapes call their date "Transaction Date"; in the long one the event's date takes it
    known = {"events": {"transactiondate": ["effective", "order_date"]}}
    for preset in presets().values():
        named: dict[str, list[str]] = {}
        for field in preset.fields:
            for word in dict.fromkeys(map(normal, field_table().synonyms[field])):
                named.setdefault(word, []).append(field)
        assert {w: fields for w, fields in named.items() if len(fields) > 1} == known.get(preset.name, {})


def test_columns_are_found_by_their_synonyms():
    assert columns(["Sales Order", "Booked Date", "NETAMOUNT", "Curr", "Remark"]) == {
        "order_id": "Sales Order", "order_date": "Booked Date", "amount": "NETAMOUNT", "currency": "Curr",
    }  # fmt: skip


def test_a_named_column_wins_and_is_found_whatever_its_case():
    header = ["Order No", "Order Date", "Amount", "My Total"]
    assert columns(header, given={"amount": "my total"})["amount"] == "My Total"


def test_a_column_named_by_the_user_serves_no_second_field():
    header = ["Order No", "Order Date", "Line Total", "Net Amount"]
    found = columns(header, given={"amount": "Line Total", "cancelled_amount": "Net Amount"})
    assert (found["amount"], found["cancelled_amount"]) == ("Line Total", "Net Amount")


@pytest.mark.parametrize("second", ["Net Amount", "AMOUNT", "amount "])
def test_two_columns_that_may_be_the_amount_are_refused(second):
    with pytest.raises(InputError) as caught:
        columns(["Order No", "Order Date", "Amount", second])
    assert str(caught.value) == (
        f'o.csv has "Amount" and "{second}", and each may be the amount. Say which: --column amount="...".'
    )


def test_two_spellings_of_one_header_are_refused_for_every_field():
    with pytest.raises(
        InputError,
        match=r'^o\.csv has "Customer" and "customer", and each may be the '
        r"customer\.",
    ):
        columns(["Order No", "Order Date", "Amount", "Customer", "customer"])


def test_a_user_who_names_the_exact_spelling_is_believed():
    header = ["Order No", "Order Date", "Amount", "AMOUNT"]
    assert columns(header, given={"amount": "AMOUNT"})["amount"] == "AMOUNT"


def test_a_named_column_that_fits_two_spellings_is_refused():
    with pytest.raises(InputError, match="each may be the amount"):
        columns(["Order No", "Order Date", "Amount", "AMOUNT"], given={"amount": "aMount"})


def test_a_needed_column_that_is_missing_says_what_there_is_and_how_to_name_it():
    with pytest.raises(UnknownColumnError) as caught:
        columns(["Order No", "Order Date", "Worth"])
    assert str(caught.value) == (
        "o.csv has no column for amount. It has: Order No, Order Date, Worth. "
        'Name it: --column amount="...", or columns.amount in bbbxl.toml.'
    )


@pytest.mark.parametrize("title", ["Line Totl", ""])
def test_a_named_column_that_is_missing_is_refused_even_without_name(title):
    with pytest.raises(UnknownColumnError) as caught:
        columns(["Order No", "Order Date", ""], given={"amount": title})
    assert str(caught.value) == (
        f'o.csv has no column for amount ("{title}"). It has: Order No, Order Date, . '
        "Correct the column given for amount."
    )


def test_a_fixed_value_needs_no_column():
    assert "amount" not in columns(["Order No", "Order Date"], fixed={"amount": "1"})


def test_an_unknown_field_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r'^There is no field "amout"\. Did you mean .*amount'):
        columns(["Order No", "Order Date", "Amount"], given={"amout": "Amount"})


def test_a_file_is_recognised_by_its_headers():
    assert recognise("o.csv", ["Order", "Order Date", "Amount"], {}).name == "order_lines"
    assert recognise("o.csv", ["Order", "Event Type", "Event Date", "Amount"], {}).name == "events"
    assert recognise("o.csv", ["Order", "Order Date", "Sum"], {"amount": "Sum"}).name == "order_lines"


def test_a_file_that_is_none_of_the_exports_says_which_there_are():
    with pytest.raises(PresetError) as caught:
        recognise("o.csv", ["Foo", "Bar"], {})
    assert str(caught.value) == (
        "o.csv is none of the known exports (change_log, events, invoices, order_lines, Dynamics 365 Finance and "
        "Operations, ERPNext, HubSpot, NetSuite, Odoo, Pipedrive, QuickBooks, Sage Intacct, Salesforce, SAP ERP, "
        "Stripe, Xero, Zuora Revenue). It has: Foo, Bar. As order lines it lacks order_id, order_date, amount. "
        'Name its columns, such as --column amount="..." --column order_date="...".'
    )


def test_a_file_whose_role_has_one_preset_says_what_is_missing_for_it():
    with pytest.raises(PresetError, match=r"^o\.csv has no column for order_id\. It has: Foo\."):
        recognise("o.csv", ["Foo"], {}, "orders")


def test_an_unknown_preset_is_refused_with_the_nearest():
    with pytest.raises(
        UnknownNameError,
        match=r'^There is no preset "order_line"\. Did you mean '
        r"order_lines",
    ):
        preset_named("order_line")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            ["SO #", "Sold To", "Ordered On", "Order Value", "Ccy"],
            {"order_id": "SO #", "customer": "Sold To", "order_date": "Ordered On", "amount": "Order Value",
             "currency": "Ccy"},
        ),
        (
            ["Auftragsnummer", "Position", "Auftraggeber", "Artikel", "Auftragsdatum", "Menge", "Nettowert", "Währung",
             "Liefertermin", "Wunschlieferdatum", "Vertriebsbeauftragter", "Buchungskreis"],
            {"order_id": "Auftragsnummer", "line_id": "Position", "customer": "Auftraggeber", "product": "Artikel",
             "order_date": "Auftragsdatum", "quantity": "Menge", "amount": "Nettowert", "currency": "Währung",
             "commit_date": "Liefertermin", "original_commit_date": "Wunschlieferdatum",
             "owner": "Vertriebsbeauftragter", "entity": "Buchungskreis"},
        ),
        (
            ["N° commande", "Client", "Date de commande", "Produit", "Quantité", "Montant HT", "Devise", "Société",
             "Date de livraison", "Date de facture"],
            {"order_id": "N° commande", "customer": "Client", "order_date": "Date de commande", "product": "Produit",
             "quantity": "Quantité", "amount": "Montant HT", "currency": "Devise", "entity": "Société",
             "commit_date": "Date de livraison", "invoiced_date": "Date de facture"},
        ),
        (
            ["Pedido", "Cliente", "Fecha de pedido", "Cantidad", "Importe", "Moneda"],
            {"order_id": "Pedido", "customer": "Cliente", "order_date": "Fecha de pedido", "quantity": "Cantidad",
             "amount": "Importe", "currency": "Moneda"},
        ),
    ],
)  # fmt: skip
def test_headers_of_four_languages_are_understood(header, found):
    assert columns(header) == found


@pytest.mark.parametrize("title", ["Amount (USD)", "Amount USD", "Net Value in EUR", "Betrag in EUR", "Amount €",
                                   "amount_usd", "USD Amount", "Amount (column F)"])  # fmt: skip
def test_a_header_may_name_the_currency_of_its_amounts(title):
    assert columns(["Order No", "Order Date", title])["amount"] == title


@pytest.mark.parametrize("title", ["Amount (USD thousands)", "Amount (k€)", "Betrag in TEUR", "Amount YTD",
                                   "Amount LCY", "Unit Price USD", "Montant TTC"])  # fmt: skip
def test_a_header_that_says_more_than_a_currency_is_no_amount(title):
    with pytest.raises(UnknownColumnError):
        columns(["Order No", "Order Date", title])


@pytest.mark.parametrize(
    ("first", "second"),
    [("Amount (USD)", "Amount (EUR)"), ("Amount (column C)", "Amount (column F)"), ("Amount", "Amount (USD)")],
)
def test_two_columns_that_differ_in_currency_or_place_only_are_refused(first, second):
    with pytest.raises(InputError) as caught:
        columns(["Order No", "Order Date", first, second])
    assert str(caught.value) == (
        f'o.csv has "{first}" and "{second}", and each may be the amount. Say which: --column amount="...".'
    )


def test_a_named_column_that_stands_twice_is_refused_naming_both():
    header = ["Order No", "Order Date", "Worth (column C)", "Worth (column D)"]
    with pytest.raises(InputError, match=r'has "Worth \(column C\)" and "Worth \(column D\)"'):
        columns(header, given={"amount": "worth"})
    assert columns(header, given={"amount": "Worth (column D)"})["amount"] == "Worth (column D)"


def test_two_currencies_of_a_row_are_refused():
    with pytest.raises(InputError, match=r"each may be the currency\."):
        columns(["Order No", "Order Date", "Amount", "Currency", "Document Currency"])


def test_a_word_of_many_meanings_names_a_field_only_where_nothing_else_does():
    assert columns(["Order No", "Date", "Total"]) == {"order_id": "Order No", "order_date": "Date", "amount": "Total"}
    assert columns(["Order No", "Order Date", "Date", "Net", "Total"]) == {
        "order_id": "Order No", "order_date": "Order Date", "amount": "Net",
    }  # fmt: skip


def test_a_tax_column_beside_a_total_leaves_in_doubt_whether_the_total_holds_it():
    assert tax_beside("Total", ["Order No", "Tax", "Total"]) == "Tax"
    assert tax_beside("Total (EUR)", ["MwSt-Betrag", "Total (EUR)"]) == "MwSt-Betrag"
    assert tax_beside("Net Amount", ["Tax", "Net Amount"]) == ""
    assert tax_beside("Total", ["Order No", "Total"]) == ""


@pytest.mark.parametrize(
    ("header", "field", "said"),
    [
        (["Order No", "Created Date", "Amount"], "order_date",
         '"Created Date" is the day on which the record was made, and no booking date.'),
        (["Order No", "Angelegt am", "Betrag"], "order_date",
         '"Angelegt am" is the day on which the record was made, and no booking date.'),
        (["Order No", "Close Date", "Amount"], "order_date",
         '"Close Date" is the closing day of a sale in a CRM, and only of a won sale its booking date.'),
        (["PO Number", "Order Date", "Amount"], "order_id",
         '"PO Number" is the customer\'s own number, and two customers may use the same.'),
        (["Order No", "Order Date", "Unit Price"], "amount", '"Unit Price" is the price of one piece.'),
        (["Order No", "Order Date", "Montant TTC"], "amount",
         '"Montant TTC" holds tax, and amounts are net of tax.'),
        (["Order No", "Order Date", "Margin"], "amount", '"Margin" is no amount of an order.'),
    ],
)  # fmt: skip
def test_a_column_that_only_looks_like_a_field_is_refused_and_says_how_to_mean_it(header, field, said):
    with pytest.raises(UnknownColumnError) as caught:
        columns(header)
    looks = said.split('"')[1]
    assert str(caught.value) == (
        f"o.csv has no column for {field}. It has: {', '.join(header)}. {said} Name another column, or say that it "
        f'is meant: --column {field}="{looks}", or columns.{field} in bbbxl.toml.'
    )
    with pytest.raises(PresetError, match=field):
        recognise("o.csv", header, {})


@pytest.mark.parametrize(
    "header",
    [
        ["Opportunity Name", "Stage", "Created Date", "Amount"],
        ["Record ID", "Deal Name", "Deal Stage", "Create Date", "Amount"],
        ["Deal - Title", "Deal - Value", "Deal - Status", "Deal - Deal created"],
        ["Document", "Item", "Sold-to pt", "Net value", "Curr.", "Created on"],
        ["Order Reference", "Creation Date", "Untaxed Amount", "Status"],
    ],
)
@pytest.mark.parametrize("role", [None, "orders"])
def test_an_export_with_only_a_created_date_is_refused(header, role):
    with pytest.raises(PresetError, match="is the day on which the record was made, and no booking date"):
        recognise("o.csv", header, {}, role)


def test_a_created_date_that_the_user_names_is_taken():
    header = ["Order No", "Created Date", "Amount"]
    given = {"order_date": "Created Date"}
    assert recognise("o.csv", header, given).name == "order_lines"
    assert columns(header, given=given)["order_date"] == "Created Date"


def test_the_preset_with_the_most_own_headers_is_the_one():
    header = ["Opportunity ID", "Stage", "Close Date", "Amount"]
    assert recognise("o.csv", header, {}).name == "salesforce_opportunities"
    assert recognise("o.csv", [*header, "Product Name", "Total Price"], {}).name == "salesforce_opportunity_products"


def test_two_presets_that_fit_equally_are_refused_naming_both():
    header = ["Deal Name", "Deal Stage", "Opportunity Name", "Stage", "Close Date", "Amount"]
    with pytest.raises(PresetError) as caught:
        recognise("o.csv", header, {})
    assert str(caught.value) == (
        "o.csv may be HubSpot deals (hubspot_deals) or Salesforce opportunities (salesforce_opportunities). "
        'Say which: preset = "hubspot_deals" for the file in bbbxl.toml.'
    )


def test_a_general_form_is_taken_only_when_no_program_is_recognised():
    header = ["SalesOrderNumber", "LineAmount", "Order Date"]
    assert recognise("o.csv", header, {}).name == "order_lines"
    assert recognise("o.csv", [*header, "OrderedSalesQuantity"], {}).name == "dynamics365_orders"


def test_the_amount_of_a_whole_opportunity_on_rows_of_its_products_is_refused():
    header = ["Opportunity ID", "Stage", "Close Date", "Amount", "Product Name", "Quantity"]
    preset = recognise("o.csv", header, {})
    with pytest.raises(InputError) as caught:
        columns(header, preset=preset)
    assert str(caught.value) == (
        'o.csv: "Amount" is the amount of the whole order, and "Product Name" shows that it stands on several rows, '
        "so it would count more than once. Export the amounts of the lines too, or take "
        '"Product Name" out of the export; if every row has its own amount, say so: --column amount="Amount".'
    )
    assert columns(header, preset=preset, given={"amount": "Amount"})["amount"] == "Amount"


@pytest.mark.parametrize(
    ("header", "name"),
    [(["*ContactName", "*InvoiceNumber", "*InvoiceDate", "Status", "Total", "Description"], "xero_invoices"),
     (["Order Reference", "Order Date", "Status", "Invoice Status", "Total"], "odoo_orders")],
)  # fmt: skip
def test_a_total_with_tax_is_never_the_amount_of_a_known_program(header, name):
    with pytest.raises(UnknownColumnError, match="no column for amount"):
        columns(header, preset=preset_named(name))


def test_main_lines_of_netsuite_beside_its_lines_are_refused():
    header = ["*", "Date", "Document Number", "Name", "Item", "Amount", "Status"]
    with pytest.raises(InputError, match=r'"\*" shows that it stands on several rows'):
        columns(header, preset=recognise("o.csv", header, {}))


def test_a_preset_decides_between_two_columns_by_its_own_order():
    header = ["Document Number", "Date", "Name", "Status", "Amount", "Amount (Foreign Currency)"]
    assert columns(header, preset=preset_named("netsuite_orders"))["amount"] == "Amount (Foreign Currency)"


def test_a_preset_may_name_one_column_for_two_fields():
    found = columns(["Sales Order", "Date", "Item Code", "Amount"], preset=preset_named("erpnext_sales_order_analysis"))
    assert (found["line_id"], found["product"]) == ("Item Code", "Item Code")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (["Invoice No", "Invoice Date", "Order No", "Amount"], "invoices"),
        (["Invoice No", "Date", "Order No", "Amount"], "invoices"),
        (["Order No", "Order Date", "Invoice No", "Invoice Date", "Amount"], "order_lines"),
        (["Order No", "Order Date", "Event Type", "Event Date", "Amount"], "events"),
        (["Order No", "Date", "Total"], "order_lines"),
    ],
)
def test_the_general_forms_are_told_apart(header, name):
    assert recognise("o.csv", header, {}).name == name


@pytest.mark.parametrize(
    "header", [["Document Number", "Date", "Amount"], ["Order No", "Date", "Amount", "Debit", "Credit"]]
)
def test_a_file_that_may_be_a_ledger_is_not_taken_for_orders_by_itself(header):
    with pytest.raises(PresetError, match=r'Say it: role = "orders" for the file in bbbxl\.toml\.'):
        recognise("o.csv", header, {})
    assert recognise("o.csv", header, {}, "orders").name == "order_lines"


def test_the_columns_that_may_be_a_field_are_listed_best_first():
    assert possible_columns(["Total", "Net Amount (EUR)", "Customer"], "amount") == ["Net Amount (EUR)", "Total"]


def test_what_decides_whether_a_row_counts_is_needed():
    for preset in presets().values():
        decided = [name for name in preset.states.get("booked", {}) if name in field_table().types]
        assert set(decided) <= set(preset.needs), preset.name
