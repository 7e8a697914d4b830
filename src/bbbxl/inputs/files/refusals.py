"""Refusals that several readers of files share, each sentence once."""

from __future__ import annotations

from typing import Final

from bbbxl.errors import InputError
from bbbxl.inputs.files.sniff import CONTENTS

SAVE_ANEW: Final = "Open the file in Excel and save it anew."
AGAIN: Final = "Export or download it again."


def empty(name: str) -> InputError:
    """Return the refusal of a file without any cell."""
    return InputError(f"{name} is empty. Export it again.")


def locked(name: str, program: str = "Excel") -> InputError:
    """Return the refusal of a workbook under a password."""
    what, remedy = CONTENTS["encrypted"]
    return InputError(f"{name} is {what}. {remedy.replace('Excel', program)}")


def other_content(name: str, suffix: str, kind: str) -> InputError:
    """Return the refusal of a file that is by its content not what its ending says.

    Args:
        name: The file.
        suffix: Its ending, lower case.
        kind: What `sniff` found.
    """
    what, remedy = CONTENTS[kind]
    return InputError(f"{name} is {what} by its content, not {suffix}. {remedy}")


def damaged_part(name: str, part: str, why: str | None, remedy: str = SAVE_ANEW) -> InputError:
    """Return the refusal of a package with a part that is no XML; `why` may come in several lines from the parser."""
    return InputError(f"{name}: its part {part} is damaged ({one_line(why)}). {remedy}")


def one_line(said: str | None) -> str:
    """Return what another program says of a file as part of a sentence."""
    return " ".join((said or "unreadable").split())


def lacks_part(name: str, part: str, remedy: str = SAVE_ANEW) -> InputError:
    """Return the refusal of a package without a part that every workbook has."""
    return InputError(f"{name} lacks its part {part}, so it is no complete workbook. {remedy}")
