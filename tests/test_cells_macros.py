"""Macros: a table checked, a pack made of a workbook's tables, each as a new file that is named."""

from openpyxl import load_workbook
from sheets import block, order_block

from bbbxl.cells.macros import MACROS, check_table, free_path, in_excel, make_pack_of


def test_the_checks_of_a_table_are_a_new_workbook(tmp_path):
    said = check_table(order_block(), tmp_path)
    path = tmp_path / "bbb-check.xlsx"
    assert said.endswith(f"The checks are in {path}.")
    sheet = load_workbook(path)["Checks"]
    assert sheet["A1"].value == "Fulfilment basis, USD, as of 2026-03-31"
    assert sheet["B1"].value == "Result"
    check_table(order_block(), tmp_path)
    assert (tmp_path / "bbb-check (2).xlsx").exists()


def test_a_pack_of_the_tables_of_a_workbook_is_a_new_workbook(tmp_path):
    notes = block(("Task", "Done"), ("Call Ada", "no"), name="Notes!A1:B2")
    said = make_pack_of([notes, order_block()], tmp_path)
    path = tmp_path / "bbb-pack-2026-03.xlsx"
    assert said.startswith(f"The pack of 2026-03 is in {path}.")
    assert "KPIs" in load_workbook(path, read_only=True).sheetnames


def test_orders_and_rates_in_two_tables_make_one_pack(tmp_path):
    orders = order_block(cells={(0, "Currency"): "EUR", (1, "Currency"): "EUR", (2, "Currency"): "EUR",
                                (3, "Currency"): "EUR", (4, "Currency"): "EUR", (5, "Currency"): "EUR"})  # fmt: skip
    rates = block(("Currency", "EUR per unit"), ("USD", 0.9), name="Rates!A1:B2")
    assert "The pack of 2026-03" in make_pack_of([orders, rates], tmp_path)


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "a.xlsx").write_text("")
    assert free_path(tmp_path, "a").name == "a (2).xlsx"


class Book:
    """A workbook of which only what the macros ask is there."""

    def __init__(self):
        self.alerts = []
        self.app = self
        self.fullname = "Book1"
        self.sheets = []

    def alert(self, said, title):
        self.alerts.append((title, said))


def test_what_a_macro_cannot_do_is_said_in_a_window(monkeypatch):
    import xlwings

    book = Book()
    monkeypatch.setattr(xlwings.Book, "caller", staticmethod(lambda: book))
    in_excel("BBB_MAKE_PACK", MACROS["BBB_MAKE_PACK"])()
    assert book.alerts == [("bbbxl", "#BBB! No table of this workbook holds orders, events or invoices. Make one of "
                            "the export with Insert, Table, headers included.")]  # fmt: skip
