"""The layout of a pack read from its template: tabs, colours, fonts, number formats and styles."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import msgspec
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.named_styles import NamedStyle
from openpyxl.workbook import Workbook

from bbbxl.errors import TemplateError, UnknownNameError

MONEY = '#,##0_);(#,##0);"-"_)'
RATIO = "0.00_);(0.00);0.00_)"
MONTHS = '0.0_);(0.0);"-"_)'
PERCENT = '0.0%_);(0.0%);"-"_)'
DATE = "dd-mmm-yyyy"
COUNT = '#,##0_);(#,##0);"-"_)'
#: Unit of a figure -> number format.
FORMATS = {"money": MONEY, "ratio": RATIO, "months": MONTHS, "percent": PERCENT, "count": COUNT}


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Font and colours (RRGGBB)."""

    font: str
    size: int
    navy: str
    accent: str
    bookings: str
    billings: str
    backlog: str
    band: str
    rule: str
    grey: str
    green: str
    red: str
    input: str
    link: str


class Tab(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"kind": "class"}):
    """One tab.

    Attributes:
        name: Word in the code.
        title: On the tab.
        kind: Class: presentation, control, workings or foundation; decides the colour.
        about: One sentence for the contents page.
        landscape: Orientation of the printed page.
        pages_wide: Printed pages side by side.
        pages_high: Printed pages below one another; 0 for as many as it takes.
        paper: 9 is A4, 8 is A3.
        book: Whether only the pack of a kept book has it.
        bridge: Whether only a pack that is reconciled with a CRM has it.
    """

    name: str
    title: str
    kind: str
    about: str
    landscape: bool = False
    pages_wide: int = 1
    pages_high: int = 0
    paper: int = 9
    book: bool = False
    bridge: bool = False


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pack's layout."""

    schema: int
    name: str
    title: str
    confidentiality: str
    theme: Theme
    classes: dict[str, str]
    tabs: tuple[Tab, ...]


def read_layout(name: str = "board") -> Layout:
    """Return a layout of the templates folder; one that is `like` another has its theme and colours.

    Raises:
        UnknownNameError: there is none of that name.
        TemplateError: it is not of the form this bbbxl reads.
    """
    folder = files("bbbxl.templates")
    known = [path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml")]
    if name not in known:
        raise UnknownNameError("template", name, known)
    try:
        document = tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
        if (like := document.pop("like", None)) is not None:
            base = read_layout(like)
            document = {"theme": base.theme, "classes": base.classes, **document}
        layout = msgspec.convert(document, Layout)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise TemplateError(f"Template {name}.toml cannot be read: {error}. Correct it.") from error
    if layout.schema != 1:
        raise TemplateError(f"Template {name}.toml has schema {layout.schema}; this bbbxl reads 1.")
    return layout


def plain_font(theme: Theme) -> Font:
    """Return the font of rows that are streamed."""
    return Font(name=theme.font, size=theme.size)


def exact(decimals: int) -> str:
    """Return the number format that shows an amount with so many decimals."""
    zeros = f".{'0' * decimals}" if decimals else ""
    return f'#,##0{zeros}_);(#,##0{zeros});"-"_)'


def add_styles(workbook: Workbook, theme: Theme, decimals: int) -> None:
    """Add the named styles of the pack to a workbook; cells name them.

    Args:
        workbook: Where they are added.
        theme: Font and colours.
        decimals: Decimals of the reporting currency; differences show one more, where their tolerance begins.
    """
    formats = {**FORMATS, "exact": exact(decimals + 1), "amount": exact(decimals)}
    for name, style in _styles(theme, formats).items():
        named = NamedStyle(name=name)
        for attribute, value in style.items():
            setattr(named, attribute, value)
        workbook.add_named_style(named)


def _styles(theme: Theme, formats: dict[str, str]) -> dict[str, dict[str, object]]:
    """Return style name -> attributes."""

    def font(**given: object) -> Font:
        return Font(**{"name": theme.font, "size": theme.size, **given})  # type: ignore[arg-type]

    fill = PatternFill("solid", fgColor=theme.navy)
    band = PatternFill("solid", fgColor=theme.band)
    thin, double = Side(style="thin", color=theme.rule), Side(style="double", color=theme.navy)
    right, wrap = (
        Alignment(horizontal="right", vertical="center"),
        Alignment(horizontal="left", vertical="center", wrap_text=True),
    )
    over_numbers = Alignment(horizontal="right", vertical="center", wrap_text=True)
    left, centre = Alignment(horizontal="left", vertical="center"), Alignment(horizontal="center", vertical="center")
    made: dict[str, dict[str, object]] = {
        "title": {"font": font(size=16, bold=True, color=theme.navy)},
        "subtitle": {"font": font(color=theme.grey)},
        "heading": {"font": font(bold=True, color="FFFFFF"), "fill": fill, "alignment": over_numbers},
        "heading_centre": {"font": font(bold=True, color="FFFFFF"), "fill": fill, "alignment": centre},
        "heading_left": {"font": font(bold=True, color="FFFFFF"), "fill": fill,
                         "alignment": Alignment(vertical="center", wrap_text=True)},
        "section": {"font": font(bold=True, color=theme.navy), "fill": band, "alignment": left},
        "label": {"font": font(), "alignment": left},
        "label_indent": {"font": font(), "alignment": Alignment(horizontal="left", vertical="center", indent=1)},
        "label_total": {"font": font(bold=True), "border": Border(top=thin, bottom=double), "alignment": left},
        "wrap": {"font": font(), "alignment": wrap},
        "wrap_right": {"font": font(), "alignment": over_numbers},
        "wrap_bold": {"font": font(bold=True), "alignment": wrap},
        "note": {"font": font(italic=True, color=theme.grey), "alignment": left},
        "small": {"font": font(size=8, color=theme.grey), "alignment": right},
        "small_left": {"font": font(size=8, color=theme.grey), "alignment": left},
        "link": {"font": font(color=theme.link, underline="single"), "alignment": left},
        "missing": {"font": font(italic=True, color=theme.grey), "alignment": right},
        "centre": {"font": font(italic=True, color=theme.grey), "alignment": centre},
        "light": {"font": font(bold=True), "alignment": centre},
        "light_big": {"font": font(size=14, bold=True), "alignment": left},
        "input": {"font": font(color=theme.input)},
        "date": {"font": font(), "number_format": DATE, "alignment": left},
        "date_right": {"font": font(), "number_format": DATE, "alignment": right},
        "entry": {"font": font(color=theme.input), "border": Border(bottom=thin), "alignment": left},
    }  # fmt: skip
    for unit, code in formats.items():
        made[unit] = {"font": font(), "number_format": code, "alignment": right}
        made[f"{unit}_total"] = {"font": font(bold=True), "number_format": code, "alignment": right,
                                 "border": Border(top=thin, bottom=double)}  # fmt: skip
    return made
