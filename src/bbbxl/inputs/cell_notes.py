"""What columns were found to hold, in words that stand before a number of rows."""

from __future__ import annotations

#: What a column of numbers was found to hold, in words; the number of rows comes before it.
NUMBER_NOTES = {
    "scaled": "numbers such as 1.2m or 3k",
    "nil": 'cells with "-", read as 0',
    "marked": "numbers in parentheses or with a minus behind, read as negative",
}
#: What a column of days was found to hold, in words; the number of rows comes before it.
DAY_NOTES = {
    "two_digit_years": "years of two digits (00 to 69 are 2000 to 2069)",
    "timestamps": "times of the day, which are left out",
    "zones": "time zones; the day is the one that is written",
    "serials": "Excel serial numbers",
    "blanks": "zeros in place of a date, taken as empty",
}
