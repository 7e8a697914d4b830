"""States of which no row, or not every row, is booked: refused or listed with rows and amounts."""

import pytest
from exports import TOML, entry, refused

HEAD = "Record ID,Deal Name,Deal Stage,Close Date,Amount,Currency\n"
WON = "1,One,Closed Won,2026-01-15,100.00,EUR\n"
SIGNED = "2,Two,Won - signed,2026-01-20,200.50,EUR\n3,Three,Won - signed,2026-02-10,300.00,EUR\n"
OPEN = "4,Four,Contract sent,2026-03-31,50.00,EUR\n"


def read(made, rows, more=""):
    return made(toml=TOML + entry("d.csv", more=more), files={"d.csv": HEAD + rows})


def test_stages_of_the_firm_that_book_nothing_refuse_the_file_and_are_listed(made):
    toml = TOML + entry("d.csv")
    assert refused(made, toml=toml, files={"d.csv": HEAD + SIGNED + OPEN}) == (
        'd.csv: none of its 3 rows counts, because signed orders are those with "Closed Won" or "Closed Won (Sales '
        'Pipeline)" or "Won" or "Abgeschlossen und gewonnen" or "Fermé gagné" or "Cierre ganado" or "true" or "yes", '
        'and "Deal Stage" holds "Won - signed" (2 rows), "Contract sent" (1 row). If some of these are, say which: '
        'states = { booked = { "Deal Stage" = ["Won - signed"] } } for the file in bbbxl.toml.'
    )


def test_what_the_refusal_says_makes_the_file_load(made):
    loaded = read(made, SIGNED + OPEN, 'states = { booked = { "Deal Stage" = ["Won - signed"] } }')
    assert loaded.sources[0].totals == {"EUR": 50050}


def test_stages_that_are_not_counted_are_listed_with_their_rows_and_amounts(made):
    notes = read(made, WON + SIGNED + OPEN).sources[0].notes
    # 200.50 + 300.00 = 500.50
    assert (
        '3 rows are no signed orders by the state booked, and not counted: "Won - signed" in 2 rows with 500.50 EUR, '
        '"Contract sent" in 1 row with 50.00 EUR. Add what is booked all the same to states.booked in bbbxl.toml.'
    ) in notes


def test_a_stage_that_is_empty_is_called_nothing(made):
    notes = read(made, WON + OPEN.replace("Contract sent", "")).sources[0].notes
    assert any("not counted: nothing in 1 row with 50.00 EUR." in note for note in notes)


@pytest.mark.parametrize("count", [9, 12])
def test_many_stages_are_named_in_part_and_counted(made, count):
    rows = "".join(f"{10 + number},X,Stage {number:02},2026-01-15,1.00,EUR\n" for number in range(count))
    said = next(note for note in read(made, WON + rows).sources[0].notes if "not counted" in note)
    assert '"Stage 07" in 1 row with 1.00 EUR, ' in said
    assert f", {count - 8} more. Add" in said


def test_invoices_none_of_which_is_issued_refuse_the_file(made):
    rows = (
        "id,Customer Name,Date (UTC),Subtotal,Amount Due,Currency,Status\nin_1,N,2026-01-15,100.00,0.00,eur,settled\n"
    )
    orders = "Order No,Order Date,Amount,Currency\nA,2026-01-05,1,EUR\n"
    toml = TOML + entry("o.csv") + entry("s.csv", role="invoices", more='columns = { amount = "Subtotal" }')
    said = refused(made, toml=toml, files={"o.csv": orders, "s.csv": rows})
    assert said.startswith("s.csv: its 1 row does not count, because issued invoices are those with ")
    assert '"Status" holds "settled" (1 row)' in said
