"""The extension as a file: the same bytes each time, every function with its words, nothing that LibreOffice lacks."""

import ast
import io
import json
import sys
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from lxml import etree

from bbbxl import __version__
from bbbxl.cells.calc.build import extension, parts
from bbbxl.cells.calc.handover import answer
from bbbxl.cells.calc.inside.component import methods
from bbbxl.cells.calc.inside.engine import Engine
from bbbxl.cells.calc.inside.reading import UnreadableError, counts_from_1904, handed_over
from bbbxl.cells.calc.names import RULE, arguments_of, calc_name, in_calc, method_name
from bbbxl.cells.calc.rdb import Method, type_registry
from bbbxl.cells.registry import functions

FILES = parts(elsewhere=True)
CARRIED = {name: content.decode() for name, content in FILES.items() if name.endswith(".py")}
NAME = "{http://openoffice.org/2001/registry}name"


def test_the_same_bytes_come_from_the_same_bbbxl():
    assert extension() == extension()
    assert ZipFile(io.BytesIO(extension())).testzip() is None


def test_the_rule_of_names_says_what_is_done():
    assert "BOOKINGS is BBB.BOOKINGS, BBB_LOAD is BBB.LOAD" in RULE
    assert [calc_name("BOOKINGS"), calc_name("BBB_LOAD")] == ["BBB.BOOKINGS", "BBB.LOAD"]


def test_no_two_functions_share_a_name_in_calc():
    assert len({method_name(name) for name in functions()}) == len(functions())


@pytest.mark.parametrize(
    ("excel", "calc"),
    [
        ('=BOOKINGS(BBB_LOAD(A1:B2), "2026-10")', '=BBB.BOOKINGS(BBB.LOAD(A1:B2), "2026-10")'),
        ('=BBB_DEFINE("BOOKINGS")', '=BBB.DEFINE("BOOKINGS")'),
        ("=BACKLOG_ROLL(BACKLOG)", "=BBB.BACKLOG_ROLL(BBB.BACKLOG)"),
        ("=MYBOOKINGS(BOOKINGS_X)", "=MYBOOKINGS(BOOKINGS_X)"),
    ],
)
def test_a_formula_of_excel_is_written_as_calc_has_it(excel, calc):
    assert in_calc(excel) == calc
    assert in_calc(calc) == calc


def test_every_function_and_argument_has_its_words_in_the_wizard():
    tree = etree.fromstring(FILES["CalcAddIns.xcu"])
    nodes = {node.get(NAME): node for node in tree.find(f".//node[@{NAME}='AddInFunctions']")}
    assert set(nodes) == {method_name(name) for name in functions()}
    for name, one in functions().items():
        node = nodes[method_name(name)]
        said = {prop.get(NAME): prop.findtext("value") for prop in node.findall("prop")}
        assert said["DisplayName"] == said["CompatibilityName"] == calc_name(name)
        assert said["Description"].startswith(f"{one.title}. ")
        arguments = {each.get(NAME): each.find(f"prop[@{NAME}='Description']/value").text
                     for each in node.find(f"node[@{NAME}='Parameters']")}  # fmt: skip
        assert arguments == {each.name: each.definition for each in arguments_of(one) if each.name != "document"}
        assert list(dict.fromkeys(arguments.values())) == [in_calc(each.definition) for each in one.parameters]


def test_the_type_registry_holds_every_method():
    held = FILES["bbbxl.rdb"]
    assert held.startswith(b"UNOIDL\xff\0")
    for name in functions():
        text = method_name(name).encode()
        assert len(text).to_bytes(4, "little") + text in held


def test_a_type_registry_is_written_byte_for_byte_as_libreoffice_documents_it():
    # Magic, where the root map stands, how long it is; the interface; the maps of its modules from the inside out.
    made = type_registry("a.X", [Method("M", (("p", "any"),), "long")])
    base = b"com.sun.star.uno.XInterface"
    interface = b"".join((
        b"\x05", (1).to_bytes(4, "little"), len(base).to_bytes(4, "little"), base, bytes(8), (1).to_bytes(4, "little"),
        b"\x01\0\0\0M", b"\x04\0\0\0long", b"\x01\0\0\0", b"\0", b"\x01\0\0\0p", b"\x03\0\0\0any", bytes(4),
    ))  # fmt: skip
    at = len(b"UNOIDL\xff\0") + 9
    leaf = at + len(interface)
    module = b"\0" + (1).to_bytes(4, "little") + leaf.to_bytes(4, "little") + at.to_bytes(4, "little")
    root = leaf + len(b"X\0") + len(module) + len(b"a\0")
    expected = b"".join((
        b"UNOIDL\xff\0", root.to_bytes(4, "little"), (1).to_bytes(4, "little"), b"\0", interface, b"X\0", module,
        b"a\0",
        (leaf + 2 + len(module)).to_bytes(4, "little"), (leaf + 2).to_bytes(4, "little"),
    ))  # fmt: skip
    assert made == expected


def test_the_manifest_names_parts_that_are_there():
    tree = etree.fromstring(FILES["META-INF/manifest.xml"])
    named = [each.get("{http://openoffice.org/2001/manifest}full-path") for each in tree]
    assert named
    assert set(named) <= set(FILES)


def test_the_version_is_that_of_bbbxl():
    assert f'<version value="{__version__}"/>' in FILES["description.xml"].decode()


@pytest.mark.parametrize("name", CARRIED)
def test_what_runs_inside_libreoffice_needs_python_3_8_and_its_library_alone(name):
    tree = ast.parse(CARRIED[name], feature_version=(3, 8))
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else (
            [str(node.module)] if isinstance(node, ast.ImportFrom) else [])  # fmt: skip
        for each in names:
            top = each.split(".")[0]
            assert top in sys.stdlib_module_names | {"bbbxl_inside", "unohelper", "com", "org"}, f"{name}: {each}"


def test_an_extension_for_other_computers_names_no_folder_of_this_one():
    assert json.loads(FILES["settings.json"])["paths"] == []
    here = json.loads(parts()["settings.json"])
    assert all(path.encode() not in content for path in here["paths"] for content in FILES.values())


def properties(year, month, day):
    first = SimpleNamespace(Year=year, Month=month, Day=day)
    return SimpleNamespace(getPropertyValue={"NullDate": first}.__getitem__)


def test_a_document_counts_days_from_1899_or_1904_or_is_refused():
    assert [counts_from_1904(properties(1899, 12, 30)), counts_from_1904(properties(1904, 1, 1))] == [False, True]
    with pytest.raises(UnreadableError, match="counts days from 1900-01-01"):
        counts_from_1904(properties(1900, 1, 1))


def test_a_single_zero_is_an_empty_cell_and_a_zero_among_others_is_a_zero():
    assert handed_over(0.0, date_1904=False) == {"values": ((None,),)}
    assert handed_over(((0.0, 1.0),), date_1904=False) == {"values": ((0.0, 1.0),), "date_1904": False}


def test_a_single_day_of_a_1904_document_says_so():
    assert handed_over(44000.0, date_1904=True) == {"values": ((44000.0,),), "date_1904": True}
    assert handed_over(46000.0, date_1904=False) == 46000.0


def test_no_cell_is_left_without_a_value():
    shown = answer("BBB_EXPLAIN", ["bbb:0", "backlog", "2026-03"])
    assert shown[0][0].startswith("#BBB! The handle bbb:0 is of an earlier session")
    assert answer("BBB_VERSION", []) == ((f"bbbxl {__version__}",),)


def settings(**changed):
    return {**json.loads(FILES["settings.json"]), **changed}


@pytest.fixture
def nobody(tmp_path, monkeypatch):
    """Let nobody answer at a door."""
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "#BBB! bbbxl serve is not running. Start it: bbbxl serve. Then recalculate with Ctrl+Shift+F9."),
        ({"paths": ["/nowhere"], "python": "2.7"}, "is installed in 2.7, and bbbxl serve is not running."),
    ],
)
def test_a_formula_that_nobody_answers_says_what_to_start(nobody, changed, said):
    run = methods(settings(**changed), Engine(settings(**changed)))["VERSION"]
    ((shown,),) = run(None, properties(1899, 12, 30))
    assert shown.startswith("#BBB! ")
    assert said in shown


def test_a_component_never_raises():
    run = methods(settings(), Engine(settings()))["BOOKINGS"]
    ((shown,),) = run(None, None)
    assert shown.startswith("#BBB! LibreOffice met something unforeseen (AttributeError")


def test_a_failure_names_functions_as_calc_has_them():
    ((shown,),) = answer("BOOKINGS", ["no handle", "2026-03"])
    assert "a cell with BBB.LOAD or BBB.BOOK" in shown


def test_the_last_argument_alone_is_repeated_behind_twelve_others():
    kinds = [each.type for each in arguments_of(functions()["BOOKINGS"])]
    assert kinds[2:] == ["any", *["any"] * 12, "[]any"]


def test_the_document_is_the_first_argument_of_every_function():
    assert {arguments_of(one)[0].name for one in functions().values()} == {"document"}
