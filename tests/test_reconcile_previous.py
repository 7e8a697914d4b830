"""Last month's workbook as it may come: refused in one sentence, or its decisions go on, expire and conflict."""

from __future__ import annotations

import shutil

import pytest
from commands import bbbxl
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.table import Table
from recon_books import CRM, ERP, listed
from recon_carry import ANCHOR, JUNE, fate, filled, item, june, may, run, saved
from recon_small import crm, erp, write

from bbbxl.errors import BbbError, InputError, UnknownColumnError, UnknownNameError
from bbbxl.reconcile.decisions_file import read_decisions
from bbbxl.reconcile.kept import ITEM_TITLES
from bbbxl.reconcile.previous import read_previous
from bbbxl.workbook.reconciliation.tables import HEAD_ROW

QUARTZ, ZENITH = "US-SO-000999", "US-SO-000503"
JULY = (*ERP, erp("9", "US-SO-9", "Ox", "2026-07-02", "1"))


@pytest.fixture(scope="module")
def last(tmp_path_factory):
    """Return the workbook of May, in which nobody wrote."""
    return may(tmp_path_factory.mktemp("may"))


def _copy_row(book):
    sheet = book["Open items"]
    for place, one in enumerate(sheet[7], start=1):
        sheet.cell(8, place).value = one.value


def _without(tab, title):
    def edit(book):
        sheet = book[tab]
        head = 1 if tab.startswith("_") else 5
        place = next(one.column for one in sheet[head] if one.value == title)
        (table,) = sheet.tables.values()
        table.tableColumns = [one for one in table.tableColumns if one.name != title]
        sheet.cell(head, place).value = f"{title} (old)"
        table._initialise_columns()

    return edit


def _two_tables(book):
    sheet = book.create_sheet("Copy of it")
    sheet.append(["Match"])
    sheet.append(["x"])
    sheet.tables["OpenItems"] = Table(displayName="OpenItems", name="OpenItems", id=99, ref="A1:A2")


def _set(tab, row, column, value):
    def edit(book):
        book[tab].cell(row, column).value = value

    return edit


def _remove(tab):
    return lambda book: book.remove(book[tab])


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (_copy_row, r"table OpenItems: match [0-9a-f]{16} stands in the rows 7 and 8\. Delete the one"),
        (_without("Open items", "Comment"), r'table OpenItems has no column for "Comment"\. It has: Order, '),
        (_without("Open items", "Match"), r'has no column for "Match"'),
        (_without("_bbb_state", "first_seen"), r'table bbbState has no column for "first_seen"'),
        (_two_tables, r"has two tables named OpenItems: on the tabs Open items and Copy of it"),
        (_remove("Open items"), r"has no table OpenItems\. Give the workbook"),
        (_remove("_bbb_about"), r"has no table bbbAbout, in which the next month finds what it needs: an older bbbxl"),
        (_set("_bbb_about", 2, 2, "7"), r"has the form 7 of bbbxl .*, and this bbbxl reads 1"),
        (_set("_bbb_about", 10, 2, "5"), r"table bbbState holds 6 open items of -55000 minor units, and 6 of 5 were"),
        (_set("_bbb_state", 2, 9, "much"), r'table bbbState row 2, open_minor: "much" is no whole number'),
        (_set("Open items", 6, 20, "=1+1"), r"table OpenItems: cell T6 holds a formula without a value"),
    ],
)
def test_a_workbook_that_cannot_be_trusted_is_refused_in_one_sentence(edit, said, last, tmp_path):
    path = shutil.copy(last, tmp_path / "last.xlsx")
    with pytest.raises((InputError, UnknownColumnError), match=said):
        read_previous(filled(path, {}, edit=edit))


def test_files_that_are_no_workbook_of_last_month_are_refused(last, tmp_path):
    other = tmp_path / "other.xlsx"
    Workbook().save(other)
    (tmp_path / "cut.xlsx").write_bytes(last.read_bytes()[:9000])
    (tmp_path / "locked.xlsx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )
    for name, said in (("other.xlsx", "is no workbook of bbbxl reconcile"), ("cut.xlsx", "cut.xlsx"),
                       ("locked.xlsx", "under a password"), ("none.xlsx", "cannot be read")):  # fmt: skip
        with pytest.raises(InputError, match=said):
            read_previous(tmp_path / name)


def test_the_command_refuses_a_workbook_of_a_later_month_or_another_currency_and_carries_on_otherwise(last, tmp_path):
    paths = write(tmp_path, (ANCHOR[0], JUNE[0], *CRM), (ANCHOR[1], JUNE[1], *ERP))
    words = ("reconcile", *paths[:2], "--rates", paths[2], "--previous", last)
    assert "last.xlsx is of 2026-05, which ends on 2026-05-31, and this period begins on 2026-05-30" in bbbxl(
        *words, "--period", "2026-05-30").refuses()  # fmt: skip
    answer = bbbxl(*words, "--period", "2026-06")
    assert answer.code == 1, answer.err
    # Cedar clears, the others stay: -550 + 500 = -50.
    assert "Open items since 2026-05, USD" in answer.out
    assert "(50.00)" in answer.out


def test_yes_and_no_beside_suggestions_and_explanations_beside_items_are_decisions(tmp_path):
    rows = [crm("006A00000000021", "Acme Tools Ltd", "", "2026-05-04", "1200.00"),
            crm("006A00000000022", "Borealis SpA", "", "2026-05-04", "700.00"), CRM[3]]  # fmt: skip
    orders = [erp("21", "US-SO-000600", "Acme Tools Ltd", "2026-05-05", "1195.00"),
              erp("22", "US-SO-000601", "Borealis SpA", "2026-05-05", "697.00"), ERP[3]]  # fmt: skip
    path = saved(tmp_path, run(tmp_path, (ANCHOR[0], *rows), (ANCHOR[1], *orders), "2026-05"))
    by_customer = dict(zip(listed(path, "Suggested")["CRM customer"], listed(path, "Suggested")["Suggestion"],
                           strict=True))  # fmt: skip
    wrote = {by_customer["Acme Tools Ltd"]: {"Accept (Y/N)": "y", "By": "A. Reyes", "Comment": "same order"},
             by_customer["Borealis SpA"]: {"Accept (Y/N)": "N", "By": "B. Okafor"}}  # fmt: skip
    answered = filled(path, wrote, tab="Suggested", key="Suggestion")
    explained = {QUARTZ: {"Explained by": "C. Lind", "Explained until": "2026-06-30", "Comment": "Framework order"}}
    made, carried = june(tmp_path, filled(answered, explained), rows, orders)
    assert [(one.decision.kind, one.outcome, one.decision.by) for one in made.decisions] == [
        ("explain", "applied", "C. Lind"), ("accept", "applied", "A. Reyes"), ("unmatch", "applied", "B. Okafor"),
    ]  # fmt: skip
    assert fate(carried, QUARTZ)["fate"] == "explained"
    assert len(made.suggestions) == 0
    # July: nothing is said again; the explanation is over and its item open again, the others go on by themselves.
    later, after = june(tmp_path, saved(tmp_path, (made, carried)), rows, (*orders, JULY[-1]), period="2026-07")
    assert [(one.decision.kind, one.outcome) for one in later.decisions] == [
        ("explain", "expired"), ("accept", "applied"), ("unmatch", "applied")]  # fmt: skip
    assert (item(after, QUARTZ)["origin"], item(after, QUARTZ)["comment"]) == ("reopened", "Framework order")
    path = saved(tmp_path, (later, after))
    rules = [row for row in load_workbook(path)["Rules and rates"].iter_rows(values_only=True) if "expired" in row]
    assert [(row[1], row[5], row[6]) for row in rules] == [("explain", "C. Lind", "2026-06-30")]
    # Shown once, an expired decision is not carried any further.
    assert [one.kind for one in read_previous(path).carried] == ["accept", "unmatch"]


@pytest.mark.parametrize("side", ["crm", "erp"])
def test_a_repeated_row_that_is_accepted_is_a_duplicate_and_one_that_is_refused_is_not_offered_again(side, tmp_path):
    deals = [crm("006A00000000021", "Acme Tools Ltd", "US-SO-000600", "2026-05-04", "1200.00"),
             crm("006A00000000022", "Acme Tools Ltd", "US-SO-000601", "2026-05-05", "1200.00")]  # fmt: skip
    orders = [erp("21", "US-SO-000600", "Acme Tools Ltd", "2026-05-05", "1200.00"),
              erp("22", "US-SO-000601", "Acme Tools Ltd", "2026-05-06", "1200.00")]  # fmt: skip
    deals, orders = (deals, orders[:1]) if side == "crm" else (deals[:1], orders)
    path = saved(tmp_path, run(tmp_path, (ANCHOR[0], *deals), (ANCHOR[1], *orders), "2026-05"))
    (offer,) = listed(path, "Suggested")["Suggestion"]
    for answer, classes in (
        ("Y", {"MATCHED", f"DUPLICATE_{side.upper()}"}),
        ("N", {"MATCHED", f"{side.upper()}_ONLY"}),
    ):
        answered = filled(path, {offer: {"Accept (Y/N)": answer}}, tab="Suggested", key="Suggestion")
        made, carried = june(tmp_path, answered, deals, orders)
        assert set(made.standing["class"]) == classes
        assert len(made.suggestions) == 0
        assert carried.items["open_minor"].abs().tolist() == [120000]


def test_a_decision_from_a_file_goes_on_and_conflicts_when_an_amount_changes(tmp_path):
    told = f"together,006A00000000004,{QUARTZ},,A. Reyes,one order\nexplain,,US-SO-000504,2026-12-31,B. Okafor,spare\n"
    last = may(tmp_path, decisions=told)
    made, _ = june(tmp_path, last)
    assert [(one.decision.kind, one.outcome) for one in made.decisions] == [
        ("match", "applied"),
        ("explain", "applied"),
    ]
    other = [erp("4", QUARTZ, "Quartz Holdings", "2026-05-11", "71.00") if QUARTZ in one else one for one in ERP]
    made, carried = june(tmp_path, last, erp_rows=other)
    conflict = made.decisions[0]
    assert conflict.outcome == "conflict"
    assert "they were CRM 90.00, ERP 70.00 and are CRM 90.00, ERP 71.00" in conflict.message
    assert not made.done
    # Not applied: both are open again, one each.
    assert (item(carried, ZENITH)["open_minor"], item(carried, QUARTZ)["open_minor"]) == (-9000, 7100)
    # It conflicts until somebody takes it back.
    made, _ = june(tmp_path, last, erp_rows=other, decisions=f"withdraw,,{QUARTZ},,A. Reyes,not the same\n")
    assert [(one.decision.kind, one.outcome) for one in made.decisions] == [
        ("explain", "applied"),
        ("match", "replaced"),
    ]


def test_what_was_explained_and_agrees_now_is_settled_and_no_conflict(tmp_path):
    last = may(tmp_path, decisions=f"explain,{ZENITH},,,A. Reyes,order comes\n")
    made, carried = june(tmp_path, last, erp_rows=(*ERP, erp("8", ZENITH, "Zenith AG", "2026-06-03", "90.00")))
    assert [one.outcome for one in made.decisions] == ["settled"]
    assert ZENITH not in set(carried.items["order"])


@pytest.mark.parametrize(
    ("row", "error", "said"),
    [
        ("togther,a,b,,X,", UnknownNameError, 'row 2: there is no decision "togther". Did you mean together?'),
        ("together,a,,,X,", InputError, "row 2, erp: together is about rows of both sides"),
        ("explain,,,,X,", InputError, "row 2, crm: it names no row"),
        ("explain,a,,,,", InputError, "row 2, by: nobody is named"),
        ("explain,a,,soon,X,", InputError, 'row 2, until: "soon" is no day. Write it as 2026-12-31'),
    ],
)
def test_a_row_of_a_decisions_file_that_says_too_little_is_refused(row, error, said, tmp_path):
    path = tmp_path / "d.csv"
    path.write_text(f"decision,crm,erp,until,by,reason\n{row}\n", encoding="utf-8")
    with pytest.raises(error) as refused:
        read_decisions(path)
    assert said in str(refused.value)
    path.write_text("decision;crm;erp\ntogether;a;b\n", encoding="utf-8")
    with pytest.raises(BbbError, match=r'd\.csv has no column for "until", "by", "reason"'):
        read_decisions(path)


def _noted(book):
    sheet = book["Open items"]
    sheet["B6"].comment = Comment("Called them on Monday", "A. Reyes")
    sheet["T7"].comment = Comment("[Threaded comment]\n\nYour version.\n\nComment:\n    Waits for legal", "A. Reyes")
    book["Only in CRM"]["A6"].comment = Comment("elsewhere", "A. Reyes")


def _own_column(book):
    sheet = book["Open items"]
    sheet.cell(HEAD_ROW, 28).value, sheet.cell(6, 28).value = "Ticket", "T-17"
    sheet.cell(7, 29).value = "beside"


def _copied(book):
    sheet = book.copy_worksheet(book["Open items"])
    sheet.title = "Open items (2)"
    sheet.add_table(Table(displayName="OpenItems13", ref=book["Open items"].tables["OpenItems"].ref))


def test_notes_of_cells_and_own_columns_stand_below_the_comment(last, tmp_path):
    first, second = listed(last, "Open items")["Order"][:2]
    for edit, one, other in (
        (_noted, "Called them on Monday", "mine\nWaits for legal"),
        (_own_column, "Ticket: T-17", "mine\ncolumn AC: beside"),
    ):
        carried = june(tmp_path, filled(last, {second: {"Comment": "mine"}}, edit=edit))[1]
        assert (item(carried, first)["comment"], item(carried, second)["comment"]) == (one, other)
        said = any("has notes of cells on other tabs, which are not carried on: Only in CRM." in note
                   for note in carried.notes)  # fmt: skip
        assert said == (edit is _noted)
    # What stands below the comment now is not put there again.
    again = june(tmp_path, filled(saved(tmp_path, june(tmp_path, filled(last, {}, edit=_noted))), {}),
                 erp_rows=JULY, period="2026-07")[1]  # fmt: skip
    assert item(again, first)["comment"] == "Called them on Monday"


def test_a_copy_of_the_open_items_is_said_not_to_be_read(last, tmp_path):
    (note,) = read_previous(filled(last, {}, edit=_copied)).notes
    assert 'tab "Open items (2)", holds a copy of the open items, which is not read' in note


def test_every_header_of_the_open_items_is_one_that_the_reader_knows(last):
    heads = [one.value for one in load_workbook(last)["Open items"][HEAD_ROW]]
    assert set(heads) <= ITEM_TITLES


def test_the_workbook_of_another_company_is_refused(last, tmp_path):
    rows = [("PO-0", "2026-05-12"), ("PO-1", "2026-06-05")]
    deals = [crm(f"B{order}", "Other", order, day, "100.00") for order, day in rows]
    orders = [erp(f"7{order}", order, "Other", day, "100.00") for order, day in rows]
    with pytest.raises(
        InputError, match=r"None of the 1\d rows that last.xlsx lists is in the files, which have others"
    ):
        run(tmp_path / "other", deals, orders, "2026-06", previous=last)
    # Files of June alone do not tell: what was open stays open as it was.
    assert len(run(tmp_path / "june", deals[1:], orders[1:], "2026-06", previous=last)[1].fates) == 6
