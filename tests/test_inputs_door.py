"""The one door for files: what stands at a path, by its ending and by its content."""

import gzip
import hashlib
import io
import os
import zipfile

import openpyxl
import pytest

from bbbxl.errors import InputError
from bbbxl.inputs.files import door
from bbbxl.inputs.files.door import read_grids

TEXT = b"Order,Amount\n1,5\n"


def xlsx():
    book = openpyxl.Workbook()
    book.active.append(["Order", "Amount"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def zipped(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return content.getvalue()


@pytest.fixture
def read(tmp_path):
    """Return a function that writes a file and reads its grids."""

    def write_and_read(content, name="o.csv", **options):
        path = tmp_path / name
        path.write_bytes(content)
        return read_grids(path, **options)

    return write_and_read


def refused(read, *args, **options):
    with pytest.raises(InputError) as caught:
        read(*args, **options)
    return str(caught.value)


@pytest.mark.parametrize("name", ["o.csv", "o.CSV", "o.tsv", "o.txt", "o.tab", "o.asc", "o.psv"])
def test_every_ending_of_a_text_file_is_read_and_does_not_decide_the_mark(read, name):
    (grid,) = read(b"a;b\n1;2\n", name)
    assert (grid.file, grid.row(0), grid.delimiter) == (name, ("a", "b"), ";")


def test_bytes_are_hashed_and_counted_as_they_are(read):
    content = b"\xef\xbb\xbfa,b\r\n1,2\r\n"
    (grid,) = read(content)
    assert (grid.sha256, grid.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_settings_reach_the_text(read):
    (grid,) = read("Zł^b\n".encode("cp1250"), encoding="cp1250", delimiter="^")
    assert (grid.row(0), grid.encoding, grid.delimiter) == (("Zł", "b"), "cp1250", "^")


def test_an_export_in_a_zip_is_named_with_its_archive(read):
    content = zipped(orders_csv=TEXT)
    (grid,) = read(content, "o.zip")
    assert (grid.file, grid.row(1)) == ("o.zip: orders.csv", ("1", "5"))
    assert (grid.sha256, grid.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_the_export_of_several_in_a_zip_is_chosen_as_its_sheet(read):
    content = zipped(a_csv=TEXT, b_csv=b"x,y\n1,2\n")
    (grid,) = read(content, "o.zip", sheet="b.csv")
    assert (grid.file, grid.row(0)) == ("o.zip: b.csv", ("x", "y"))


@pytest.mark.parametrize(
    ("name", "kind"), [("o.pdf", "a .pdf file"), ("o.dat", "a .dat file"), ("orders", "a file without ending")]
)
def test_another_kind_of_file_is_refused_with_what_is_read(read, name, kind):
    assert refused(read, TEXT, name) == (
        f"{name} is {kind}; bbbxl reads .csv, .tsv, .txt, .tab, .asc, .psv, .xlsx, .xlsm, .xlsb, .xls, .ods and .zip. "
        "Save it as CSV UTF-8."
    )


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (xlsx(), "o.csv", "an Excel workbook by its content, not .csv. Rename it to .xlsx."),
        (zipped(o_csv=TEXT), "o.csv", "a zip archive by its content, not .csv. Rename it to .zip"),
        (b"%PDF-1.7\n1,2\n", "o.csv", "a PDF by its content, not .csv. Export the rows again as .xlsx or CSV."),
        (gzip.compress(TEXT, mtime=0), "o.csv", "a gzip archive by its content, not .csv. Unpack it"),
        (b"<html><table><tr><td>1", "o.csv", "a web page by its content, not .csv. Open it in Excel"),
        (b"<html><table><tr><td>1", "o.xls", "a web page by its content, not .xls. Open it in Excel and save"),
        (b"Order\tAmount\n1\t5\n", "o.xls", "plain text by its content, not .xls. Rename it to .csv."),
        (TEXT, "o.xlsx", "plain text by its content, not .xlsx. Rename it to .csv."),
        (xlsx(), "o.xls", "an Excel workbook by its content, not .xls. Rename it to .xlsx."),
        (xlsx(), "o.zip", "an Excel workbook by its content, not .zip. Rename it to .xlsx."),
        (TEXT, "o.zip", "plain text by its content, not .zip. Rename it to .csv."),
        (b"<?xml version='1.0'?><Workbook/>", "o.xls", "XML text by its content, not .xls. Open it in"),
        (b"{\\rtf1 a,b}", "o.csv", "neither text nor a workbook by its content"),
    ],
)  # fmt: skip
def test_an_ending_and_a_content_that_disagree_are_refused_with_what_to_do(read, content, name, told):
    assert refused(read, content, name).startswith(f"{name} is {told}")


@pytest.mark.parametrize("name", ["o.csv", "o.xlsx", "o.ods", "o.xls", "o.zip"])
def test_a_file_without_bytes_is_empty_whatever_its_ending(read, name):
    assert refused(read, b"", name) == f"{name} is empty. Export it again."


@pytest.mark.parametrize("content", [b"a,b\n1,\x002\n", b"\x89PNG\r\n\x1a\n\0\0"])
def test_nul_bytes_are_no_text(read, content):
    assert refused(read, content) == "o.csv holds NUL bytes, so it is no text file. Save it as CSV UTF-8."


def test_a_sheet_of_a_text_file_is_refused(read):
    assert refused(read, TEXT, sheet="Open") == 'o.csv is text and has no sheet "Open". Leave the sheet out for it.'


@pytest.mark.parametrize("name", ["con.csv", "NUL", "Aux.orders.csv", "com1.xlsx", "LPT9.txt"])
def test_the_name_of_a_device_is_refused_on_every_system(read, name):
    assert refused(read, TEXT, name) == (
        f"{name} is the name of a device on Windows, not of a file. Rename the export."
    )


@pytest.mark.parametrize("name", ["~$orders.xlsx", ".~lock.orders.csv"])
def test_what_an_editor_keeps_beside_an_open_file_is_refused(read, name):
    assert refused(read, TEXT, name) == (
        f"{name} is what an editor keeps beside an open file, not an export. Name the export itself."
    )


def test_a_folder_named_like_a_file_is_refused(tmp_path):
    (tmp_path / "o.csv").mkdir()
    assert refused(read_grids, tmp_path / "o.csv") == (
        "o.csv is a folder where a file is expected. Name the export in it."
    )


def test_a_missing_file_is_refused_with_what_to_check(tmp_path):
    assert refused(read_grids, tmp_path / "o.csv") == (
        "o.csv cannot be read: No such file or directory. Check the path and who has it open."
    )


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 300 + ".csv"])
def test_a_name_that_no_file_can_have_is_refused_in_words(tmp_path, name):
    assert " cannot be read: " in refused(read_grids, tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders exist on Linux and macOS only")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "o.csv")
    assert refused(read_grids, tmp_path / "o.csv") == (
        "o.csv is a device or pipe, not a file. Save the export as a .csv file."
    )


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="devices have no path on this system")
def test_a_device_is_refused_and_not_read(tmp_path):
    (tmp_path / "o.csv").symlink_to("/dev/zero")
    assert "is a device or pipe" in refused(read_grids, tmp_path / "o.csv")


def test_a_file_past_two_gibibytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "o.csv"
    with path.open("wb") as file:
        file.truncate(3 << 30)  # a hole: no byte is written
    assert refused(read_grids, path) == (
        "o.csv has 3.0 GiB; bbbxl reads files up to 2 GiB. Export it in parts, by year for instance."
    )
    assert door.MOST_BYTES == 2 << 30
