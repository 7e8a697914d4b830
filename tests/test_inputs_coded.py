"""Columns of text that hold each text once."""

import numpy as np
import pandas as pd

from bbbxl.inputs.coded import coded, count_before, groups, joined, numbered, of_list, same


def test_equal_texts_share_a_place():
    column = coded(["a", "b", "a"], np.array([0, 1, 2, 2]))
    assert (column.texts, column.to_list()) == (["a", "b"], ["a", "b", "a", "a"])
    assert column.changed(str.upper).to_list() == ["A", "B", "A", "A"]


def test_missing_texts_are_those_of_another_column():
    assert of_list(["a", "", ""]).missing_as(of_list(["x", "y", ""])).to_list() == ["a", "y", ""]
    assert of_list(["a", ""]).empty.tolist() == [False, True]


def test_a_column_of_a_frame_is_text_and_missing_where_empty():
    series = of_list(["a", ""]).series()
    assert (series.dtype, series.isna().tolist()) == (pd.Series(["a"], dtype="str").dtype, [False, True])


def test_one_text_in_many_rows_is_held_once_and_reads_the_same():
    series = same("USD", 200_001).series()
    assert (len(series), series.nunique(), series.iloc[-1]) == (200_001, 1, "USD")
    assert same("", 200_001).series().isna().all()


def test_rows_are_grouped_and_counted_where_all_columns_are_equal():
    keys = groups([of_list(["a", "a", "b", "a"]), np.array([1, 2, 1, 1])])
    assert keys.tolist() == [0, 1, 2, 0]
    assert count_before(keys).tolist() == [0, 0, 0, 1]
    assert count_before(np.array([], dtype=np.int64)).tolist() == []


def test_texts_are_numbered_and_joined():
    assert numbered(of_list(["", "10", "10", ""]), np.array([1, 1, 2, 2])).to_list() == ["1", "10", "10 (2)", "2"]
    assert joined(of_list(["a", "b"]), of_list(["x", "x"]), "{}/{}").to_list() == ["a/x", "b/x"]
