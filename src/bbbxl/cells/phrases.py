"""Words of sentences in cells: what speaks of the command line or a bbbxl.toml says what to write in a formula."""

from __future__ import annotations

import re
from typing import Final

#: What is said otherwise as a whole.
_PHRASES: Final = {
    "Add the rates to the rates file (role rates, or --rates FILE).": 'Add them to the rates after "rates=".',
    "if there were none, list them under facts of the file": 'if there were none, say so: "facts=..."',
    "bbbxl.toml does not say when the exports were taken":
        'nothing says when the export was taken, such as "extracted=2026-11-03"',
    "extracted in bbbxl.toml": '"extracted=2026-11-03"',
    "states (booked or cancelled) for the file in bbbxl.toml": '"state.booked=..." or "state.cancelled=..."',
    'date_format (such as "%d.%m.%Y") for the file in bbbxl.toml': '"date_format=%d.%m.%Y"',
    "Correct it, or date_format in bbbxl.toml":
        'Correct it, or say how dates are written: "date_format=%d.%m.%Y"',
    "--column: there": "There",
}  # fmt: skip
#: A second way to say what an option says before or after it.
_TWICE: Final = (
    re.compile(r'(?<=[\w"]), or [a-z_.]+(?: = "[^"]*")?(?: for the file)? in bbbxl\.toml'),
    re.compile(r"(?<= in bbbxl\.toml), or --[a-z-]+"),
    re.compile(r" for the file \(--[a-z-]+\)"),
)
_IN_FILE: Final = re.compile(r"(?: for (?:the file|it))? in bbbxl\.toml")
_COLUMN: Final = re.compile(r'--column (\w+)="([^"]*)"')
_OPTION: Final = re.compile(r'--([a-z]+(?:-[a-z]+)*)(?: (?!or\b|and\b)("[^"]*"|[^\s.,;:]+|[.,](?=\s|$)))?')
_NAMES: Final = "date_order|date_format|decimal|header_row|preset|signs|amounts"
_SETTING: Final = re.compile(rf'(?<![\w".])({_NAMES}) = ("[^"]*"|\d+)((?: or "[^"]*")*)')
_BARE: Final = re.compile(r'(?<![\w".])(date_order|date_format|header_row)(?![\w="])')


def in_formulas(sentence: str) -> str:
    """Return a sentence as one line that says what to write in a formula."""
    text = " ".join(sentence.split())
    for phrase, ours in _PHRASES.items():
        text = text.replace(phrase, ours)
    first, *others = _TWICE
    if "--" in text:
        text = first.sub("", text)
    for pattern in others:
        text = pattern.sub("", text)
    text = _IN_FILE.sub("", text)
    text = _COLUMN.sub(r'"column.\1=\2"', text).replace('" "column.', '", "column.')
    text = _OPTION.sub(_as_option, text)
    text = _SETTING.sub(_as_settings, text)
    return _BARE.sub(r'"\1=..."', text)


def _as_option(found: re.Match[str]) -> str:
    name, value = found[1].replace("-", "_"), (found[2] or "...").strip('"')
    return f'"{name}={value}"'


def _as_settings(found: re.Match[str]) -> str:
    """Return name = "a" or "b" as one option or the other."""
    values = [found[2], *found[3].split(" or ")[1:]]
    return " or ".join(f'"{found[1]}={value.strip(chr(34))}"' for value in values)
