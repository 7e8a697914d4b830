"""Headers of two lines: groups over columns, wrapped words, units below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bbbxl.inputs.headers import normal
from bbbxl.inputs.layout.top import Header, Top, count_known
from bbbxl.inputs.layout.vocabulary import GENERIC_GROUPS, field_types, is_known, is_telling, is_unit

#: A merged cell over more of the columns than this is a title, not a group.
_TITLE_SPAN = 0.7


def with_units(top: Top, header: Header) -> Header:
    """Return a header with the line of units below it, such as "Amount (USD)", where there is one."""
    row = top.places.index(header.bottom)
    if not top.is_next(row):
        return header
    units = {column: text for column, text in enumerate(top.cells[row + 1]) if text}
    fits = all(
        is_unit(text) and header.titles[column] and top.shape_below(row + 1, column) in ("number", "blank")
        for column, text in units.items()
    )
    if not units or not fits or not any(top.shape_below(row + 1, column) == "number" for column in units):
        return header
    titles = list(header.titles)
    for column, text in units.items():
        titles[column] += f" {text}" if text.startswith(("(", "[")) else f" ({text})"
    return Header((*header.lines, top.places[row + 1]), tuple(titles), count_known(titles))


def two_lines(top: Top, upper: int) -> Header | None:
    """Return a row and the next as one header, where they belong together."""
    if not top.is_next(upper) or not (top.is_wordy(upper) and top.is_wordy(upper + 1)):
        return None
    if all(is_unit(text) for text in top.cells[upper + 1] if text):
        return None
    return _grouped(top, upper) or _wrapped(top, upper)


def _grouped(top: Top, upper: int) -> Header | None:
    """Return the header of columns below groups: "Ordered" over "Qty" and "Amount" is "Ordered Qty" and so on."""
    lower = top.cells[upper + 1]
    doubled = _doubled(lower)
    groups = _merged_groups(top, upper) or (_inferred_groups(top, upper) if doubled else {})
    own = top.cells[upper]
    if not groups or max(map(list(groups.values()).count, groups.values())) < 2:
        return None
    titles = [
        _group_title(groups[column], text, doubled=normal(text) in doubled)
        if text and column in groups
        else " ".join(part for part in (own[column], text) if part)
        for column, text in enumerate(lower)
    ]
    told_apart = doubled and not (_doubled(titles) & doubled) and len(_doubled(titles)) < len(doubled)
    named = any(is_known(title) and title != lower[column] for column, title in enumerate(titles) if column in groups)
    if not told_apart and not named:
        return None
    places = (top.places[upper], top.places[upper + 1])
    return Header(places, tuple(titles), max(count_known(titles), count_known(lower) + count_known(own)))


def _doubled(titles: Sequence[str]) -> set[str]:
    """Return the titles that stand more than once."""
    names = [normal(title) for title in titles if title]
    return {name for name in names if names.count(name) > 1}


def _merged_groups(top: Top, upper: int) -> Mapping[int, str]:
    """Return column -> group for the merged cells of a row."""
    number = top.facts.number(top.places[upper])
    filled = [column for column, text in enumerate(top.cells[upper + 1]) if text]
    used = sum(bool(above or below) for above, below in zip(top.cells[upper], top.cells[upper + 1], strict=True))
    found: dict[int, str] = {}
    for first_row, last_row, first, last in top.facts.grid.merged:
        if first_row <= number == last_row and last > first and first < len(top.cells[upper]):
            below = [column for column in filled if first <= column <= last]
            if text := top.cells[upper][first]:
                if len(below) > _TITLE_SPAN * used:
                    return {}
                found |= dict.fromkeys(below, text)
    return found


def _inferred_groups(top: Top, upper: int) -> Mapping[int, str]:
    """Return column -> group where each text of a row spans the blank cells right of it."""
    above, below = top.cells[upper], top.cells[upper + 1]
    found: dict[int, str] = {}
    group = ""
    for column, text in enumerate(above):
        group = text or group
        if not below[column]:
            group = ""
        elif group:
            found[column] = group
    return found


def _group_title(group: str, text: str, *, doubled: bool) -> str:
    """Return the title of a column below a group; a word without meaning of its own is left out."""
    joined = f"{group} {text}"
    if doubled or is_known(joined) or not is_known(text):
        return joined
    plain = field_types(text) <= {"text"} or normal(group) in GENERIC_GROUPS
    return text if plain else joined


def _wrapped(top: Top, upper: int) -> Header | None:
    """Return the header whose words run over two rows, "Order" over "No"."""
    above, below = top.cells[upper], top.cells[upper + 1]
    if not any(first and second for first, second in zip(above, below, strict=True)):
        return None
    titles = [_joined(first, second) for first, second in zip(above, below, strict=True)]
    header = Header((top.places[upper], top.places[upper + 1]), tuple(titles), count_known(titles))
    best = max(count_known(above), count_known(below))
    if header.known > best:
        return header
    second_line = [column for column, text in enumerate(below) if text]
    if header.known == best and _strong(titles) > max(_strong(above), _strong(below)):
        return header
    unlike = any(top.shape_below(upper + 1, column) in ("number", "date") for column in second_line)
    plain = not any(letter.isdigit() for text in below for letter in text)
    fewer = len(second_line) <= top.count(upper)
    return header if unlike and plain and fewer and header.known == best > 0 else None


def _strong(titles: Sequence[str]) -> int:
    """Return how many headers name a field by more than a word of many meanings: "Order No" does, "No" does not."""
    return sum(bool(title) and is_telling(title) for title in titles)


def _joined(first: str, second: str) -> str:
    if first.endswith("-") and second[:1].islower():
        return first[:-1] + second
    return " ".join(part for part in (first, second) if part)
