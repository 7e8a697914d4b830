"""The same arithmetic on numbers and on cell references."""

import ast
import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbxl.trace import Ref, as_ref, ratio

A, B, C = Ref("A1"), Ref("B1"), Ref("C1")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (A + B - C, "A1+B1-C1"),
        (A - (B - C), "A1-(B1-C1)"),
        (A + (B - C), "A1+B1-C1"),
        (A * (B + C), "A1*(B1+C1)"),
        ((A + B) / C, "(A1+B1)/C1"),
        (A / (B * C), "A1/(B1*C1)"),
        (A / B / C, "A1/B1/C1"),
        (-A, "-A1"),
        (-(A + B), "-(A1+B1)"),
        (-A * B, "(-A1)*B1"),
        (A - -B, "A1-(-B1)"),
        (+A, "A1"),
        (1 - A, "1-A1"),
        (2 * A, "2*A1"),
        (12 / A, "12/A1"),
        (0.5 + A, "0.5+A1"),
        (A - (-5), "A1-(-5)"),
        (A * np.int64(3), "A1*3"),
        (np.float64(2.5) + A, "2.5+A1"),
        (A + Decimal("1.25"), "A1+1.25"),
        (A * 1e-7, "A1*1E-07"),
    ],
)
def test_operators_build_the_formula_with_brackets_only_where_needed(expression, text):
    assert expression.text == text


@pytest.mark.parametrize("value", ["5", None, math.nan, math.inf, True, np.bool_(True), [1]])
def test_what_no_formula_can_hold_is_a_programming_error(value):
    with pytest.raises(TypeError, match="no number that a formula can hold"):
        as_ref(value)


def test_a_ratio_is_blank_in_a_cell_where_the_divisor_is_zero():
    assert ratio(A + B, C).text == 'IF(C1=0,"",(A1+B1)/C1)'
    assert ratio(A, B - C).text == 'IF(B1-C1=0,"",A1/(B1-C1))'


def test_a_ratio_of_numbers_is_a_float_and_undefined_for_a_zero_or_missing_divisor():
    assert ratio(1, 4) == 0.25
    assert ratio(np.int64(-3), np.int64(2)) == -1.5
    assert math.isnan(ratio(1, 0))
    assert math.isnan(ratio(0, 0))
    assert math.isnan(ratio(1, math.nan))


def expressions(leaf):
    """Trees of + - * and unary minus over a leaf strategy."""
    return st.recursive(
        leaf,
        lambda inner: st.one_of(st.tuples(st.sampled_from("+-*"), inner, inner), st.tuples(st.just("neg"), inner)),
        max_leaves=8,
    )


def build(tree, values):
    """Return a tree worked out on `values`, name -> number or Ref."""
    if isinstance(tree, str):
        return values[tree]
    if isinstance(tree, int):
        return tree
    if tree[0] == "neg":
        return -build(tree[1], values)
    left, right = build(tree[1], values), build(tree[2], values)
    return {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right}[tree[0]]()


@given(expressions(st.sampled_from(["A1", "B1", "C1"]) | st.integers(-5, 5)))
def test_the_formula_worked_out_by_usual_precedence_is_the_value(tree):
    numbers = {"A1": 7, "B1": -3, "C1": 11}
    formula = as_ref(build(tree, {name: Ref(name) for name in numbers})).text
    assert eval(compile(ast.parse(formula, mode="eval"), "", "eval"), {}, numbers) == build(tree, numbers)
