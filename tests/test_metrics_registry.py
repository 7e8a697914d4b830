"""The registry of metrics: the traced formula and the value are one definition, the words stand alone."""

from __future__ import annotations

import ast
import math
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tried import tried

from bbbxl.aggregate.measures import MEASURES
from bbbxl.errors import UnknownNameError
from bbbxl.metrics.registry import BASIS_NAMES, Measures, metric, metric_named, metrics
from bbbxl.metrics.values import compute
from bbbxl.trace import Ref, ratio

BASES = ("shipment", "fulfilment", "billing", "revenue")
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def evaluate(text, cells):
    """Return what a formula gives: + - * /, brackets and IF(x=0,"",x/y), as Excel reads them."""
    if text.startswith("IF("):
        condition, rest = text[3:-1].split('=0,"",', 1)
        return "" if evaluate(condition, cells) == 0 else evaluate(rest, cells)
    return _walk(ast.parse(text, mode="eval").body, cells)


def _walk(node, cells):
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_walk(node.left, cells), _walk(node.right, cells))
    if isinstance(node, ast.UnaryOp):
        return -_walk(node.operand, cells)
    return cells[node.id] if isinstance(node, ast.Name) else node.value


def drawn(data):
    """Return measures of a window at random, openings beside them."""
    amounts = st.integers(-(10**9), 10**9) | st.sampled_from((0, 0, 1, -1))
    names = (*MEASURES, *(f"opening {name}" for name in MEASURES if name.startswith("backlog_")))
    return {**{name: data.draw(amounts) for name in names}, "months": data.draw(st.integers(1, 24))}


@pytest.mark.parametrize("name", metrics())
@tried(15)
@given(data=st.data(), basis=st.sampled_from(BASES))
def test_the_formula_of_a_metric_gives_its_value(name, data, basis):
    one = metric_named(name)
    values = drawn(data)
    short = {short: f"{prefix}{basis}" for short, prefix in BASIS_NAMES.items()}
    short["opening_backlog"] = f"opening backlog_{basis}"
    cells = {f"C{place}": values[short.get(read, read)] for place, read in enumerate(one.measures)}
    formula = one.compute(Measures({read: Ref(cell) for read, cell in zip(one.measures, cells, strict=True)}))
    value = compute(one, values, basis)
    found = evaluate(formula.text, cells)
    assert found == "" if value is None else found == pytest.approx(value, rel=1e-12)
    if one.unit == "money":
        assert isinstance(value, int)


@pytest.mark.parametrize("one", metrics().values(), ids=lambda one: one.name)
def test_the_words_of_a_metric_stand_alone(one):
    assert 0 < len(one.definition) <= 255
    assert one.definition.endswith(".")
    assert not one.definition.casefold().startswith((one.title.casefold(), one.name))
    assert one.formula
    assert one.source
    assert one.formula.casefold() != one.title.casefold() or len(one.measures) == 1
    assert one.title[0].isupper()


def test_titles_and_definitions_are_not_said_twice():
    for words in ("title", "definition"):
        said = [getattr(one, words) for one in metrics().values()]
        assert len(set(said)) == len(said)


def test_a_metric_reads_only_measures_that_exist():
    for one in metrics().values():
        assert set(one.measures) <= {*MEASURES, *BASIS_NAMES, "months"}


def test_nothing_is_computed_from_a_ratio():
    ratios = {name for name, one in metrics().items() if one.unit != "money"}
    assert ratios == {"book_to_bill", "book_to_bill_r3m", "book_to_bill_ltm", "backlog_coverage", "cancellation_rate"}
    for one in metrics().values():
        assert ratios.isdisjoint(one.compute.__code__.co_names)
    with pytest.raises(TypeError, match="twice is computed from book_to_bill, and nothing is computed from a ratio"):

        @metric(title="Twice", definition="Two of them.", formula="2 x", source="none")
        def twice(m):
            return 2 * m.book_to_bill


def test_a_metric_of_a_misspelt_measure_is_refused_when_it_is_registered():
    with pytest.raises(UnknownNameError, match=r'no measure "invoise". Did you mean invoice'):

        @metric(title="Misspelt", definition="Of nothing.", formula="none", source="none")
        def misspelt(m):
            return m.invoise

    assert "misspelt" not in metrics()


def test_a_misspelt_metric_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r'no metric "net_booking". Did you mean net_bookings'):
        metric_named("net_booking")


def test_net_bookings_is_gross_less_reductions_plus_correction():
    values = dict.fromkeys(MEASURES, 0) | {"opening backlog_" + basis: 0 for basis in BASES} | {"months": 1}
    values |= {"new": 100, "renewal": 20, "expansion": 3, "price_increase": 4, "book_and_turn": 5}
    values |= {"contraction": 10, "cancellation": 7, "return_authorisation": 2, "price_decrease": 1}
    values |= {"correction": -6, "fx_billing": 999}
    # 100 + 20 + 3 + 4 + 5 = 132; 10 + 7 + 2 + 1 = 20; 132 - 20 - 6 = 106. FX is in neither.
    assert compute(metric_named("gross_bookings"), values, "billing") == 132
    assert compute(metric_named("bookings_reductions"), values, "billing") == 20
    assert compute(metric_named("net_bookings"), values, "billing") == 106


def test_months_and_segments_of_stocks_and_ratios_are_not_added():
    additive = {name for name, one in metrics().items() if one.additive}
    assert additive == {"gross_bookings", "bookings_reductions", "net_bookings", "gross_billings", "net_billings",
                        "fulfilled", "recognised_revenue", "other_movements", "fx_revaluation", "relieved"}  # fmt: skip


@pytest.mark.parametrize(("above", "below"), [(5, 0), (0, 0), (5, math.nan)])
def test_a_ratio_over_nothing_is_undefined(above, below):
    assert math.isnan(ratio(above, below))


def test_a_ratio_in_a_cell_is_blank_over_nothing():
    assert ratio(Ref("A1") + Ref("A2"), Ref("B1") - 1).text == 'IF(B1-1=0,"",(A1+A2)/(B1-1))'
