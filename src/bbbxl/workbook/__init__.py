"""The pack as an Excel file: written, verified, released and linted."""
