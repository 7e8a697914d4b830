"""Zip archives: what is refused on the bytes that come out, and which export is taken."""

import struct
import time
import tracemalloc
import zipfile
from io import BytesIO

import pytest
from books import sheet, xlsx, zipped

from bbbxl.errors import InputError, UnknownNameError
from bbbxl.inputs.files.archive import archived_export, open_archive
from bbbxl.inputs.files.sniff import sniff

ORDERS = b"Order No,Amount\nA-1,100\n"
LISTED = b"PK\x01\x02"
LOCAL = b"PK\x03\x04"


def patched(content, signature, place, value):
    """Return an archive with bytes changed at a place of its first header of a kind."""
    start = content.index(signature) + place
    return content[:start] + value + content[start + len(value) :]


def refusal(content, choice=None):
    with pytest.raises(InputError) as refused:
        archived_export(content, "orders.zip", choice)
    return str(refused.value)


def linked():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("orders.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def overlapping():
    """Return an archive whose second entry is listed at the place of the first."""
    content = zipped(("a.csv", ORDERS), ("b.csv", ORDERS))
    second = content.rindex(LISTED)
    return content[: second + 42] + bytes(4) + content[second + 46 :]


def aes():
    content = zipped(("orders.csv", ORDERS))
    return patched(patched(content, LISTED, 8, b"\1\0"), LISTED, 10, struct.pack("<H", 99))


BOMB = zipped(("orders.csv", bytes(5 << 20)))
#: What is wrong -> the archive, and what its refusal says.
REFUSED = {
    "empty": (zipped(), "holds no export"),
    "only a picture": (zipped(("logo.png", b"x")), "it has logo.png"),
    "two exports": (zipped(("a.csv", ORDERS), ("b.csv", ORDERS)), "2 exports: a.csv, b.csv. Choose one of them"),
    "a zip in it": (zipped(("in.zip", zipped(("a.csv", ORDERS)))), "another archive, in.zip"),
    "a zip in it that says csv": (zipped(("in.csv", zipped(("a.csv", ORDERS)))), "another archive, in.csv"),
    "cut off": (zipped(("a.csv", ORDERS))[:-30], "cut off or damaged"),
    "bytes behind it": (zipped(("a.csv", ORDERS)) + b"more", "bytes before or after"),
    "bytes before it": (LOCAL + b"more" + zipped(("a.csv", ORDERS)), "bytes before its first entry"),
    "encrypted": (patched(zipped(("a.csv", ORDERS)), LISTED, 8, b"\1"), "a.csv is encrypted"),
    "encrypted by AES": (aes(), "orders.csv is encrypted"),
    "packed by bzip2": (zipped(("a.csv", ORDERS), method=zipfile.ZIP_BZIP2), "packed by method 12"),
    "twice": (zipped(("a.csv", ORDERS), ("A.CSV", ORDERS)), "the entry A.CSV twice"),
    "climbing": (zipped(("../a.csv", ORDERS)), "../a.csv"),
    "absolute": (zipped(("/tmp/a.csv", ORDERS)), "/tmp/a.csv"),
    "on a drive": (zipped(("C:/a.csv", ORDERS)), "C:/a.csv"),
    "climbing with backslashes": (zipped(("x\\..\\..\\a.csv", ORDERS)), "named to stand outside"),
    "a link": (linked(), "is a link to another file"),
    "overlapping": (overlapping(), "shares its bytes with another one"),
    "another check sum": (patched(zipped(("a.csv", ORDERS)), LISTED, 16, b"\1\2\3\4"), "not what the list of entries"),
    "another size": (patched(zipped(("a.csv", ORDERS)), LISTED, 24, b"\1\0\0\0"), "not what the list of entries"),
    "another name inside": (patched(zipped(("a.csv", ORDERS)), LOCAL, 30, b"b"), "another name in its own header"),
    "a bomb": (BOMB, "orders.csv inflates to more than 100 times its size"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_an_archive_that_cannot_be_trusted_is_refused_in_one_sentence_naming_file_and_entry(name):
    content, words = REFUSED[name]
    said = refusal(content)
    assert words in said
    assert said.startswith("orders.zip")
    assert said.endswith(".")


def lying(size):
    """Return an archive that says everywhere that its entry has another size."""
    told = struct.pack("<L", size)
    return patched(patched(zipped(("a.csv", ORDERS)), LOCAL, 22, told), LISTED, 24, told)


def test_sizes_that_lie_are_found_on_the_bytes_that_come_out():
    # ORDERS has 24 bytes.
    assert "says it has 10 bytes and gives more" in refusal(lying(10))
    assert "says it has 99 bytes and gives 24" in refusal(lying(99))


def test_a_check_sum_that_differs_is_found_on_the_bytes_that_come_out():
    stored = zipped(("a.csv", ORDERS), method=zipfile.ZIP_STORED)
    assert "its check sum differs" in refusal(stored.replace(b"A-1,100", b"A-1,900"))


def test_a_bomb_that_says_it_is_small_is_refused():
    told = struct.pack("<L", 500)
    assert "says it has 500 bytes and gives more" in refusal(patched(patched(BOMB, LOCAL, 22, told), LISTED, 24, told))


def test_many_entries_just_below_the_limit_of_each_are_refused_together():
    # 40 entries of 4 MiB of zeros: 160 MiB from some 160 kB.
    many = zipped(*((f"{place}.csv", bytes(4 << 20)) for place in range(40)))
    assert "inflates to more than 64 MiB" in refusal(many)


def test_more_than_ten_thousand_entries_are_refused_before_they_are_looked_at():
    many = zipped(*((f"{place}.csv", b"") for place in range(10_001)), method=zipfile.ZIP_STORED)
    assert "10001 entries, more than 10000" in refusal(many)


@pytest.mark.parametrize("tenth", range(1, 10))
def test_an_archive_cut_off_anywhere_is_refused(tenth):
    content = zipped(("orders.csv", ORDERS * 200))
    assert "cut off or damaged" in refusal(content[: len(content) * tenth // 10])


def test_one_export_is_taken_and_what_computers_add_is_passed_over():
    content = zipped(
        ("data/", b""), ("data/orders.csv", ORDERS), ("__MACOSX/data/._orders.csv", b"x"), ("data/.DS_Store", b"x")
    )
    found = archived_export(content, "orders.zip")
    assert (found.name, found.content, found.sheet, found.notes) == ("orders.csv", ORDERS, None, ())


def test_what_is_left_aside_is_noted():
    found = archived_export(zipped(("orders.csv", ORDERS), ("terms.pdf", b"x")), "orders.zip")
    assert found.notes == ("Of orders.zip only orders.csv is read; left aside: terms.pdf.",)


def test_a_workbook_in_an_archive_is_an_export():
    book = xlsx('<row r="1"><c r="A1"><v>1</v></c></row>')
    found = archived_export(zipped(("orders.xlsx", book)), "orders.zip", "Orders")
    assert (found.name, found.content, found.sheet) == ("orders.xlsx", book, "Orders")


@pytest.mark.parametrize(
    ("choice", "name", "left"),
    [("a.csv", "a.csv", None), ("in/B.XLSX", "b.xlsx", None), ("b.xlsx: Open", "b.xlsx", "Open")],
)
def test_of_several_exports_the_choice_names_one(choice, name, left):
    content = zipped(("a.csv", ORDERS), ("in/b.xlsx", b"x"))
    found = archived_export(content, "orders.zip", choice)
    assert (found.name, found.sheet) == (name, left)


def test_a_choice_that_names_none_of_several_exports_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r'orders.zip: there is no file "orders.csv". Did you mean order.csv'):
        archived_export(zipped(("order.csv", ORDERS), ("b.csv", ORDERS)), "orders.zip", "orders.csv")


def test_a_sheet_of_a_hundred_thousand_equal_rows_is_no_bomb():
    cells = "".join(f'<c r="{column}{{0}}" t="inlineStr"><is><t>Northwind</t></is></c>' for column in "ABCDEFGHIJKL")
    rows = "".join(f'<row r="{row}">{cells.replace("{0}", str(row))}</row>' for row in range(1, 100_001))
    archive = open_archive(zipped(("xl/worksheets/sheet1.xml", sheet(rows))), "orders.xlsx")
    assert list(archive.entries) == ["xl/worksheets/sheet1.xml"]


def test_a_bomb_of_three_hundred_megabytes_is_refused_at_once_and_without_them(tmp_path):
    path = tmp_path / "orders.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sheet.xml", "w") as entry:
        for _ in range(300):
            entry.write(bytes(1 << 20))
    content = path.read_bytes()
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(InputError, match="inflates to more than 100 times its size"):
        open_archive(content, "orders.xlsx")
    seconds, (_, most) = time.perf_counter() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 2
    assert most < 20_000_000


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
#: Content -> what it is.
CONTENTS = {
    b"": "text",
    b"Order No;Amount\n1;2": "text",
    "Größe;Amount".encode("cp1252"): "text",
    "Order No\t1".encode("utf-16"): "text",
    "Order No\t1".encode("utf-16-le"): "text",
    b"\x1f\x8b\x08": "gzip",
    b"%PDF-1.7\n\0": "pdf",
    b"\n<html><body>": "html",
    b"\xef\xbb\xbf<!DOCTYPE html>": "html",
    b"<table border=1><tr>": "html",
    b'<?xml version="1.0"?><html xmlns="x">': "html",
    b"MIME-Version: 1.0\nContent-Type: multipart/related": "html",
    b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>': "xml",
    "<html>".encode("utf-16"): "html",
    b"\x89PNG\r\n": "other binary",
    b"PAR1\x15": "other binary",
    b"a,b\n\0\0": "other binary",
    OLE: "other binary",
    OLE + "Workbook".encode("utf-16-le") + bytes(40): "xls",
    OLE + "EncryptedPackage".encode("utf-16-le"): "encrypted",
    zipped(("a.csv", ORDERS)): "zip",
    xlsx("")[:600]: "xlsx",
    xlsx(""): "xlsx",
    zipped(("[Content_Types].xml", ""), ("xl/workbook.bin", "")): "xlsb",
    zipped(("[Content_Types].xml", ""), ("word/document.xml", "")): "zip",
    zipped(("mimetype", "application/vnd.oasis.opendocument.spreadsheet")): "ods",
    zipped(("mimetype", "application/epub+zip")): "zip",
}  # fmt: skip


@pytest.mark.parametrize("content", CONTENTS, ids=range(len(CONTENTS)))
def test_a_file_is_what_its_bytes_are(content):
    assert sniff(content) == CONTENTS[content]
