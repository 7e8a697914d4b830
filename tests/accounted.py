"""What holds for every file that loads, however it came to be: no row and no cent is lost or made up."""

from collections import Counter

#: Shape of a preset -> kinds whose amounts are the amount column of the file, with their sign there.
_SIGNS = {
    "order_lines": {"new": 1, "renewal": 1, "expansion": 1, "return_authorisation": -1},
    "invoices": {"invoice": 1, "credit_note": -1},
}


def unaccounted(reads, inspection):
    """Return a sentence for every row and sum of some tables that does not add up; none where all is well."""
    wrong = []
    for read, one in zip(reads, inspection.files, strict=True):
        known = one.rows_used + one.rows_set_aside + one.not_booked + one.superseded
        if read.understood and known != one.rows_read:
            wrong.append(f"{one.place}: {one.rows_read} rows were read, and {known} are accounted for.")
        if read.preset and read.preset.shape in _SIGNS and one.totals != _summed(read):
            wrong.append(f"{one.place}: the totals are {one.totals}, and its entries sum to {_summed(read)}.")
        used = set(read.understood.entries["source_row"]) if read.understood else set()
        if lost := used & {problem.row for problem in one.problems}:
            wrong.append(f"{one.place}: rows {sorted(lost)} are set aside, and give entries.")
        if twice := {row for row, times in Counter(aside.row for aside in one.aside).items() if times > 1}:
            wrong.append(f"{one.place}: rows {sorted(twice)} are left out twice.")
    return wrong


def _summed(read):
    """Return currency -> minor units that the entries of a table say its amount column has."""
    signs = _SIGNS[read.preset.shape]
    sums = Counter()
    entries = read.understood.entries
    for kind, currency, amount in zip(entries["kind"], entries["currency"], entries["amount"], strict=True):
        sums[currency] += signs.get(kind, 0) * int(amount)
    return dict(sums)
