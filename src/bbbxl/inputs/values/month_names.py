"""Names of months and weekdays in English, German, French and Spanish, full and short."""

from __future__ import annotations

import unicodedata

from bbbxl.periods import MONTHS as ENGLISH_MONTHS

_MONTHS = (
    "jan januar jänner jaenner jän janvier janv enero ene",
    "feb februar feber février févr fév febrero",
    "mar märz maerz mär mrz mars marzo",
    "apr april avril avr abril abr",
    "may mai mayo",
    "jun juni juin junio",
    "jul juli juillet juil julio",
    "aug august août aou agosto ago",
    "sep sept september septembre septiembre setiembre set",
    "oct okt oktober octobre octubre",
    "nov november novembre noviembre",
    "dec dez dezember décembre déc diciembre dic",
)
_WEEKDAYS = (
    "monday mon montag mo lundi lun lunes",
    "tuesday tue tues dienstag di die mardi mar martes",
    "wednesday wed weds mittwoch mi mit mercredi mer miércoles mié",
    "thursday thu thur thurs donnerstag do don jeudi jeu jueves jue",
    "friday fri freitag fr fre vendredi ven viernes vie",
    "saturday sat samstag sonnabend sa sam samedi sábado sáb",
    "sunday sun sonntag so son dimanche dim domingo dom",
)


def _plain(word: str) -> str:
    """Return a word without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def _numbered(rows: tuple[str, ...], first: int) -> dict[str, int]:
    """Return the words of each row, with and without accents -> number of the row."""
    words = {word: number for number, row in enumerate(rows, first) for word in row.split()}
    return {**{_plain(word): number for word, number in words.items()}, **words}


#: Name in small letters -> month, January is 1.
MONTHS = {**_numbered(_MONTHS, 1), **{name: number for number, name in enumerate(ENGLISH_MONTHS, 1)}}
#: Name in small letters -> weekday, Monday is 0.
WEEKDAYS = _numbered(_WEEKDAYS, 0)
