"""What openpyxl's charts lack: the values shown before Excel has calculated, and alt text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, TypeAlias, cast

from openpyxl import Workbook
from openpyxl.chart._chart import ChartBase
from openpyxl.chart.data_source import NumData, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils.cell import range_to_tuple

from bbbxl.workbook.live import Live, serial

Untyped: TypeAlias = Any  # objects of openpyxl that its stubs do not describe
_ALT_TEXT: Final = "alt_text"


class DescribedDrawing(SpreadsheetDrawing):
    """The drawing of a sheet, with the alt text of its charts."""

    __elements__ = SpreadsheetDrawing.__elements__  # openpyxl does not hand these down

    def _chart_frame(self, idx: int) -> Untyped:
        frame = super()._chart_frame(idx)  # type: ignore[misc]  # the stubs leave private methods out
        frame.nvGraphicFramePr.cNvPr.descr = getattr(self.charts[idx - 1], _ALT_TEXT, None)
        return frame


def set_alt_text(chart: ChartBase, text: str) -> None:
    """Give a chart the text a screen reader says."""
    setattr(chart, _ALT_TEXT, text)


def fill_caches(workbook: Workbook) -> None:
    """Fill the caches of all charts from the cells, so that viewers that do not calculate show them."""
    for sheet in workbook.worksheets:
        for chart in sheet._charts:  # type: ignore[attr-defined]
            for part in chart._charts:
                for series in part.series:
                    _fill(workbook, series)


def _fill(workbook: Workbook, series: Untyped) -> None:
    """Fill the caches of one series: values, categories and title; scatter charts have x and y values."""
    for name in ("val", "xVal", "yVal", "bubbleSize"):
        source = getattr(series, name, None)
        if source is not None and source.numRef is not None:
            _fill_numbers(workbook, source.numRef)
    if series.cat is not None and (reference := series.cat.numRef or series.cat.strRef) is not None:
        if any(isinstance(value, str) for value, _ in _cells(workbook, reference.f)):
            series.cat.numRef, series.cat.strRef = None, StrRef(f=reference.f)
            _fill_texts(workbook, series.cat.strRef)
        elif series.cat.numRef is not None:
            _fill_numbers(workbook, series.cat.numRef)
    if series.tx is not None and series.tx.strRef is not None:
        _fill_texts(workbook, series.tx.strRef)


def _cells(workbook: Workbook, reference: str) -> Iterator[tuple[Untyped, str]]:
    """Yield value and number format of the cells of a range, without making cells that are not there."""
    title, bounds = range_to_tuple(reference)
    first_column, first_row, last_column, last_row = cast("tuple[int, int, int, int]", bounds)
    cells = workbook[title]._cells
    for row in range(first_row, last_row + 1):
        for column in range(first_column, last_column + 1):
            cell = cells.get((row, column))
            value = None if cell is None else cell.value
            yield (
                value.value if isinstance(value, Live) else value,
                "General" if cell is None else cell.number_format,
            )


def _fill_numbers(workbook: Workbook, reference: NumRef) -> None:
    """Fill the cache of numbers; days become serials, what is not a number leaves its point out."""
    found = list(_cells(workbook, str(reference.f)))
    points = []
    for index, (value, _) in enumerate(found):
        number = serial(value) if isinstance(value, date) else value
        if isinstance(number, int | float) and not isinstance(number, bool):
            points.append(NumVal(idx=index, v=repr(number)))
    number_format = found[0][1] if found else "General"
    reference.numCache = NumData(formatCode=number_format, ptCount=len(found), pt=points)


def _fill_texts(workbook: Workbook, reference: StrRef) -> None:
    """Fill the cache of texts."""
    found = [value for value, _ in _cells(workbook, str(reference.f))]
    points = [StrVal(idx=index, v=str(value)) for index, value in enumerate(found) if value is not None]
    reference.strCache = StrData(ptCount=len(found), pt=points)
