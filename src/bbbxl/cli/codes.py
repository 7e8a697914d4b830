"""Exit codes of every command."""

from __future__ import annotations

from typing import Final

#: Done and tied out; done, with problems or red checks; could not run or refused.
DONE: Final = 0
PROBLEMS: Final = 1
REFUSED: Final = 2
