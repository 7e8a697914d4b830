"""Which column of a file means what, and which export a file is: recognised by headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bbbxl.errors import InputError, PresetError, UnknownColumnError, UnknownNameError
from bbbxl.inputs.headers import normal, same_header, without_currency, without_place
from bbbxl.inputs.preset_data import Preset, field_table, presets
from bbbxl.inputs.values.currency_signs import header_scale
from bbbxl.policy import Role

#: Fields for which a second candidate column is never passed over in silence, beside every amount.
NEVER_GUESSED = ("kind", "effective", "order_date", "invoiced_date", "currency")
#: Role of a file -> roles of the presets it may have; a firm may book from its CRM.
_TAKEN_FOR: dict[Role, tuple[Role, ...]] = {"orders": ("orders", "crm")}
#: A number and a day that both go by a word of many meanings do not show by themselves what a file is.
_TELLING = (("order_id", "order_date"), ("invoice_id", "invoiced_date"))
#: Fields that no figure is made of.
_DESCRIBING = ("customer", "product")
#: Shape -> what a row of it is a part of.
_WHOLE = {"events": "order", "order_lines": "order", "invoices": "invoice", "changes": "order"}


def refuse_unknown(given: Mapping[str, str], headers: Mapping[str, Sequence[str]]) -> None:
    """Refuse columns named for some files together when the field does not exist or no file has the column.

    Args:
        given: Field -> header.
        headers: File -> its headers.

    Raises:
        UnknownNameError: there is no such field.
        UnknownColumnError: none of the files has the column.
    """
    for field, title in given.items():
        if field not in field_table().types:
            raise UnknownNameError("field", field, field_table().types)
        if not any(having(given, header).get(field) for header in headers.values()):
            present = list(dict.fromkeys(one for header in headers.values() for one in header if one))
            raise UnknownColumnError(
                " and ".join(headers),
                f'{field} ("{title}")',
                present,
                f"Correct the column given for {field}.",
            )


def having(given: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """Return the named columns that a header has."""
    return {field: title for field, title in given.items() if _titled(title, header)}


def find_columns(
    file: str, header: Sequence[str], preset: Preset, given: Mapping[str, str], fixed: Mapping[str, str]
) -> dict[str, str]:
    """Return field -> header for every field of a preset that the file has.

    The spellings of the preset come first, in its order; then those of all presets, of which two for an amount, a
    booking date or a currency are refused; then, for the general forms alone, the words that many files use for
    something else. Only the spellings of a preset may name one column for two fields.

    Args:
        file: File name, for sentences.
        header: Headers of the file.
        preset: What the file is.
        given: Field -> header as the user named them; they win.
        fixed: Field -> value for all rows; such a field needs no column.

    Raises:
        UnknownNameError: a given field does not exist.
        UnknownColumnError: a given or needed column is not in the file.
        InputError: two columns may be a field that is never guessed, or the amount stands on several rows.
    """
    found = _named(file, header, preset, given)
    table = field_table()
    weak = {field: words for field, words in table.weak.items() if _may_be_weak(preset, field)}
    taken = set(found.values())
    for spellings, ordered in ((preset.headers, True), (table.synonyms, False), (weak, False)):
        for field in preset.fields:
            if field in found or field in fixed:
                continue
            free = [title for title in header if title and title not in taken]
            title = _column(file, field, spellings.get(field, ()), free, ordered=ordered)
            if title:
                found[field] = title
                taken |= set() if ordered else {title}
        taken = set(found.values())
    missing = [field for field in preset.needs if field not in found and field not in fixed]
    if missing:
        raise UnknownColumnError(file, missing[0], header, _remedy(missing[0], header))
    if "amount" not in given:
        _refuse_repeated(file, header, preset, found.get("amount", ""))
    return found


def _may_be_weak(preset: Preset, field: str) -> bool:
    """Return whether a word of many meanings may name a field: one that is needed or only describes, of no program.

    The total of an invoice mostly holds its tax, so there it never is the amount by itself.
    """
    if preset.recognised_by or (preset.shape == "invoices" and field == "amount"):
        return False
    return field in preset.needs or field in _DESCRIBING


def _named(file: str, header: Sequence[str], preset: Preset, given: Mapping[str, str]) -> dict[str, str]:
    """Return the columns the user named."""
    found: dict[str, str] = {}
    for field, title in given.items():
        if field not in field_table().types:
            raise UnknownNameError("field", field, preset.fields)
        if field not in preset.fields:
            continue
        fitting = _titled(title, header)
        if not fitting:
            raise UnknownColumnError(file, f'{field} ("{title}")', header, f"Correct the column given for {field}.")
        if len(fitting) > 1:
            raise _unclear(file, field, fitting)
        found[field] = fitting[0]
    return found


def _titled(title: str, header: Sequence[str]) -> list[str]:
    """Return the columns a user may mean: the one written so, else those that differ in case or punctuation."""
    if not title:
        return []
    return [title] if title in header else [one for one in header if one and same_header(one, title)]


def _column(file: str, field: str, spellings: Sequence[str], free: Sequence[str], *, ordered: bool) -> str:
    """Return the column of a field, empty when none is; the first spelling wins only where the order decides."""
    is_amount = field_table().types[field] == "amount"
    candidates: list[str] = []
    for spelling in spellings:
        same = [title for title in free if _spelt(title, spelling, is_amount=is_amount)]
        if len(same) > 1 and not candidates:
            raise _unclear(file, field, same)
        candidates += [title for title in same if title not in candidates]
        if candidates and ordered:
            break
    if len(candidates) > 1 and (is_amount or field in NEVER_GUESSED):
        raise _unclear(file, field, candidates)
    return candidates[0] if candidates else ""


def _spelt(title: str, spelling: str, *, is_amount: bool) -> bool:
    """Return whether a column is spelt so; the header of an amount may name its currency."""
    if same_header(title, spelling):
        return True
    return is_amount and normal(without_currency(without_place(title))) == normal(spelling)


def _unclear(file: str, field: str, fitting: Sequence[str]) -> InputError:
    shown = " and ".join(f'"{title}"' for title in fitting)
    return InputError(f'{file} has {shown}, and each may be the {field}. Say which: --column {field}="...".')


def _remedy(field: str, header: Sequence[str]) -> str:
    """Return what to do about a missing field, and what of the file looks like it and is not."""
    for near in field_table().near:
        looks = next((title for title in header if near.field == field and _any_of(title, near.headers)), None)
        if looks:
            return (
                f'"{looks}" {near.why}. Name another column, or say that it is meant: --column {field}="{looks}", '
                f"or columns.{field} in bbbxl.toml."
            )
    if field_table().types[field] == "amount" and (scaled := next(filter(header_scale, header), None)):
        return f'"{scaled}" leaves out zeros, in thousands or millions. Export whole amounts.'
    says = "It says which rows are signed. " if field == "status" else ""
    return f'{says}Name it: --column {field}="...", or columns.{field} in bbbxl.toml.'


def _any_of(title: str, spellings: Iterable[str], *, is_amount: bool = True) -> bool:
    return any(_spelt(title, spelling, is_amount=is_amount) for spelling in spellings)


def possible_columns(header: Sequence[str], field: str) -> list[str]:
    """Return the columns that may be a field, best first; those that have a word of many meanings come last."""
    table = field_table()
    spellings = (*table.synonyms[field], *table.weak.get(field, ()))
    is_amount = table.types[field] == "amount"
    fitting = (title for one in spellings for title in header if title and _spelt(title, one, is_amount=is_amount))
    return list(dict.fromkeys(fitting))


def tax_beside(title: str, header: Sequence[str]) -> str:
    """Return the column of tax that leaves in doubt whether an amount such as Total holds it, empty when none does."""
    if not _any_of(title, field_table().weak["amount"]):
        return ""
    return next((one for one in header if one and _any_of(one, field_table().tax)), "")


def _refuse_repeated(file: str, header: Sequence[str], preset: Preset, amount: str) -> None:
    """Refuse the amount of a whole order where the file has several rows of it."""
    for whole, finer in preset.repeats.items():
        shows = next((title for title in header if amount and _any_of(title, finer)), None)
        if amount and shows and _spelt(amount, whole, is_amount=True):
            raise InputError(
                f'{file}: "{amount}" is the amount of the whole {_WHOLE[preset.shape]}, and "{shows}" shows that it '
                "stands on several rows, so it would count more than once. Export the amounts of the lines too, or "
                f'take "{shows}" out of the export; if every row has its own amount, say so: '
                f'--column amount="{amount}".'
            )


def recognise(file: str, header: Sequence[str], given: Mapping[str, str], role: Role | None = None) -> Preset:
    """Return the preset of a file: the export whose own headers it has, else the general form it fits.

    Args:
        file: File name, for sentences.
        header: Headers of the file.
        given: Field -> header as the user named them.
        role: What the file is, where it is known. A file of orders may be an export of a CRM. Without a role,
            words of many meanings (a number, a date) do not make a file one of orders or invoices.

    Raises:
        PresetError: none fits, or two fit equally.
        InputError: the export is known, and two columns may be a field that is never guessed.
    """
    roles = _TAKEN_FOR.get(role, (role,)) if role else ()
    candidates = [one for one in presets().values() if not roles or one.role in roles]
    own = [one for one in candidates if one.recognised_by and has_own_headers(header, one)]
    if whole := [one for one in own if not lacking(header, given, one)]:
        return _most_telling(file, whole)
    general = [one for one in candidates if not one.recognised_by]
    forms = [one for one in general if not lacking(header, given, one)]
    if known := [one for one in forms if role or _shows_itself(header, given, one)]:
        return _plainest(header, given, known)
    if forms:
        shown = " or ".join(one.title.casefold() for one in forms)
        raise PresetError(f"{file} may be {shown}, and its headers alone do not show it: {', '.join(header)}. "
                          f'Say it: role = "{forms[-1].role}" for the file in bbbxl.toml.')  # fmt: skip
    nearest = own or [one for one in general if len(lacking(header, given, one)) == 1]
    nearest = nearest or (general if len(general) == 1 else [])
    if nearest:
        nearest = sorted(nearest, key=lambda one: one.shape != "order_lines")
        field = lacking(header, given, nearest[0])[0]
        raise PresetError(str(UnknownColumnError(file, field, header, _remedy(field, header))))
    lines = next((one for one in general if one.shape == "order_lines"), None)
    lacks = f" As order lines it lacks {', '.join(lacking(header, given, lines))}." if lines else ""
    raise PresetError(
        f"{file} is none of the known exports ({_listed(candidates)}). It has: {', '.join(header)}.{lacks} "
        'Name its columns, such as --column amount="..." --column order_date="...".'
    )


def _listed(candidates: Sequence[Preset]) -> str:
    """Return the general forms by name and the programs whose exports are known."""
    systems = sorted({one.system for one in candidates if one.system}, key=str.casefold)
    return ", ".join([*(one.name for one in candidates if not one.system), *systems])


def has_own_headers(header: Sequence[str], preset: Preset) -> bool:
    """Return whether a file has every header by which a preset is recognised."""
    return all(any(_any_of(title, either.split("|")) for title in header) for either in preset.recognised_by)


def lacking(header: Sequence[str], given: Mapping[str, str], preset: Preset) -> list[str]:
    """Return the needed fields for which a file has no column at all."""
    return [field for field in preset.needs if not _strength(header, given, preset, field)]


def _strength(header: Sequence[str], given: Mapping[str, str], preset: Preset, field: str) -> int:
    """Return 2 when a column is named or spelt like the field, 1 when by a word of many meanings, 0 for none."""
    table = field_table()
    is_amount = table.types[field] == "amount"
    strong = (*preset.headers.get(field, ()), *table.synonyms[field])
    if field in having(given, header) or any(_any_of(title, strong, is_amount=is_amount) for title in header):
        return 2
    weak = table.weak.get(field, ()) if _may_be_weak(preset, field) else ()
    return int(any(_any_of(title, weak, is_amount=is_amount) for title in header))


def _shows_itself(header: Sequence[str], given: Mapping[str, str], preset: Preset) -> bool:
    """Return whether a file shows without being told that it is one of orders, events or invoices."""
    strength = {field: _strength(header, given, preset, field) for field in preset.needs}
    if any(strength.get(number) == 1 and strength.get(day) == 1 for number, day in _TELLING):
        return False
    return 1 not in strength.values() or not any(_any_of(title, field_table().elsewhere) for title in header)


def _most_telling(file: str, fitting: Sequence[Preset]) -> Preset:
    """Return the preset of which the file has the most own headers.

    Raises:
        PresetError: two have as many.
    """
    most = max(len(one.recognised_by) for one in fitting)
    best = [one for one in fitting if len(one.recognised_by) == most]
    if len(best) > 1:
        shown = " or ".join(f"{one.title} ({one.name})" for one in best)
        raise PresetError(f'{file} may be {shown}. Say which: preset = "{best[0].name}" for the file in bbbxl.toml.')
    return best[0]


def _plainest(header: Sequence[str], given: Mapping[str, str], forms: Sequence[Preset]) -> Preset:
    """Return the general form with the fewest words of many meanings.

    A file that has an order date is one of orders, also where it shows invoices; one that has only a date and an
    invoice number is one of invoices.
    """
    weak = [[_strength(header, given, one, field) for field in one.needs].count(1) for one in forms]
    fewest = [one for one, count in zip(forms, weak, strict=True) if count == min(weak)]
    invoices, lines = ("invoices", "order_lines") if min(weak) else ("order_lines", "invoices")
    shapes = ("events", invoices, lines, "changes")
    return min(fewest, key=lambda one: shapes.index(one.shape))
