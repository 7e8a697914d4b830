"""How many random examples a property is tried with: a few, drawn the same way again; BBBXL_EXAMPLES asks for more."""

import os

from hypothesis import HealthCheck, settings

MANY = os.environ.get("BBBXL_EXAMPLES")


def tried(few):
    """Return the settings of a property that is tried so many times where nobody asks for more."""
    return settings(
        deadline=None, max_examples=int(MANY or few), derandomize=MANY is None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
