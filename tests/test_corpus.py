"""The corpus: never silently wrong, never a crash, and every refusal names its place."""

import io
import json
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from commands import bbbxl
from corpus import THEMES
from corpus.case import THREE, Case, Expected, Refused
from corpus.judge import CRASH, KINDS, LOST, OVER, RIGHT, WRONG, judge, naive_answer, sentence_fault

CASES = [(theme, case) for theme, cases in THEMES.items() for case in cases]
NAMES = [f"{theme}: {case.name}" for theme, case in CASES]
GOLDEN = Path(__file__).with_name("golden") / "corpus.txt"
#: Every so many cases also go through the command in a process of its own, beside those that must.
EVERY = 60
MEGABYTES = 200


def answer_of(paths, options):
    """Return what `bbbxl inspect FILE... --json` answers, in this process; the one place that knows how to ask."""
    from bbbxl.cli.main import command_line

    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = command_line()(["inspect", *map(str, paths), *options, "--json"], standalone_mode=False) or 0
    return {**json.loads(out.getvalue()), "exit": code}


def answer_of_command(paths, options):
    """Return the answer of the command, run as people run it."""
    done = bbbxl("inspect", *paths, *options, "--json")
    try:
        answer = json.loads(done.out)
    except ValueError:
        return {"status": "crash", "error": f"exit {done.code}: {done.out[-300:]} {done.err[-600:]}", "exit": done.code}
    if "Traceback" in done.err or done.code not in (0, 1, 2) or (done.code == 2) != (answer.get("status") == "refused"):
        return {"status": "crash", "error": f"exit {done.code}: {done.err[-600:]}", "exit": done.code}
    return {**answer, "exit": done.code}


def asked(case: Case, ask):
    """Return the kind of outcome, what was found, and what a naive script makes of the same file."""
    with tempfile.TemporaryDirectory() as place:
        made = case.make(Path(place))
        paths = (made,) if isinstance(made, Path) else made
        naive = naive_answer(case, paths)
        try:
            answer = ask(paths, case.options)
        except Exception as error:
            return CRASH, f"{type(error).__name__}: {error}", naive
        kind, found = judge(case, answer)
        names = [one.name for path in paths for one in (path, *(path.iterdir() if path.is_dir() else ()))]
        fault = sentence_fault(str(answer.get("error")), names)
        if kind == RIGHT and answer["status"] == "refused" and fault:
            return LOST, fault, naive
        return kind, found, naive


@pytest.fixture(scope="module")
def results():
    """Return theme and name -> kind of outcome, what was found, the naive outcome; each case read once."""
    cases = {
        name: case
        for name, (_, case) in zip(NAMES, CASES, strict=True)
        if not (case.needs and not Path(case.needs).exists())
    }
    here = {name: case for name, case in cases.items() if not case.alone}
    apart = {name: case for name, case in cases.items() if case.alone}
    with ThreadPoolExecutor(2) as pool:
        own = dict(zip(apart, pool.map(lambda case: asked(case, answer_of_command), apart.values()), strict=True))
    return {name: asked(case, answer_of) for name, case in here.items()} | own


@pytest.mark.parametrize("name", NAMES)
def test_a_case_becomes_what_it_must(name, results):
    if name not in results:
        pytest.skip("this machine has no such device")
    kind, found, _ = results[name]
    assert kind == RIGHT, f"{kind}: {found}"


def test_nothing_is_silently_wrong_nothing_crashes_and_every_refusal_names_its_place(results):
    counts = Counter(kind for kind, _, _ in results.values())
    assert {kind: counts[kind] for kind in (WRONG, CRASH, LOST)} == {WRONG: 0, CRASH: 0, LOST: 0}


def test_the_golden_table_shows_ours_beside_the_naive_script(results, request):
    """What the naive script makes of a file changes with pandas: it is printed, but only ours is compared."""
    lines = [f"{name} | {results[name][0]} | {results[name][2]}" for name in NAMES if name in results]
    ours, naive = (Counter(one[place] for one in results.values()) for place in (0, 2))
    head = [
        "What becomes of each case of the corpus: ours | a naive pandas.read_* script.",
        "A case that must be refused counts as wrong for a script that loads it. The naive column is not compared.",
        f"Ours: {', '.join(f'{kind} {ours[kind]}' for kind in KINDS)}",
        f"Naive: {', '.join(f'{kind} {naive[kind]}' for kind in ('right', 'wrong', 'error', 'not run'))}",
        "",
    ]
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    kept = [line.rpartition(" | ")[0] for line in GOLDEN.read_text(encoding="utf-8").splitlines()[len(head) :]]
    skipped = [f"{name} | {RIGHT}" for name in NAMES if name not in results]
    assert [one for one in kept if one not in skipped] == [line.rpartition(" | ")[0] for line in lines]


@pytest.mark.parametrize("place", range(0, len(CASES), EVERY))
def test_the_command_answers_as_the_function_does(place, results):
    assert asked(CASES[place][1], answer_of_command)[:2] == results[NAMES[place]][:2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the peak of a process this way")
@pytest.mark.parametrize("name", [name for name, (_, case) in zip(NAMES, CASES, strict=True) if case.alone])
def test_a_hostile_file_is_refused_in_little_memory(name, tmp_path):
    case = CASES[NAMES.index(name)][1]
    if case.needs and not Path(case.needs).exists():
        pytest.skip("this machine has no such device")
    assert peak_of([sys.executable, "-m", "bbbxl", "inspect", str(case.make(tmp_path)), "--json"]) < MEGABYTES


#: Run by a small process: a child's peak starts with the size of the process that made it.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_of(words):
    """Return the most megabytes that a command held, its own children among them."""
    done = subprocess.run([sys.executable, "-c", MEASURE, *words], capture_output=True, text=True, check=True)
    return int(done.stdout) / (1024 if sys.platform != "darwin" else 1024**2)


RIGHT_ANSWER = {
    "status": "loaded", "rows": 3, "totals": {"EUR": 600_50}, "bookings": {"2026-01": 300_50, "2026-02": 300_00},
    "ids": ["A-1", "A-2", "A-3"], "warnings": [], "problems": [], "error": None,
}  # fmt: skip
SAYS_ROW_5 = {"file": "orders.csv", "row": 5, "column": "Amount", "value": "abc", "message": "abc is no number."}
REFUSAL = {"status": "refused", "error": "orders.csv row 5, Amount: abc is no number. Correct it."}


@pytest.mark.parametrize(
    ("outcome", "answer", "kind"),
    [
        (THREE, RIGHT_ANSWER, RIGHT),
        (THREE, RIGHT_ANSWER | {"totals": {"EUR": 600_49}}, WRONG),
        (THREE, RIGHT_ANSWER | {"bookings": {"2026-01": 600_50}}, WRONG),
        (THREE, RIGHT_ANSWER | {"ids": ["A-1", "A-2", "3"]}, WRONG),
        (THREE, RIGHT_ANSWER | {"problems": [SAYS_ROW_5]}, OVER),
        (THREE, RIGHT_ANSWER | {"exit": 1}, OVER),
        (THREE.saying("hidden"), RIGHT_ANSWER, WRONG),
        (THREE.saying("hidden"), RIGHT_ANSWER | {"warnings": ["Row 3 is hidden."]}, RIGHT),
        (THREE.without(5, "abc"), RIGHT_ANSWER | {"problems": [SAYS_ROW_5], "exit": 1}, RIGHT),
        (THREE.without(6, "abc"), RIGHT_ANSWER | {"problems": [SAYS_ROW_5]}, WRONG),
        (THREE, REFUSAL, OVER),
        (Refused("row 5", "abc"), REFUSAL, RIGHT),
        (Refused("row 6", "abc"), REFUSAL, LOST),
        (Refused("row 5"), RIGHT_ANSWER, WRONG),
        ((THREE.without(5, "abc"), Refused("row 5")), REFUSAL, RIGHT),
        (THREE, {"status": "crash", "error": "Segmentation fault"}, CRASH),
        (THREE, {}, CRASH),
        (Refused("orders"), REFUSAL | {"error": "orders.csv: something unforeseen happened (KeyError)."}, CRASH),
    ],
)
def test_the_judge_tells_the_kinds_of_wrong_apart(outcome, answer, kind):
    assert judge(Case("", Path, outcome), answer)[0] == kind


def test_a_refusal_is_one_sentence_that_names_its_file():
    assert sentence_fault("orders.csv is empty. Export it again.", ["orders.csv"]) == ""
    assert sentence_fault("The file is empty.", ["orders.csv"]).startswith("names none")
    assert sentence_fault("orders.csv is empty", ["orders.csv"]).startswith("is not one clear sentence")
    assert sentence_fault("orders.csv:\nTraceback.", ["orders.csv"]).startswith("is not one clear sentence")


def test_the_corpus_is_large_and_every_case_has_a_name_of_its_own():
    assert len(CASES) >= 150
    assert [name for name, times in Counter(NAMES).items() if times > 1] == []


def test_a_case_with_several_outcomes_says_why():
    assert [case.name for _, case in CASES if (len(case.outcomes) > 1) != bool(case.either)] == []


def test_what_is_expected_of_a_case_adds_up():
    """Bookings by month cannot be more than the totals of all currencies, and problems are not counted rows."""
    wanted = [(case.name, one) for _, case in CASES for one in case.outcomes if isinstance(one, Expected)]
    assert [name for name, one in wanted if sum((one.bookings or {}).values()) > sum(one.totals.values())] == []
    assert [name for name, one in wanted if one.ids is not None and len(one.ids) > one.rows] == []


def test_both_kinds_are_there_files_to_load_and_files_to_question():
    loads = sum(all(isinstance(one, Expected) for one in case.outcomes) for _, case in CASES)
    refuses = sum(all(isinstance(one, Refused) for one in case.outcomes) for _, case in CASES)
    assert loads >= 100
    assert refuses >= 50
