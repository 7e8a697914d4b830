"""Headers are compared without what does not tell them apart."""

import pytest

from bbbxl.inputs.headers import LONGEST_LABEL, same_header, without_currency, without_place
from bbbxl.inputs.layout.vocabulary import total_rest


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Amount (USD)", "Amount"), ("Amount [in GBP]", "Amount"), ("Net Value EUR", "Net Value"),
        ("Betrag in EUR", "Betrag"), ("Montant HT (€)", "Montant HT"), ("Amount €", "Amount"), ("Amount€", "Amount"),
        ("Amount ($)", "Amount"), ("Amount (US$)", "Amount"), ("Value, USD", "Value"),
        ("Line Amount - CHF", "Line Amount"), ("amount_usd", "amount"), ("USD Amount", "Amount"),
        ("€ Amount", "Amount"),
    ],
)  # fmt: skip
def test_the_currency_at_the_end_or_the_beginning_is_left_out(title, plain):
    assert without_currency(title) == plain


@pytest.mark.parametrize(
    "title",
    ["Amount", "Amount YTD", "Amount LCY", "Amount (USD thousands)", "Amount ($M)", "Ordercup", "Order Try", "EUR", "$",
     "Amount (converted)", "Betrag in TEUR", "Net 30"],
)  # fmt: skip
def test_what_is_no_currency_stays(title):
    assert without_currency(title) == title


def test_the_place_of_one_of_two_equal_headers_is_left_out():
    assert without_place("Amount (column F)") == "Amount"
    assert without_place("Amount (column AB)") == "Amount"
    assert without_place("Amount (column 3)") == "Amount (column 3)"


def test_a_header_of_signs_only_is_compared_as_it_stands():
    assert same_header("*", "*")
    assert not same_header("#", "*")
    assert same_header("*InvoiceNumber", "Invoice Number")


@pytest.mark.parametrize("tail", [" (USD)", " (column F)", ": Total"])
def test_a_text_too_long_for_a_header_or_a_total_is_neither(tail):
    # Looked through for one, the longest text of a cell took minutes.
    for text in ("x" * LONGEST_LABEL + tail, " " * 32_767 + tail):
        assert without_currency(text) == without_place(text) == text
        assert total_rest(text) is None
