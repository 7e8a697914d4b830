"""Excel as xlwings meets it, without Windows: pywin32 and Excel's objects are stubs, xlwings is the real one.

Nothing of xlwings is replaced. Its Windows engine, its UDF server, conversion and generator of Visual Basic run as
they are; what they ask of pywin32 and of Excel is answered here as Excel answers.
"""

from __future__ import annotations

import atexit
import ctypes
import datetime as dt
import importlib
import io
import sys
import types
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any

RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
#: DISP_E_PARAMNOTFOUND: an optional argument that was left out.
LEFT_OUT = -2147352572
ERRORS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042,
          "#GETTING_DATA": 2043, "#SPILL!": 2045, "#CONNECT!": 2046, "#BLOCKED!": 2047, "#UNKNOWN!": 2048,
          "#FIELD!": 2049, "#CALC!": 2050}  # fmt: skip
EPOCHS = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}


class Stamp(dt.datetime):
    """pywintypes.datetime: what pywin32 makes of a day, a subclass with a zone."""


class ComError(Exception):
    """pywintypes.com_error."""

    def __init__(self, hresult=-2147352567, strerror="Exception occurred.", excepinfo=None, argerror=None):
        super().__init__(hresult, strerror, excepinfo, argerror)
        self.hresult = hresult


class Anything:
    """A library of Windows that is only named, never used."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *words, **named):
        return Anything()


def _module(name, **held):
    made = types.ModuleType(name)
    made.__dict__.update(held)
    sys.modules[name] = made
    parent, _, leaf = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], leaf, made)


def _install():
    """Put stubs of pywin32 where xlwings looks for it."""
    _module("pywintypes", com_error=ComError, error=ComError, TimeType=Stamp, IID=str, datetime=Stamp)
    _module("pythoncom", com_error=ComError, ole_error=ComError, CoInitialize=lambda *words: None,
            __file__="pythoncom.dll", IID_IDispatch="IDispatch", IID_IEnumVARIANT="IEnumVARIANT",
            TypeIIDs={"IDispatch": type("PyIDispatch", (), {})},
            CoMarshalInterThreadInterfaceInStream=lambda iid, one: one,
            CoGetInterfaceAndReleaseStream=lambda one, iid: one)  # fmt: skip
    _module("win32com")
    dispatched = {name: type(name, (), {}) for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass")}
    _module("win32com.client", **dispatched, Dispatch=lambda one, *words, **named: one, DispatchEx=Anything())
    _module("win32com.client.dynamic")
    _module("win32com.server")
    _module("win32com.server.policy", DefaultPolicy=object)
    _module("win32com.server.dispatcher")
    wrapped = type("NotWrapped", (Exception,), {})

    def unwrap(one):
        if hasattr(one, "_wrapped"):
            return one._wrapped
        raise wrapped

    _module("win32com.server.util", unwrap=unwrap, wrap=lambda one, *words, **named: SimpleNamespace(_wrapped=one))
    _module("win32com.server.exception", COMException=ComError)
    for name in ("win32api", "win32con", "win32gui", "win32event"):
        _module(name)
    _module("win32process", GetWindowThreadProcessId=lambda window: (1, 4242))
    _module("win32timezone", TimeZoneInfo=SimpleNamespace(utc=staticmethod(lambda: dt.UTC)))
    ctypes.windll = ctypes.oledll = Anything()


@cache
def real_xlwings():
    """Return xlwings with its Windows engine, its decorators and its UDF modules, as on Windows."""
    _install()
    import xlwings

    loader, ctypes.PyDLL = ctypes.PyDLL, lambda *words, **named: Anything()
    try:
        from xlwings import _xlwindows
    finally:
        ctypes.PyDLL = loader
    atexit.unregister(_xlwindows.cleanup)
    xlwings.engines.add(xlwings.Engine(impl=_xlwindows.engine))
    from xlwings import com_server, udfs

    xlwings.func, xlwings.arg, xlwings.ret, xlwings.sub = udfs.xlfunc, udfs.xlarg, udfs.xlret, udfs.xlsub
    return xlwings, udfs, com_server


class Sheet:
    """A sheet with what is typed in it; days, currencies and errors come out as Excel's COM gives them."""

    def __init__(self, name="Data", book="Book1.xlsm", date_1904=False):
        self.Name = name
        self.cells: dict[tuple[int, int], Any] = {}
        self.formats: dict[tuple[int, int], str] = {}
        application = SimpleNamespace(Version="16.0", Hwnd=1)
        self.Parent = SimpleNamespace(Name=book, Application=application, Date1904=date_1904)
        self.Application = application
        self.reads = 0

    def put(self, rows, row=1, column=1, formats=None):
        """Type rows from a cell on; return their range."""
        for down, cells in enumerate(rows):
            for across, cell in enumerate(cells):
                self.cells[row + down, column + across] = cell
                if formats and across in formats:
                    self.formats[row + down, column + across] = formats[across]
        return self.range(row, column, len(rows), len(rows[0]))

    def range(self, row, column, rows, columns):
        return ComRange(self, row, column, rows, columns)

    @property
    def UsedRange(self):  # noqa: N802 -- Excel's name
        last_row = max((row for row, _ in self.cells), default=1)
        last_column = max((column for _, column in self.cells), default=1)
        return self.range(1, 1, last_row, last_column)

    def Range(self, first, last):  # noqa: N802 -- Excel's name
        return self.range(first.Row, first.Column, last.Row - first.Row + 1, last.Column - first.Column + 1)

    def Cells(self, row, column):  # noqa: N802 -- Excel's name
        return self.range(row, column, 1, 1)


class ComRange:
    """A range as pywin32 hands it over."""

    CLSID = RANGE_IID

    def __init__(self, sheet, row, column, rows, columns, areas=1):
        self.Worksheet, self.Parent, self.Row, self.Column = sheet, sheet, row, column
        self.Application = sheet.Application
        self._rows, self._columns = rows, columns
        self.Areas = SimpleNamespace(Count=areas)
        about = SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=RANGE_IID))
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: about)

    @property
    def Rows(self):  # noqa: N802 -- Excel's name
        return SimpleNamespace(Count=self._rows)

    @property
    def Columns(self):  # noqa: N802 -- Excel's name
        return SimpleNamespace(Count=self._columns)

    def Cells(self, row, column):  # noqa: N802 -- Excel's name
        return ComRange(self.Worksheet, self.Row + row - 1, self.Column + column - 1, 1, 1)

    def __call__(self, row, column):
        return self.Cells(row, column)

    @property
    def NumberFormat(self):  # noqa: N802 -- Excel's name
        if not self.Worksheet.formats:
            return "General"
        found = {self.Worksheet.formats.get(place, "General") for place in self._places()}
        return found.pop() if len(found) == 1 else None

    def _places(self):
        rows, columns = range(self.Row, self.Row + self._rows), range(self.Column, self.Column + self._columns)
        return [(row, column) for row in rows for column in columns]

    def GetAddress(self, *words):  # noqa: N802 -- Excel's name
        first, last = (f"${_letters(column)}${row}" for row, column in (
            (self.Row, self.Column), (self.Row + self._rows - 1, self.Column + self._columns - 1)))  # fmt: skip
        return first if (self._rows, self._columns) == (1, 1) else f"{first}:{last}"

    Address = property(GetAddress)

    def _grid(self, show):
        held = self.Worksheet.cells
        rows = tuple(
            tuple(show(held.get((self.Row + down, self.Column + across)), (self.Row + down, self.Column + across))
                  for across in range(self._columns)) for down in range(self._rows))  # fmt: skip
        self.Worksheet.reads += 1
        return rows[0][0] if (self._rows, self._columns) == (1, 1) else rows

    @property
    def Value2(self):  # noqa: N802 -- Excel's name
        """Days and currencies as plain numbers."""
        return self._grid(lambda cell, place: self._number(cell))

    @property
    def Value(self):  # noqa: N802 -- Excel's name
        """Days as pywintypes times, currencies as decimals of four places."""

        def show(cell, place):
            code = self.Worksheet.formats.get(place, "")
            if isinstance(cell, dt.date) and code != "General":
                return Stamp(cell.year, cell.month, cell.day, tzinfo=dt.UTC)
            if isinstance(cell, (int, float)) and not isinstance(cell, bool) and "$" in code:
                return Decimal(str(cell)).quantize(Decimal("0.0001"))
            return self._number(cell)

        return self._grid(show)

    def _number(self, cell):
        if isinstance(cell, str) and cell in ERRORS:
            return error_code(cell)
        if cell is None or isinstance(cell, (str, bool)):
            return cell
        if isinstance(cell, dt.date):
            clock = cell.hour * 3600 + cell.minute * 60 + cell.second if isinstance(cell, dt.datetime) else 0
            day = dt.date(cell.year, cell.month, cell.day)
            return (day - EPOCHS[self.Worksheet.Parent.Date1904]).days + clock / 86400
        return float(cell)


def error_code(text):
    """Return the whole number that COM gives for an error value."""
    return -2146828288 + ERRORS[text]


def _letters(column):
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


class Excel:
    """What the Visual Basic of the functions does with =NAME(arguments) in a cell."""

    def __init__(self, module="bbbxl.udfs.bbbxl_udfs"):
        _, self.udfs, com_server = real_xlwings()
        self.server, self.name = com_server.XLPython(), module
        self.module = importlib.import_module(module)

    def call(self, name, *arguments):
        """Return what the cell shows."""
        declared = getattr(self.module, name).__xlfunc__["args"]
        fixed = [one for one in declared if not one["vararg"]]
        given = [*arguments, *[LEFT_OUT] * (len(fixed) - len(arguments))]
        caller = Sheet("Report").range(1, 1, 1, 1)
        try:
            return self.server.CallUDF(self.name, name, tuple(given), None, caller)
        except Exception as error:  # the label "failed" of the Visual Basic
            return f"{type(error).__name__}: {error}"

    def visual_basic(self, book="bbbxl.xlam"):
        """Return the module that xlwings itself writes for a workbook."""
        text = io.StringIO()
        self.udfs.generate_vba_wrapper(self.name, self.module, text, SimpleNamespace(Name=book))
        return text.getvalue()
