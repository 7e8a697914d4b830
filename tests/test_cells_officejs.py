"""A front end is one file: custom functions of Office.js, made of the registry, answer like every other one.

Node runs the script as Excel would: it reads the metadata, hands every argument over as rows, and takes rows back. The
door is the one of `bbbxl serve`.
"""

import json
import re
import shutil
import subprocess
import threading

import officejs
import pytest
from calc import computed, handed

from bbbxl.cells.calc.names import calc_name
from bbbxl.cells.registry import functions
from bbbxl.cells.serve import opened
from bbbxl.samples.order_table import EXAMPLE_TABLES, HEADER

EXAMPLES = [example.formula for one in functions().values() for example in one.examples]
TABLES = {name: handed(*table, name) for name, table in EXAMPLE_TABLES.items()}
AMOUNT = HEADER.index("Amount")
FUNCTIONS = {one["name"]: one for one in officejs.metadata()["functions"]}
#: What Excel does with a formula: arguments by the metadata, omitted ones null, repeated ones one array, and after them
#: how it was called; an error value is an object with its code.
EXCEL = r"""
const { functions, calls, door, origin } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const known = {};
globalThis.CustomFunctions = { associate: (id, run) => { known[id] = run; } };
globalThis.BBBXL = door;
if (origin) {
  const page = globalThis.fetch;
  globalThis.fetch = (where, asked) => page(where, { ...asked, headers: { ...asked.headers, Origin: origin } });
}
require("vm").runInThisContext(require("fs").readFileSync(process.argv[2], "utf8"));
(async () => {
  const shown = [];
  for (const { name, given } of calls) {
    const told = functions.find((one) => one.name === name);
    const rows = given.map((one) => one && (one.rows || [[shown[one.answer][0][0]]]));
    const often = told.parameters.findIndex((one) => one.repeating);
    const fixed = often < 0 ? told.parameters.length : often;
    const handed = Array.from({ length: fixed }, (_, place) => rows[place] ?? null);
    if (often >= 0) handed.push(rows.slice(fixed));
    const parameterAddresses = handed.map((_, place) => (given[place] && given[place].address) || "");
    shown.push(await known[told.id](...handed, { parameterAddresses }));
  }
  process.stdout.write(JSON.stringify({ shown, ids: Object.keys(known) }));
})();
"""


def call(name, *given):
    return {"name": calc_name(name).partition(".")[2], "given": [argument(one) for one in given]}


def argument(one):
    """Return an argument as Excel hands it over: a block, a value, or the place of an earlier call."""
    if one is None or isinstance(one, dict):
        return one
    if isinstance(one, (str, float)):
        return {"rows": [[one]]}
    return {"rows": one.values, "address": one.name}


def of_example(formula):
    """Return the call of an example; H is the answer of the first call."""
    name, inside = re.fullmatch(r"=(\w+)\((.*)\)", formula, re.DOTALL).groups()
    words = {**TABLES, "H": {"answer": 0}}
    return call(name, *(words[word] if word else text for text, word in re.findall(r'"([^"]*)"|\b(\w+)\b', inside)))


def broken(cell, row=2):
    """Return the order lines with another amount."""
    lines = [list(line) for line in TABLES["Orders"].values]
    lines[row][AMOUNT] = cell
    return {"rows": lines, "address": "'My ''26 orders'!$A$3:$O$9"}


WHOLE = {"rows": [*TABLES["Orders"].values, *[[""] * len(HEADER)] * 1000], "address": "Orders!A:O"}
MONTHS = {"rows": [["2026-01", "2026-02", "2026-03"]], "address": "Report!B1:D1"}
REGIONS = {"rows": [["East"], ["West"]], "address": "Report!A2:A3"}
#: What an example does not show -> the call, and what the cells show.
CASES = {
    "a day as a serial": (call("BACKLOG", {"answer": 0}, 46064.0), [[500 + 300 + 600 + 1000]]),
    "whole columns": (call("BOOKINGS", WHOLE, "2026-01"), [[1400]]),
    "a block for a row and a column": (call("BOOKINGS", {"answer": 0}, MONTHS, "region", REGIONS),
                                       [[600, 1000 - 600, 400], [800, 0, 250]]),
    "an error value": (call("BOOKINGS", broken({"code": "#DIV/0!"}), "2026-01"),
                       [["row 5, Amount: the cell holds the error #DIV/0!"]]),
    "a whole number": (call("BOOKINGS", broken(0.0, row=1), "2026-01"), [[900]]),
    "a flag": (call("BOOKINGS", broken(True, row=1), "2026-01"), [["My '26 orders!$A$3:$O$9 row 4, Amount"]]),
    "an empty criterion": (call("BOOKINGS", {"answer": 0}, "2026-01", "region", {"rows": [[""]]}), [["region"]]),
    "no table": (call("BOOKINGS", None, "2026-01"), [["The first argument is empty"]]),
    "an argument left out in the middle": (call("BBB_TABLE", {"answer": 0}, "net_bookings", "2026-01", None,
                                                "region", "West"), [["Metric", "2026-01"], ["Net bookings", 800]]),
}  # fmt: skip


class Excel:
    """Office.js with the functions.

    Args:
        folder: For the script and the state of the door.
    """

    def __init__(self, folder):
        self.script = folder / "functions.js"
        self.script.write_text(officejs.script(), encoding="utf-8")
        (folder / "excel.js").write_text(EXCEL, encoding="utf-8")
        self.runner = folder / "excel.js"

    def run(self, calls, door, origin=""):
        asked = json.dumps({"functions": list(FUNCTIONS.values()), "calls": calls, "door": door, "origin": origin})
        done = subprocess.run(["node", self.runner, self.script], input=asked, capture_output=True, text=True,
                              encoding="utf-8", timeout=120, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """Return what Excel shows for every example and case, one process for all; and from a web page, and from nobody."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    folder = tmp_path_factory.mktemp("officejs")
    excel = Excel(folder)
    calls = [call("BBB_LOAD", TABLES["Orders"]), *map(of_example, EXAMPLES), *(asked for asked, _ in CASES.values())]
    with pytest.MonkeyPatch.context() as patched:
        for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"):
            patched.setenv(name, str(folder))
        with opened() as server:
            server.timeout, ended = 0.05, threading.Event()
            thread = threading.Thread(target=lambda: [server.handle_request() for _ in iter(ended.is_set, True)])
            thread.start()
            door = {"port": server.port, "token": server.token}
            try:
                found = excel.run(calls, door)
                page = excel.run(calls[:1], door, origin="https://localhost:3000")
                other = excel.run(calls[:1], {**door, "token": "another"})
            finally:
                ended.set()
                thread.join()
    names = [*EXAMPLES, *CASES]
    shown = dict(zip(names, found["shown"][1:], strict=True))
    return {**shown, "ids": found["ids"], "page": page["shown"][0], "other": other["shown"][0],
            "nobody": excel.run(calls[:1], door)["shown"][0]}  # fmt: skip


@pytest.mark.parametrize("formula", EXAMPLES)
def test_an_example_shows_what_the_other_front_ends_show(answered, formula):
    assert answered[formula] == [list(row) for row in computed(formula)]


@pytest.mark.parametrize("case", CASES)
def test_a_case_that_is_no_example_shows_what_it_should(answered, case):
    wanted = CASES[case][1]
    ((first, *_), *_) = answered[case]
    if isinstance(first, str) and first.startswith("#BBB! "):
        assert wanted[0][0] in first
    else:
        assert answered[case] == wanted


def test_every_function_of_the_metadata_is_given_by_the_script(answered):
    assert answered["ids"] == [one["id"] for one in FUNCTIONS.values()]
    assert {f"BBB.{name}" for name in FUNCTIONS} == {calc_name(name) for name in functions()}


def test_nobody_who_answers_is_a_sentence_and_no_error(answered):
    assert answered["nobody"] == [
        ["#BBB! bbbxl serve does not answer. Start it: bbbxl serve. Then recalculate with Ctrl+Alt+F9."]
    ]


@pytest.mark.parametrize("who", ["page", "other"])
def test_a_web_page_and_who_does_not_know_the_token_get_no_figure(answered, who):
    # Why this front end is a proof and no feature: an add-in of Excel is a web page, whose requests name their origin.
    assert answered[who][0][0].startswith("#BBB! Another program answers at the port of bbbxl serve.")


def test_the_metadata_keep_the_rules_that_excel_has_for_them():
    # Microsoft, "Manually create JSON metadata for custom functions": the fields there are, names and their letters.
    told = officejs.metadata()
    assert json.loads(json.dumps(told)) == told
    assert set(told) == {"allowErrorForDataTypeAny", "functions"}
    assert len({one["id"] for one in told["functions"]}) == len(told["functions"]) == len(functions())
    for one in told["functions"]:
        assert set(one) == {"id", "name", "description", "parameters", "result", "options"}
        assert re.fullmatch(r"[A-Za-z0-9.]+", one["id"])
        assert re.fullmatch(r"[A-Z][A-Z0-9_.]{2,127}", one["name"])
        # Addresses are told only where the result is a matrix, and errors only to parameters of any type.
        assert one["options"] == {"requiresParameterAddresses": True}
        assert one["result"] == {"type": "any", "dimensionality": "matrix"}
        late = [bool(each.get("optional") or each.get("repeating")) for each in one["parameters"]]
        assert late == sorted(late)
        assert not any(each.get("repeating") for each in one["parameters"][:-1])
        for each in one["parameters"]:
            assert set(each) - {"optional", "repeating"} == {"name", "description", "type", "dimensionality"}
            assert (each["type"], each["dimensionality"]) == ("any", "matrix")
            assert not (each.get("optional") and each.get("repeating"))
