"""bbbxl inspect and preset as people run them: exit codes, one JSON object, a screen without commands of a file."""

import json
import re

import pytest
from commands import all_of, bbbxl

HEADER = "Order No,Order Date,Amount,Currency,Customer\n"
GOOD = HEADER + "A-1,2026-01-15,100.00,EUR,Northwind\nA-2,2026-02-20,200.50,EUR,Contoso\n"
BAD = GOOD + "A-3,2026-02-21,many,EUR,Adatum\n"
HOSTILE = HEADER + 'A-1,2026-01-15,100.00,EUR,"\x1b[31mred"\nA-2,2026-02-20,"\x1b[2Jx",EUR,"=1+1"\n'
COMMANDS = {
    "good": ("inspect", "good.csv"),
    "good as json": ("inspect", "good.csv", "--json"),
    "bad": ("inspect", "bad.csv"),
    "bad as json": ("inspect", "bad.csv", "--json"),
    "hostile": ("inspect", "hostile.csv"),
    "hostile as json": ("inspect", "hostile.csv", "--json"),
    "into a file": ("inspect", "good.csv", "--json", "--out", "found.json"),
    "missing": ("inspect", "missing.csv"),
    "missing as json": ("inspect", "missing.csv", "--json"),
    "empty as json": ("inspect", "empty.csv", "--json"),
    "presets": ("preset", "list"),
    "presets as json": ("preset", "list", "--format", "json"),
    "draft": ("preset", "new", "odd.csv"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inspect")
    files = {"good.csv": GOOD, "bad.csv": BAD, "hostile.csv": HOSTILE, "empty.csv": ""}
    files["odd.csv"] = "Ref,When,How Much\nX-1,2026-01-15,100.00\n"
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    return folder


@pytest.fixture(scope="module")
def answers(folder):
    return all_of(COMMANDS, folder)


def test_exit_codes_are_0_loaded_1_with_problems_and_2_refused(answers):
    codes = {name: answer.code for name, answer in answers.items()}
    assert codes == {"good": 0, "good as json": 0, "bad": 1, "bad as json": 1, "hostile": 1, "hostile as json": 1,
                     "into a file": 0, "missing": 2, "missing as json": 2, "empty as json": 2, "presets": 0,
                     "presets as json": 0, "draft": 0}  # fmt: skip
    assert not any("Traceback" in answer.err for answer in answers.values())


def test_json_is_one_object_with_the_figures_worked_by_hand(answers):
    made = json.loads(answers["good as json"].out)
    assert (made["status"], made["rows"], made["error"]) == ("loaded", 2, None)
    assert made["totals"] == {"EUR": 300_50}
    assert made["bookings"] == {"2026-01": 100_00, "2026-02": 200_50}
    assert made["ids"] == ["A-1", "A-2"]
    assert made["problems"] == []
    assert made["files"][0]["preset"] == "order_lines"


def test_a_row_that_cannot_be_taken_is_a_problem_with_its_row(answers):
    (problem,) = json.loads(answers["bad as json"].out)["problems"]
    assert (problem["row"], problem["file_row"], problem["value"]) == (3, 4, "many")
    assert "bad.csv row 4, Amount" in answers["bad"].out


@pytest.mark.parametrize("name", ["missing as json", "empty as json"])
def test_a_refusal_is_an_object_and_a_sentence(answers, name):
    made, said = json.loads(answers[name].out), answers[name].err
    assert made["status"] == "refused"
    assert said == f"bbbxl: {made['error']}\n"
    assert (made["rows"], made["totals"], made["bookings"], made["ids"], made["files"]) == (0, {}, {}, [], [])


def test_a_refusal_in_words_is_one_sentence(answers):
    assert "missing.csv" in answers["missing"].refuses()


def test_nothing_of_a_file_reaches_the_terminal_as_a_command(answers):
    for answer in answers.values():
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", answer.out + answer.err)
    made = json.loads(answers["hostile as json"].out)
    assert made["problems"][0]["value"] == "\x1b[2Jx"
    assert any(one["name"] == "control_characters" for one in made["findings"])


def test_out_writes_the_object(folder, answers):
    assert answers["into a file"].out == ""
    assert json.loads((folder / "found.json").read_text(encoding="utf-8")) == json.loads(answers["good as json"].out)


def test_the_screen_names_preset_columns_months_and_totals(answers):
    for words in ("good.csv", "order_lines", "Order No", "order_id", "2026-02", "200.50", "No row was set aside"):
        assert words in answers["good"].out


def test_presets_are_listed_with_what_is_unverified(answers):
    known = json.loads(answers["presets as json"].out)
    assert {"events", "order_lines"} <= {one["name"] for one in known}
    assert all(one["definition"] and one["booked"] for one in known)
    for one in known:
        assert one["name"] in answers["presets"].out
    assert ("unverified" in answers["presets"].out) == any(not one["verified"] for one in known)


def test_a_draft_names_the_columns_of_the_file(answers):
    assert "How Much" in answers["draft"].out


def test_what_is_piped_is_utf_8_whatever_code_page_the_machine_has(tmp_path):
    (tmp_path / "names.csv").write_text(GOOD.replace("A-1", "\u6f22-1"), encoding="utf-8")
    answer = bbbxl("inspect", "names.csv", "--json", cwd=tmp_path, PYTHONUTF8="0", PYTHONIOENCODING="cp1252")
    assert json.loads(answer.out)["ids"] == ["\u6f22-1", "A-2"]
