"""The texts of the extension: what it holds, what it is, and each function as the Function Wizard shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from bbbxl import __version__
from bbbxl.cells.calc.names import IMPLEMENTATION, Argument, arguments_of, calc_name, in_calc, method_name
from bbbxl.cells.registry import Function

#: Name under which LibreOffice knows the extension.
IDENTIFIER: Final = "org.bbbxl.calc"
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LANGUAGE: Final = "en-US"


def manifest(parts: Mapping[str, str]) -> str:
    """Return META-INF/manifest.xml.

    Args:
        parts: File -> its type.
    """
    entries = "".join(f" <manifest:file-entry manifest:full-path={quoteattr(name)} manifest:media-type="
                      f"{quoteattr(kind)}/>\n" for name, kind in parts.items())  # fmt: skip
    return (f'{_XML}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{entries}'
            "</manifest:manifest>\n")  # fmt: skip


def description() -> str:
    """Return description.xml: name and version."""
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006">\n'
        f' <identifier value="{IDENTIFIER}"/>\n <version value="{__version__}"/>\n'
        ' <display-name><name lang="en">bbbxl: bookings, billings and backlog</name></display-name>\n</description>\n'
    )


def functions_of_calc(functions: Iterable[Function]) -> str:
    """Return CalcAddIns.xcu: names, help and arguments of every function."""
    nodes = "".join(map(_function, functions))
    return (
        f'{_XML}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f"{_node('AddInInfo', _replaced(IMPLEMENTATION, _node('AddInFunctions', nodes)))}</oor:component-data>\n"
    )


def _function(one: Function) -> str:
    shown = calc_name(one.name)
    arguments = "".join(_argument(each) for each in arguments_of(one) if each.definition)
    return _replaced(
        method_name(one.name),
        _said("DisplayName", shown) + _said("Description", f"{one.title}. {in_calc(one.definition)}")
        + "<prop oor:name=\"Category\"><value>Add-In</value></prop>" + _said("CompatibilityName", shown)
        + _node("Parameters", arguments),
    )  # fmt: skip


def _argument(one: Argument) -> str:
    return _replaced(one.name, _said("DisplayName", one.name) + _said("Description", one.definition))


def _node(name: str, content: str) -> str:
    return f"<node oor:name={quoteattr(name)}>{content}</node>\n"


def _replaced(name: str, content: str) -> str:
    return f'<node oor:name={quoteattr(name)} oor:op="replace">{content}</node>\n'


def _said(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="{_LANGUAGE}">{escape(text)}</value></prop>'
