"""Which code page an export without a mark is written in: the one that reads every word as words are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bbbxl.errors import InputError

#: What exports of the western world are written in unless something speaks against it.
USUAL = "cp1252"
_LATIN = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "áâãàçéêíóôõúü", "àèéìíîòóùú", "åæøé", "åäöéü", "äåöšž", "éëïóöüèáíú",
    "àçèéíïòóúü",
)  # fmt: skip
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýžö", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž", "äöüß")
#: Code page -> letters beyond a to z of each language written in it; a script of its own stands alone.
_ALPHABETS = {
    USUAL: _LATIN,
    "iso8859-15": _LATIN,
    "mac-roman": _LATIN,
    "cp850": _LATIN,
    "cp437": _LATIN,
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp852": _CENTRAL,
    "cp1254": ("çğıöşüâîû", "äöüß"),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž"),
    "cp1251": ("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђјљњћџ",),
    "cp866": ("абвгдежзийклмнопрстуфхцчшщъыьэюяё",),
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",),
}
_ALONE = frozenset("àèéùòóáíåöøæ")
_VOWELS = re.compile("[aeiouyàâäãåáæéèêëíìîïóòôöõøœúùûüýăąęěőůűıėįųūāēīαεηιουωάέήίόύώаеиоуыэюяёіїє]")
#: Places where the letter of a western word would have to be another one.
_STRANGE = re.compile(
    r"ñ(?![aeiouáéíóúü])|\wæ$|[aeiouáéíóúàèò]è$|ã(?![eo]|s?$)|õ(?![e]|s?$)|[aeiouàèéêëîïòôöùûü]{4}|^ÿ|ÿ$", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_²³¹½¼¾ºªµ]+")
#: Four in a row, or three that are no punctuation, are another script read in the wrong code page.
_RUN = re.compile(r"[^\x00-\x7f]{4}|[^\x00-\x7f“”‘’„‚«»–—…\xa0]{3}")
#: Symbol -> where it may stand, as an expression over the text before it, itself, and the text after it.
_SYMBOLS = (
    ("€£¥", r"(?:^|[^\w]|\d|\b[kKTtMm]|Mio|Mrd)[€£¥](?:$|[^\w]|\d|(?:[kKmM]|mn|bn|Mio|Mrd)(?!\w))"),
    ("©®™", r"[©®™](?!\w)"),
    ("°", r"°(?:\W|$|\d|[CF]\b)"),
    ("²³", r"(?:\d|\)|\b[cdkm]?m|\bft|\bin|\b[CH])[²³](?!\w)"),
    ("ºª", r"(?:\d|\b[NnMCDS]|\bNr)[ºª](?!\w)"),
    ("½¼¾¹×±‰†‡", r"(?:^|[^\w]|\d)[½¼¾¹×±‰†‡](?:$|[^\w]|\d)"),
    ("„“‚‘«‹¡¿", r"(?:^|[^\w])[„“‚‘«‹¡¿]"),
    ("”»›•…§¢·", r"(?<!\w)[”»›•…§¢·]|[”»›•…§¢·](?!\w)|(?<=[lL])·(?=[lL])"),
    ("\xa0\xad–—’´µ", r"[\xa0\xad–—’´µ]"),
)
_ALLOWED = {symbol: re.compile(rule) for symbols, rule in _SYMBOLS for symbol in symbols}
#: Digits are alike; whatever ends a cell is a line feed.
_ALIKE = bytes.maketrans(b'123456789,;|"' + bytes(range(32)), b"0" * 9 + b"\n" * 36)
_REACH, _WINDOW = 40, 1 << 18
#: Distinct pieces looked at: as many words tell a code page, and more cost time.
_MANY = 5_000


@dataclass(frozen=True)
class _Reading:
    """How a code page reads the pieces of a file.

    Attributes:
        page: Code page.
        texts: Each piece as text.
        clean: Whether each piece reads as words are written.
    """

    page: str
    texts: tuple[str, ...]
    clean: tuple[bool, ...]


def fitting_page(content: bytes, name: str, line_at: Callable[[bytes, int], int]) -> tuple[str, str]:
    """Return the code page of a file that is not Unicode, and the note that says so.

    Args:
        content: Bytes that are not UTF-8.
        name: The file, for sentences.
        line_at: Line of a byte.

    Raises:
        InputError: no code page fits, or several do and read the file differently.
    """
    places = _pieces(content)
    pieces = list(places)
    readings = _readings(content, pieces)
    usual = next((one for one in readings if one.page == USUAL), None)
    chosen: _Reading | None
    if usual:
        chosen = usual if not _disputed(usual, readings) and _mostly(_settled(usual, readings)) else None
    else:
        clean = [one for one in readings if all(one.clean)]
        chosen = clean[0] if len({one.texts for one in clean}) == 1 else None
    if chosen is None:
        raise InputError(_question(content, name, places, readings, line_at))
    return chosen.page, _note(chosen, readings, line_at(content, places[pieces[0]]))


def _mostly(clean: Sequence[bool]) -> bool:
    return sum(clean) >= 9 * (len(clean) - sum(clean)) and any(clean)


def _settled(usual: _Reading, readings: Iterable[_Reading]) -> list[bool]:
    """Return for each piece whether any code page that reads it the same finds it clean."""
    same = [
        [one.clean[place] for one in readings if one.texts[place] == text] for place, text in enumerate(usual.texts)
    ]
    return [any(found) for found in same]


def _disputed(usual: _Reading, readings: Sequence[_Reading]) -> bool:
    """Return whether some piece reads doubtfully as usual and well in another code page."""
    settled = _settled(usual, readings)
    return any(
        not settled[place] and one.clean[place] and one.texts[place] != text
        for place, text in enumerate(usual.texts)
        for one in readings
    )


def _note(chosen: _Reading, readings: Sequence[_Reading], row: int) -> str:
    note = f'Read in code page {chosen.page}, as it is not UTF-8: row {row} has "{_short(chosen.texts[0])}".'
    rivals = [one for one in readings if one.page == "cp1250" and all(one.clean) and one.texts != chosen.texts]
    if not rivals:
        return note
    place = next(at for at, text in enumerate(chosen.texts) if text != rivals[0].texts[at])
    return (f'{note} "{_short(chosen.texts[place])}" would be "{_short(rivals[0].texts[place])}" in '
            f"{rivals[0].page}; set encoding if that is meant.")  # fmt: skip


def _question(
    content: bytes,
    name: str,
    places: dict[bytes, int],
    readings: Sequence[_Reading],
    line_at: Callable[[bytes, int], int],
) -> str:
    """Return the sentence that shows how the code pages differ."""
    broken = _broken_place(content)
    if broken is not None:
        return (f"{name} is UTF-8 except for row {line_at(content, broken)}: it is put together from files of several "
                "code pages, or cut off. Export it again as CSV UTF-8.")  # fmt: skip
    usual = [one for one in readings if one.page == USUAL]
    shown = next((at for at in range(len(places)) if not (usual and usual[0].clean[at])), 0)
    row = line_at(content, list(places.values())[shown])
    good = [one for one in readings if one.clean[shown] and one not in usual]
    told: dict[str, list[str]] = {}
    for one in [*usual, *good]:
        told.setdefault(_short(one.texts[shown]), []).append(one.page)
    ways = " or ".join(f'"{text}" ({", ".join(pages)})' for text, pages in list(told.items())[:4])
    found = f"reads {ways}" if ways else "is not text in the code pages bbbxl tries"
    return (f"{name} row {row} {found}: the file is not UTF-8 and its code page cannot be told. Save it as CSV UTF-8, "
            "or set encoding to the code page that reads it right in bbbxl.toml.")  # fmt: skip


def _broken_place(content: bytes) -> int | None:
    """Return the first byte that is not UTF-8 where most of the letters beyond a to z are; None where they are not."""
    text = content.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    good = sum(1 for one in text if one > "\x7f") - lost
    if good <= lost:
        return None
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


def _short(text: str) -> str:
    """Return the words around the first letter beyond a to z, on one line."""
    place = next((at for at, one in enumerate(text) if one > "\x7f"), 0)
    start = max(text.rfind(" ", 0, max(0, place - 12)) + 1, place - 20, 0)
    shown = (one if one.isprintable() else " " if one.isspace() else "\ufffd" for one in text[start : place + 20])
    return "".join(shown).strip()


def _pieces(content: bytes) -> dict[bytes, int]:
    """Return the pieces of cells around bytes beyond ASCII, alike but for their digits once, each with its place."""
    alike = content.translate(_ALIKE)
    found: dict[bytes, tuple[bytes, int]] = {}
    done = -1
    for place in _beyond(content):
        if place < done:
            continue
        first = max(0, place - _REACH)
        start = max(first, alike.rfind(b"\n", first, place) + 1)
        done = alike.find(b"\n", place, place + _REACH)
        done = done if done >= 0 else min(place + _REACH, len(content))
        key = alike[start:done]
        if key not in found:
            found[key] = content[start:done], place
            if len(found) >= _MANY:
                break
    return dict(found.values())


def _beyond(content: bytes) -> Iterator[int]:
    """Yield the places of bytes beyond ASCII, looked for window by window."""
    whole = np.frombuffer(content, dtype=np.uint8)
    for start in range(0, len(content), _WINDOW):
        yield from (np.flatnonzero(whole[start : start + _WINDOW] >= 0x80) + start).tolist()


def _readings(content: bytes, pieces: Sequence[bytes]) -> list[_Reading]:
    """Return the readings of the code pages in which every byte is a character and none a control character."""
    present = bytes(set(content.translate(None, bytes(range(0x80)))))
    readings = []
    for page, alphabets in _ALPHABETS.items():
        try:
            characters = present.decode(page)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(one) == "Cc" for one in characters):
            texts = tuple(piece.decode(page) for piece in pieces)
            readings.append(_Reading(page, texts, tuple(_is_clean(text, alphabets) for text in texts)))
    return readings


def _is_clean(text: str, alphabets: Sequence[str]) -> bool:
    """Return whether letters and symbols beyond ASCII stand where people write them."""
    if alphabets in (_LATIN, _CENTRAL) and _RUN.search(text):
        return False
    for place, one in enumerate(text):
        if one > "\x7f" and (one in _ALLOWED or not one.isalpha()):
            rule = _ALLOWED.get(one)
            around = text[max(0, place - 3) : place + 4]
            if rule is None or not any(one in found[0] for found in rule.finditer(around)):
                return False
    words = (found for found in _WORD.finditer(text) if not found[0].isascii())
    return all(_is_word(found[0], alphabets, text, found.start()) for found in words)


def _is_word(word: str, alphabets: Sequence[str], text: str, place: int) -> bool:
    """Return whether a word is written with the letters of one language, in an order they stand in."""
    beyond = {one for one in word.lower() if one > "\x7f"}
    fits = [one for one in alphabets if beyond <= set(one)]
    if not fits:
        return False
    if not any("a" <= one <= "ž" for one in fits[0]):
        return not any(one.isascii() for one in word)
    if len(word) == 1:
        beside = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
        return word.lower() in _ALONE and not any(one.isdigit() for one in beside)
    if alphabets is _LATIN and _STRANGE.search(word):
        return False
    return bool(_VOWELS.search(word.lower())) and not _odd_case(word)


def _odd_case(word: str) -> bool:
    """Return whether a capital beyond ASCII stands inside a word of small letters, or a small one between capitals."""
    small = any(one.islower() and one != "ß" for one in word)
    inner = small and any(one > "\x7f" and one.isupper() for one in word[1:])
    between = any(
        one > "\x7f" and one.islower() and one != "ß" and word[at].isupper() and word[at + 2].isupper()
        for at, one in enumerate(word[1:-1])
    )
    return inner or between
