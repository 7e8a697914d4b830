"""The comparison of a snapshot with the last one of its source, and what answers to its questions do."""

from bbbxl.book.compare.answers import settle
from bbbxl.book.compare.comparing import compare
from bbbxl.book.compare.lines import Relief
from bbbxl.book.compare.notes import taken_later
from bbbxl.book.compare.said import one_report

__all__ = ["Relief", "compare", "one_report", "settle", "taken_later"]
