"""Amounts in thousands: a header or title that says so refuses the file."""

import pytest
from exports import refused

from bbbxl.errors import PresetError
from bbbxl.inputs.values.currency_signs import stated_scale

ORDERS = "Order No,Order Date,{},Currency\nA,2026-01-05,100,EUR\n"
PLAIN = ORDERS.format("Amount")


@pytest.mark.parametrize(
    ("text", "zeros"),
    [
        ("Orders 2026 - all amounts in EUR thousands", 3), ("Angaben in TEUR", 3), ("Beträge in Tsd. EUR", 3),
        ("Amounts in thousands", 3), ("(in thousands of USD)", 3), ("Figures in millions", 6), ("Werte in Mio. EUR", 6),
        ("USD '000", 3), ("in k€", 3), ("Montants en milliers d'euros", 3), ("Importes en miles de euros", 3),
        ("EUR thousand", 3),
        ("Orders of Thousand Oaks", 0), ("Orders in Thousand Oaks", 0), ("Miles & Sons", 0), ("All amounts in EUR", 0),
        ("Report 000123", 0), ("Million Dollar Club", 0),
    ],
)  # fmt: skip
def test_a_title_says_that_zeros_are_left_out_only_beside_in_or_a_currency(text, zeros):
    assert stated_scale(text) == zeros


def test_an_amount_whose_header_says_thousands_is_refused_when_it_is_named(made):
    said = refused(made, "o.csv", files={"o.csv": ORDERS.format("Amount TEUR")}, columns={"amount": "Amount TEUR"})
    assert said == (
        'o.csv, column "Amount TEUR" is in thousands by its header, and amounts are never multiplied. Export whole '
        "amounts, or name another column."
    )


def test_an_amount_in_thousands_that_nobody_named_is_not_offered(made):
    said = refused(made, "o.csv", files={"o.csv": ORDERS.format("Amount TEUR")}, error=PresetError)
    assert said.endswith('"Amount TEUR" leaves out zeros, in thousands or millions. Export whole amounts.')


@pytest.mark.parametrize("place", ["above", "below"])
def test_a_title_or_footer_that_says_thousands_refuses_the_file_with_its_row(made, place):
    line = "All amounts in EUR thousands"
    content = f"{line}\n\n{PLAIN}" if place == "above" else f"{PLAIN}\nNote: {line}\n"
    said = refused(made, "o.csv", files={"o.csv": content})
    assert said.startswith(f"o.csv row {1 if place == 'above' else 4} says ")
    assert said.endswith("are never multiplied. Export whole amounts, or take that row out if they are whole.")
