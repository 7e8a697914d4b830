"""Files of one month each: what was open is not in them any more, and its other side is."""

from __future__ import annotations

from recon_books import listed
from recon_carry import fate, filled, item, run, saved
from recon_small import crm, erp

from bbbxl.report.reconciled import roll_forward

CEDAR, DUNE = "US-SO-000502", "US-SO-000777"
#: A plain match in each month.
PLAIN = [
    (crm(f"A0{month}", "Anchor Ltd", f"US-SO-00000{month}", f"2026-0{month}-05", "100.00"),
     erp(f"90{month}", f"US-SO-00000{month}", "Anchor Ltd", f"2026-0{month}-05", "100.00")) for month in (5, 6, 7)
]  # fmt: skip


def lines_of(carried):
    """Return name -> (items, minor units) of the roll-forward, which has to close."""
    lines = roll_forward(carried)
    assert sum(one.items for one in lines[:-1]) == lines[-1].items
    assert sum(one.minor for one in lines[:-1]) == lines[-1].minor
    return {one.name: (one.items, one.minor) for one in lines if one.items or one.minor}


def months(folder, may_crm, later):
    """Return May, of whose file the rows of June are part, then June and July with the rows of their month only."""
    made = run(folder / "may", [PLAIN[0][0], *may_crm], [PLAIN[0][1], *later], "2026-05")
    last = filled(saved(folder / "may", made), {CEDAR: {"Comment": "in June"}})
    june = run(folder / "june", [PLAIN[1][0]], [PLAIN[1][1], *later], "2026-06", previous=last)
    july = run(folder / "july", [PLAIN[2][0]], [PLAIN[2][1]], "2026-07", previous=saved(folder / "june", june))
    return made[1], june, july


def test_what_came_in_the_period_makes_up_for_what_was_open_and_clears_after_it(tmp_path):
    order = crm("A2", "Cedar", CEDAR, "2026-05-30", "500.00")
    may, june, july = months(tmp_path, [order], [erp("2", CEDAR, "Cedar", "2026-06-02", "500.00")])
    assert lines_of(may) == {"new": (1, -50000), "closing": (1, -50000)}
    # -500 + 500: the bridge of June has 500 that the file of June alone does not explain; in all nothing is open.
    own = item(june[1], CEDAR)
    assert (june[0].unexplained_minor, own["open_minor"], own["open_unexplained_minor"]) == (50000, 0, 0)
    assert lines_of(june[1]) == {"opening": (1, -50000), "changes": (0, 50000), "closing": (1, 0)}
    assert (fate(july[1], CEDAR)["fate"], fate(july[1], CEDAR)["comment"]) == ("cleared", "in June")
    assert july[1].done


def test_what_came_in_two_orders_is_counted_once(tmp_path):
    order = crm("A2", "Cedar", "", "2026-05-30", "1000.00")
    parts = [erp("2", CEDAR, "Cedar", "2026-06-02", "400.00", ref="A2"),
             erp("3", DUNE, "Cedar", "2026-06-08", "600.00", ref="A2")]  # fmt: skip
    _, june, _ = months(tmp_path, [order], parts)
    # -1,000 + 400 = -600 and 600: in all 0.
    opened = {order: item(june[1], order)["open_minor"] for order in (CEDAR, DUNE)}
    assert sorted(opened.values()) == [-60000, 60000]
    assert lines_of(june[1])["closing"] == (2, 0)
    assert "in June" in listed(saved(tmp_path, june), "Open items")["Comment"]


def test_two_items_that_one_order_makes_up_for_are_both_counted(tmp_path):
    orders = [crm("A2", "Cedar", CEDAR, "2026-05-30", "1000.00"), crm("A3", "Dune", DUNE, "2026-05-29", "500.00")]
    later = [erp("2", CEDAR, "Cedar", "2026-06-02", "1000.00"), erp("3", DUNE, "Dune", "2026-06-02", "500.00")]
    made = run(tmp_path / "may", [PLAIN[0][0], *orders], [PLAIN[0][1], *later], "2026-05")
    # In June the second order is entered under the first one.
    joined = [later[0], erp("3", DUNE, "Cedar", "2026-06-02", "500.00", parent=f"Sales Order #{CEDAR}", kind="Invoice")]
    june = run(tmp_path / "june", [PLAIN[1][0]], [PLAIN[1][1], *joined], "2026-06",
               previous=saved(tmp_path / "may", made))  # fmt: skip
    assert lines_of(june[1])["opening"] == (2, -150000)
    # -1,000 - 500 + 1,500.
    assert lines_of(june[1]).get("closing", (0, 0))[1] == 0
