"""What a messy German export holds, and all that was decided on reading it. It is written to FOLDER/messy."""

import sys
from pathlib import Path

from bbbxl import inspect_tables, understand_files
from bbbxl.samples.messy import write_messy_export

export = write_messy_export(Path(sys.argv[1]) / "messy")
inspection = inspect_tables(understand_files([export]))
for one in inspection.files:
    print(f"{one.file}: header in row {one.header_row}, {one.rows_used} of {one.rows_read} rows used")
    print("no data:", ", ".join(f"row {row.row} ({row.reason})" for row in one.aside))
    print("columns:", ", ".join(f"{title} = {field}" for title, field in one.columns.items()))
for currency, minor in inspection.totals.items():
    print(f"total: {minor / 100:,.2f} {currency}")
for currency, months in inspection.bookings.items():
    for month, minor in months.items():
        print(f"booked in {month}: {minor / 100:,.2f} {currency}")
for own in (own for one in inspection.files for own in one.own_totals):
    print("own total:", own.message)
for note in (note for one in inspection.files for note in one.notes):
    print("decided:", note)
for finding in inspection.findings:
    print("to look at:", finding.sentence)
for problem in inspection.problems:
    print("set aside:", problem)
