"""Order numbers made comparable: one normal form for each spelling, with what was left out of it kept beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]
#: Words in front of a number that name the kind of document and are no part of it.
_WORDS = (
    r"SALES ORDER|SALES INVOICE|PURCHASE ORDER|RETURN AUTHORI[SZ]ATION|CREDIT MEMO|CREDIT NOTE|TAX INVOICE|INVOICE|"
    r"ORDER|CUSTOMER ORDER|KUNDENAUFTRAG|AUFTRAG|BESTELLUNG|RECHNUNG|GUTSCHRIFT|COMMANDE|FACTURE|AVOIR|PEDIDO|FACTURA"
)
_FRONT = rf"^(?:(?:{_WORDS})\s*(?:NO|NR|NUMBER|NUMMER|N°|N)?\b\.?\s*)?[#:№\s]*"
_BRACKETS = r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*$"
#: Head, number, a part of one or two digits behind it, letters at the end.
_PARTS = r"^(?P<head>.*?)(?P<number>[0-9]+)(?P<part>(?:[-/._ ]+[0-9]{1,2})?)(?P<tail>[^0-9]*)$"
#: How many numbers are looked at for the shapes of a file.
_SAMPLE = 20_000
_OUT = r"[^\p{L}\p{N}]+"
#: Salesforce ids: 15 characters in which letter case counts, and 3 more that only repeat the case.
_SFDC = r"^[0-9A-Za-z]{15}(?:[0-9A-Z]{3})?$"


@dataclass(frozen=True)
class Keys:
    """Order numbers of some rows in normal form.

    Attributes:
        full: Prefix and number ("USSO|3409"); empty where a text holds no number or only a 0. With the part left out
            where parts are suffixes of a file's numbers.
        number: Number without prefix and leading zeros ("3409").
        prefix: Letters and earlier digits in front of it ("USSO"); empty where there is none.
        part: Whether a part such as -2 was taken off.
    """

    full: pa.StringArray
    number: pa.StringArray
    prefix: pa.StringArray
    part: npt.NDArray[np.bool_]


def normalise_keys(texts: Sequence[str], bases: frozenset[str] | None = None) -> Keys:
    """Return order numbers in normal form: NFKC, one case, no dashes, blanks, leading zeros, words or brackets.

    " US–SO–004163 ", "usso4163", "#USSO-00004163", "Sales Order #US-SO-004163" and "US-SO-004163 (renewal)" are the
    same. A part of one or two digits at the end ("-2") is taken off only where numbers without it have the shape of
    other numbers: "US-SO-004699-1" beside "US-SO-001210" is its first part, and "SO-2025-12" is a number.

    Args:
        texts: Distinct order numbers as written.
        bases: Shapes of whole numbers, see `key_shapes`; those of the texts when omitted.

    Source: reconciliation, stage 3.
    """
    clean = _clean(texts)
    shapes = key_shapes(texts) if bases is None else bases
    found = pc.extract_regex(clean, _PARTS)
    head, digits, part, tail = (pc.fill_null(pc.struct_field(found, name), "")
                                for name in ("head", "number", "part", "tail"))  # fmt: skip
    has_part = pc.not_equal(part, "")
    whole = pc.binary_join_element_wise(head, digits, "")
    usual = pc.is_in(_shapes(pc.if_else(has_part, whole, "")), value_set=pa.array(sorted(shapes), type=pa.string()))
    parted = pc.and_(has_part, usual)
    more = pc.and_(has_part, pc.invert(parted))
    head = pc.if_else(more, whole, head)
    digits = pc.if_else(more, pc.replace_substring_regex(part, r"[^0-9]+", ""), digits)
    prefix = pc.replace_substring_regex(head, _OUT, "")
    bare = pc.utf8_ltrim(digits, "0")
    bare = pc.if_else(pc.and_(pc.equal(bare, ""), pc.not_equal(digits, "")), "0", bare)
    number = pc.binary_join_element_wise(bare, pc.replace_substring_regex(tail, _OUT, ""), "")
    nothing = pc.or_(pc.equal(digits, ""), pc.and_(pc.equal(prefix, ""), pc.equal(number, "0")))
    full = pc.if_else(nothing, "", pc.binary_join_element_wise(prefix, number, "|"))
    return Keys(full, number, prefix, np.asarray(parted, dtype=np.bool_))


def key_shapes(texts: Sequence[str]) -> frozenset[str]:
    """Return the shapes ("AA-AA-9") that at least one in fifty order numbers has, and at least three."""
    sample = texts[:: max(1, len(texts) // _SAMPLE)]
    counted = pc.value_counts(_shapes(_clean(sample)))
    counts = zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)
    return frozenset(shape for shape, count in counts if count >= max(3, len(sample) // 50))


def system_ids(texts: Sequence[str]) -> pa.StringArray:
    """Return record ids as they are compared: Salesforce ids by their first 15 characters, letter case kept."""
    ids = pa.array(texts, type=pa.string())
    known = pc.and_(pc.match_substring_regex(ids, _SFDC), pc.match_substring_regex(ids, "[A-Za-z]"))
    return pc.if_else(known, pc.utf8_slice_codeunits(ids, 0, 15), ids)


def _clean(texts: Sequence[str]) -> pa.Array:
    """Return texts without case, widths, words in front and brackets behind."""
    found = pc.utf8_normalize(pa.array(texts, type=pa.string()), form="NFKC")
    found = pc.utf8_trim_whitespace(pc.utf8_upper(found))
    found = pc.replace_substring_regex(found, _BRACKETS, "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(found, _FRONT, ""))


def _shapes(texts: pa.Array) -> pa.Array:
    """Return the shapes of numbers: letters as A, digits as 9, everything between as -."""
    found = pc.replace_substring_regex(pc.replace_substring_regex(texts, r"[0-9]+", "9"), r"[^A-Z9]+", "-")
    return pc.replace_substring_regex(found, r"[A-Z]+", "A")
