"""The Visual Basic module of the functions as text: imported as a file, it needs no trust in the VBA project."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bbbxl.cells.excel import CATEGORY, arguments_of, help_of
from bbbxl.cells.macros import MACROS
from bbbxl.cells.registry import Function, functions

#: The module that Excel's Python process loads.
UDF_MODULE: Final = "bbbxl.udfs.bbbxl_udfs"
_HEAD: Final = f"""Attribute VB_Name = "bbbxl"
' bbbxl: bookings, billings and backlog in Excel. Written by "bbbxl excel vba"; do not edit.
' It calls {UDF_MODULE} through XLPy of xlwings, whose module xlwings.bas stands beside it.
Option Explicit
"""
_ADD_HELP: Final = "BBB_ADD_HELP"
#: Visual Basic reads lines of at most 1,023 characters.
_CONTINUED: Final = ", _\n        "


def module_text() -> str:
    """Return the module: every function, the macros, and one that gives Excel the help texts."""
    parts = [_HEAD, *map(_function, functions().values())]
    parts += [_macro(name) for name in MACROS]
    parts.append(_help(functions().values()))
    return "\n".join(parts)


def _function(one: Function) -> str:
    """Return one function; a range among the repeated arguments stays a range."""
    arguments = arguments_of(one)
    repeated = next((name for name, many, _ in arguments if many), "")
    fixed = [name for name, many, _ in arguments if not many]
    declared = ", ".join([*fixed, *([f"ParamArray {repeated}()"] if repeated else [])])
    lines = [f"Function {one.name}({declared})"]
    if repeated:
        lines += [
            "    Dim given() As Variant, k As Long",
            f"    given = Array({', '.join(fixed)})",
            f"    ReDim Preserve given(0 To UBound({repeated}) - LBound({repeated}) + {len(fixed)})",
            f"    For k = LBound({repeated}) To UBound({repeated})",
            f"        If IsObject({repeated}(k)) Then",
            f"            Set given({len(fixed)} + k - LBound({repeated})) = {repeated}(k)",
            "        Else",
            f"            given({len(fixed)} + k - LBound({repeated})) = {repeated}(k)",
            "        End If",
            "    Next k",
        ]
    passed = "given" if repeated else f"Array({', '.join(fixed)})"
    lines += [
        "    If TypeOf Application.Caller Is Range Then On Error GoTo failed",
        f'    {one.name} = XLPy.CallUDF("{UDF_MODULE}", "{one.name}", {passed}, ActiveWorkbook, Application.Caller)',
        "    Exit Function",
        "failed:",
        f'    {one.name} = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."',
        "End Function",
        "",
    ]
    return "\n".join(lines)


def _macro(name: str) -> str:
    return "\n".join([
        f"Sub {name}()",
        f'    XLPy.CallUDF "{UDF_MODULE}", "{name}", Array(), ActiveWorkbook, Application.Caller',
        "End Sub", "",
    ])  # fmt: skip


def _help(every: Iterable[Function]) -> str:
    """Return the macro that gives Excel the help texts of the functions."""
    lines = [f"Sub {_ADD_HELP}()", "    Dim texts As Variant"]
    for one in every:
        texts = [_quoted(definition) for _, _, definition in arguments_of(one)]
        described = ", ArgumentDescriptions:=texts" if texts else ""
        if texts:
            lines.append(f"    texts = Array({_CONTINUED.join(texts)})")
        words = _CONTINUED.join((f'Category:="{CATEGORY}"', f"Description:={_quoted(help_of(one))}{described}"))
        lines.append(f'    Application.MacroOptions Macro:="{one.name}", {words}')
    return "\n".join([*lines, "End Sub", ""])


def _quoted(text: str) -> str:
    """Return a text as Visual Basic writes one, of at most 255 characters."""
    return '"' + re.sub(r"\s+", " ", text)[:255].replace('"', '""') + '"'
