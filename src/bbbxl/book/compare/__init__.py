"""The comparison of a snapshot with the last one of its source, and what answers to its questions do."""

from bbbxl.book.compare.answers import settle
from bbbxl.book.compare.comparing import compare
from bbbxl.book.compare.notes import taken_later

__all__ = ["compare", "settle", "taken_later"]
