"""The corpus: small files as accountants get them, each with what must become of it; see README.md."""

from corpus import (
    archives,
    cells,
    crm,
    dates,
    encodings,
    erp,
    findings,
    headers,
    hostile,
    ids,
    meaning,
    numbers,
    rows,
    several,
    text,
    workbooks,
)
from corpus.case import Case

#: Theme -> its cases.
THEMES: dict[str, tuple[Case, ...]] = {
    "text": text.CASES,
    "encodings": encodings.CASES,
    "headers": headers.CASES,
    "rows": rows.CASES,
    "numbers": numbers.CASES,
    "dates": dates.CASES,
    "ids": ids.CASES,
    "workbooks": workbooks.CASES,
    "cells": cells.CASES,
    "archives": archives.CASES,
    "hostile": hostile.CASES,
    "crm": crm.CASES,
    "erp": erp.CASES,
    "meaning": meaning.CASES,
    "findings": findings.CASES,
    "several": several.CASES,
}
