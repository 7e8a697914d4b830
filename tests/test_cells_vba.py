"""The Visual Basic module: what xlwings itself would write, with ranges kept, in words Visual Basic takes."""

import re

from excel import Excel
from sheets import BBB

from bbbxl.cells.macros import MACROS
from bbbxl.cells.modules import write_modules
from bbbxl.cells.vba import UDF_MODULE, module_text

#: Words that Visual Basic keeps for itself.
RESERVED = set(
    re.findall(
        r"\w+",
        """
addressof alias and any append array as attribute base binary boolean byref byte byval call case cbool cbyte ccur cdate
cdbl cdec cint clng close compare const csng cstr currency cvar cverr date debug decimal declare dim do double each else
elseif empty end enum eqv erase error event exit explicit false for friend function get global gosub goto if imp
implements in input instr integer is lbound len let lib like line lock long loop lset me mid mod new next not nothing
null object on open option optional or output paramarray preserve print private property public put raiseevent random
read redim rem resume return rset seek select set single static step stop string sub then time to true type typeof
ubound unlock until variant wend while width with withevents write xor""",
    )
)


def functions_in(text):
    """Return name -> its lines, blanks folded."""
    found = re.findall(r"^Function (\w+)(\(.*?\))\n(.*?)^End Function", text, re.DOTALL | re.MULTILINE)
    return {
        name: (signature, [" ".join(line.split()) for line in body.splitlines()]) for name, signature, body in found
    }


def test_the_module_is_as_it_was_read_and_approved(golden):
    golden("bbbxl.bas", module_text())


def test_signatures_and_calls_are_those_that_xlwings_writes():
    ours, theirs = functions_in(module_text()), functions_in(Excel().visual_basic())
    assert set(ours) == set(theirs) == set(BBB)
    for name, (signature, body) in ours.items():
        assert signature == theirs[name][0]
        (call,) = [line for line in body if "XLPy.CallUDF" in line]
        (wanted,) = [line for line in theirs[name][1] if "Application.Caller)" in line]
        assert call == wanted.replace("argsArray", "given")


def test_ranges_among_the_repeated_arguments_stay_ranges():
    # Without Set, Visual Basic would hand over their values: an empty cell could not be told from nothing.
    for _, body in functions_in(module_text()).values():
        if any(line.startswith("For k") for line in body):
            (place,) = [at for at, line in enumerate(body) if line.startswith("If IsObject(more(k)) Then")]
            assert body[place + 1].startswith("Set given(")
            assert body[place + 3] == body[place + 1].removeprefix("Set ")


def test_no_name_is_a_word_of_visual_basic_or_an_address_of_a_cell():
    names = [*BBB, *MACROS, *(one.name for each in BBB.values() for one in each.parameters)]
    assert [name for name in names if name.casefold() in RESERVED] == []
    assert [name for name in (*BBB, *MACROS) if re.fullmatch(r"[A-Z]{1,3}\d+|R\d*C\d*", name, re.IGNORECASE)] == []
    assert all(re.fullmatch(r"[A-Z][A-Z_]*", name) for name in BBB)


def test_no_line_is_longer_and_no_statement_in_more_pieces_than_visual_basic_reads():
    lines = module_text().splitlines()
    assert max(map(len, lines)) <= 1023
    pieces = 0
    for line in lines:
        pieces = pieces + 1 if line.endswith(" _") else 0
        assert pieces <= 24


def test_the_modules_to_import_are_written_with_those_of_the_xlwings_installed(tmp_path):
    paths = write_modules(tmp_path / "modules")
    assert [path.name for path in paths] == ["bbbxl.bas", "xlwings.bas", "Dictionary.cls"]
    ours = paths[0].read_bytes()
    assert ours.startswith(b'Attribute VB_Name = "bbbxl"\r\n')
    assert b"\n" not in ours.replace(b"\r\n", b"")
    assert b"Function XLPy()" in paths[1].read_bytes()
    assert UDF_MODULE.encode() in ours
