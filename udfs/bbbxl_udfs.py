"""The module that xlwings loads for Excel: every function of bbbxl, and the macros."""

from __future__ import annotations

import xlwings

from bbbxl.cells.excel import publish

publish(globals(), xlwings)
