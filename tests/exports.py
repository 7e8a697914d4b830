"""Small exports that several tests read, and what they ask of them."""

import pytest

from bbbxl.errors import InputError

EVENTS = "Event ID,Event Type,Event Date,Order No,Amount,Currency\n"
BOOKED = EVENTS + "1,new,2026-01-05,A,100,USD\n"
LINES = "Order No,Line,Order Date,Amount,Currency\n"
LINE = LINES + "A,1,2026-01-05,100,USD\n"
TOML = 'schema = 1\nentity = "Northfield"\n'


def entry(path, role="orders", more=""):
    return f'[[files]]\npath = "{path}"\nrole = "{role}"\n{more}\n'


def refused(made, *names, error=InputError, **given):
    with pytest.raises(error) as caught:
        made(*names, **given)
    return str(caught.value)


def bookings(loaded):
    """Return order -> booked amount in minor units of the reporting currency."""
    events = loaded.ledger.events
    booked = events[events["kind"] == "new"]
    return booked.groupby("order_id")["reporting_amount"].sum().to_dict()
