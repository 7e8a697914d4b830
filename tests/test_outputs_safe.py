"""Every output: text from files is never a formula, nothing obeys it, nothing tells where or by whom it was made."""

import csv
import getpass
import io
import json
import re
import socket
import zipfile
from pathlib import Path

import pytest
from commands import all_of
from lxml import etree
from openpyxl import load_workbook
from packs import number_of, released, write_exports

from bbbxl.cli.sentences import sentence_of
from bbbxl.cli.show import as_json, rows_as_csv
from bbbxl.safe_text import unescape_cell

#: Names of customers, orders, products, regions and entities that would do something when they are calculated.
ATTACKS = (
    '=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "-2+3", "\t=1", "cmd|' /C calc'!A0", '=IMPORTXML("http://x","//a")',
    "=cmd|' /C calc'!A0", "'=1+1", "=1+1\n=2", "\uff1d1+1", "#N/A", "=", "{=1}", "DDE(\"cmd\";\"/C calc\")",
    "http://example.org/x", "mailto:a@example.org", "file:///etc/passwd", "\\\\server\\share\\a.xlsx",
    "_xlfn.WEBSERVICE(1)",
)  # fmt: skip
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TELL_TALE = "zz-desk-of-jdoe"


def attacked(name):
    """Return a name as the reader of files hands it on: without blanks around it."""
    return name.strip()


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """Return a pack whose every name is an attack, the entity's and the firm's too."""
    rows = [
        (
            "new",
            number_of(name),
            number_of(name),
            "2026-01-10",
            str(number),
            name,
            "2026-01-20",
            "",
            "",
            number_of(name),
            "",
            name,
        )
        for number, name in enumerate(ATTACKS, start=100)
    ]
    rows += [("new", "Z", "1", "2026-01-10", "9", "Z", "2026-01-20")]
    rows += [("shipment", "Z", "1", "2026-01-20", "1", "Z"), ("invoice", "Z", "1", "2026-01-20", "1", "Z")]
    folder = write_exports(tmp_path_factory.mktemp("attacks"), rows)
    settings = folder / "bbbxl.toml"
    settings.write_text(settings.read_text().replace('"Northfield"', json.dumps(ATTACKS[0])), encoding="utf-8")
    return released(folder, "2026-01-31")


def parts(path, ending=""):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist() if name.endswith(ending)}


@pytest.mark.parametrize("tab", ["Ledger", "Orders", "Past due"])
def test_names_stand_in_the_cells_of_lists_as_typed_text_byte_for_byte(pack, tab):
    cells = [cell for row in load_workbook(pack)[tab].iter_rows() for cell in row if cell.value is not None]
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert {attacked(name) for name in ATTACKS} <= texts


def test_the_firms_own_name_is_typed_text_in_titles_and_on_the_cover(pack):
    workbook = load_workbook(pack)
    for tab in ("KPIs", "Roll-forward"):
        cell = workbook[tab]["B2"]
        assert cell.data_type == "s"
    cover = {cell.value: cell.data_type for row in workbook["Cover"].iter_rows() for cell in row}
    assert any(str(value).startswith("Group") or str(value) in ATTACKS for value in cover)


def test_no_formula_holds_what_a_file_said(pack):
    for name, content in parts(pack, ".xml").items():
        if not name.startswith("xl/worksheets/"):
            continue
        for formula in etree.fromstring(content).iter(f"{MAIN}f"):
            assert not re.search(r"HYPERLINK|IMPORTXML|WEBSERVICE|cmd|\+1\+1|DDE", formula.text or ""), (
                name,
                formula.text,
            )


def test_cells_are_shared_strings_and_no_cell_is_an_error_or_an_inline_text(pack):
    for name, content in parts(pack, ".xml").items():
        if name.startswith("xl/worksheets/"):
            kinds = {cell.get("t", "n") for cell in etree.fromstring(content).iter(f"{MAIN}c")}
            assert kinds <= {"s", "n", "str", "b"}, name
    strings = etree.fromstring(parts(pack, "sharedStrings.xml")["xl/sharedStrings.xml"])
    held = {"".join(one.itertext()) for one in strings.iter(f"{MAIN}si")}
    assert {attacked(name) for name in ATTACKS} <= held


def test_sheet_names_defined_names_charts_and_links_hold_nothing_of_the_files(pack):
    strange = re.compile("|".join(re.escape(attacked(name)) for name in ATTACKS if len(name) > 4))
    for name, content in parts(pack).items():
        if name.startswith(("xl/charts/", "xl/workbook.xml", "xl/drawings/")) or name.endswith(".rels"):
            text = "".join(etree.fromstring(content).itertext()) + " ".join(
                value for one in etree.fromstring(content).iter() for value in one.attrib.values()
            )
            assert not strange.search(text), name
    assert not any("externalLink" in name for name in parts(pack))
    for name, content in parts(pack, ".rels").items():
        assert b'TargetMode="External"' not in content, name


def test_control_characters_and_over_long_texts_are_altered_where_it_is_said(tmp_path):
    rows = [("new", "1", "1", "2026-01-10", "5", "Ac\x01me", "2026-01-20"),
            ("new", "2", "1", "2026-01-11", "7", "L" * 32_768, "2026-01-20")]  # fmt: skip
    path = released(write_exports(tmp_path, rows), "2026-01-31")
    workbook = load_workbook(path)
    ledger = [cell.value for row in workbook["Ledger"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "Ac\ufffdme" in ledger
    assert "L" * 32_761 + " [...]" in ledger  # 32,761 + 6 = 32,767
    sources = [cell.value for row in workbook["Sources"].iter_rows() for cell in row if isinstance(cell.value, str)]
    said = " ".join(sources)
    assert "Customer: texts of " in said
    assert (
        "hold control characters, which no workbook can; U+FFFD stands for each of them. First: events.csv row 2."
        in said
    )
    assert (
        'are longer than the 32,767 characters of a cell; they are cut and end in "[...]". First: events.csv row 3.'
        in said
    )


def test_a_pack_of_plain_texts_says_nothing_of_altered_ones(tmp_path):
    path = released(write_exports(tmp_path))
    said = [cell.value for row in load_workbook(path)["Sources"].iter_rows() for cell in row if cell.value]
    assert not any("U+FFFD" in str(one) or "[...]" in str(one) for one in said)


def test_csv_quotes_texts_marks_formulas_and_leaves_numbers_alone():
    made = rows_as_csv(("name", "amount"), [(name, number) for number, name in enumerate(ATTACKS, -3)])
    lines = list(csv.reader(io.StringIO(made, newline="")))
    assert [unescape_cell(name) for name, _ in lines[1:]] == list(ATTACKS)
    assert [number for _, number in lines[1:4]] == ["-3", "-2", "-1"]
    assert made.startswith('"name","amount"\n"\'=HYPERLINK(""http://x"",""y"")",-3\n')
    for name, _ in lines[1:]:
        assert name.lstrip()[:1] not in tuple("=+-@\t\r\n\uff1d")


def test_csv_keeps_blanks_numbers_and_truth_and_drops_what_a_terminal_obeys():
    assert rows_as_csv(("a",), [(None,), (-250,), (1.5,), (True,), ("a\x1b[31m\x00",)]) == (
        '"a"\n\n-250\n1.5\nTrue\n"a\ufffd[31m\ufffd"\n'
    )


def test_json_holds_texts_byte_for_byte_and_no_control_character():
    document = {"texts": [*ATTACKS, "\x1b[31m", "\x9b", "\u202e"]}
    made = as_json(document)
    assert json.loads(made) == document
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", made)


EVENTS = "Event Type,Order No,Event Date,Amount,Currency,Customer\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Return a folder with a tell-tale name in which every command was run, with what each printed."""
    folder = tmp_path_factory.mktemp(TELL_TALE)
    write_exports(folder / "exports")
    hostile = "".join(
        f'new,{number},2026-01-10,5.00,USD,"{name}"\n'
        for number, name in enumerate(("=1+1", "\x1b[31mred", "-2+3", "Acme\x07"), start=1)
    )
    (folder / "hostile.csv").write_text(EVENTS + hostile, encoding="utf-8")
    (folder / "bad.csv").write_text(EVENTS + 'new,1,2026-01-10,5.00,USD,A\nnew,2,2026-01-10,"\x1b[2Jx",USD,A\n')
    absolute = folder / "exports"
    answers = all_of(
        {
            "pack": ("pack", "exports", "--out", "board.xlsx"),
            "pack of a path": ("pack", absolute, "--out", folder / "second.xlsx"),
            "metrics": ("metrics", absolute, "--out", "figures.txt"),
            "json": ("metrics", absolute, "--format", "json", "--out", "figures.json"),
            "csv": ("metrics", absolute, "--format", "csv", "--by", "customer", "--out", "figures.csv"),
            "check": ("check", absolute, "--format", "json", "--out", "checks.json"),
            "hostile": ("metrics", "hostile.csv", "--by", "customer"),
            "hostile csv": ("metrics", "hostile.csv", "--by", "customer", "--format", "csv"),
            "hostile json": ("metrics", "hostile.csv", "--by", "customer", "--format", "json"),
            "bad": ("check", "bad.csv"),
            "missing": ("metrics", folder / "nothing.csv"),
        },
        folder,
    )
    return folder, answers


def test_no_output_names_the_folder_the_machine_or_the_user(desk):
    folder, answers = desk
    told = {name: answer.out + answer.err for name, answer in answers.items() if name != "pack of a path"}
    for path in sorted(folder.glob("*")):
        if path.is_file() and path.name not in ("hostile.csv", "bad.csv"):
            told[path.name] = path.read_bytes().decode("latin-1")
            if path.suffix == ".xlsx":
                told |= {f"{path.name}: {name}": part.decode("latin-1") for name, part in parts(path).items()}
    assert {"board.xlsx", "board.manifest.json", "figures.txt", "figures.csv", "checks.json"} <= set(told)
    secret = [TELL_TALE, str(Path.home()), str(folder.parent)]
    secret += [word for word in (socket.gethostname(), _user()) if len(word) > 4]
    for name, text in told.items():
        for word in secret:
            assert word not in text, (name, word)


def _user():
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def test_file_properties_name_the_product_only(desk):
    folder, _ = desk
    core = etree.fromstring(parts(folder / "board.xlsx", "core.xml")["docProps/core.xml"])
    named = {etree.QName(one).localname: one.text for one in core}
    assert (named["creator"], named["lastModifiedBy"]) == ("bbbxl", "bbbxl")
    app = parts(folder / "board.xlsx", "app.xml")["docProps/app.xml"].decode()
    assert "Company" not in app
    assert "Manager" not in app


def test_a_path_names_the_pack_only_where_the_caller_named_it(desk):
    _, answers = desk
    assert answers["pack"].out.splitlines()[-1] == "Pack: board.xlsx"


def test_no_control_character_of_a_file_reaches_the_terminal(desk):
    for name, answer in desk[1].items():
        for text in (answer.out, answer.err):
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text), name
    assert "\\u001b[31mred" in desk[1]["hostile json"].out
    assert '"\ufffd[31mred"' in desk[1]["hostile csv"].out or '"\'\ufffd[31mred"' in desk[1]["hostile csv"].out
    assert 'bad.csv row 3, Amount: "\ufffd[2Jx" is not a number' in desk[1]["bad"].err


def test_csv_of_a_command_is_read_back_as_the_figures_it_shows(desk):
    rows = list(csv.DictReader(io.StringIO(desk[1]["hostile csv"].out)))
    names = {unescape_cell(row["segment"]) for row in rows if row["segment"]}
    assert {"=1+1", "-2+3"} <= names
    assert {row["value"] for row in rows if row["metric"] == "net_bookings" and row["segment"]} == {"500"}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file", "/home/jdoe/a.csv"), "FileNotFoundError: No such file: a.csv"),
        (ValueError("cannot read /home/jdoe/x/a.csv: odd"), "ValueError: cannot read a.csv: odd"),
        (ValueError(r"cannot read 'C:\\Users\\jdoe\\a.csv'"), "ValueError: cannot read 'a.csv'"),
        (ValueError("1/2 is no number"), "ValueError: 1/2 is no number"),
    ],
)
def test_something_unforeseen_names_no_folder(error, said):
    assert f"({said})." in sentence_of(error)
