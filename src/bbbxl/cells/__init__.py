"""Functions inside a spreadsheet: one registry, whatever front end calls it."""
