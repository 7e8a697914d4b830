"""A preset of the user's own is read strictly, and says what in it cannot be meant."""

from importlib.resources import files

import pytest

from bbbxl.errors import PresetError, UnknownNameError
from bbbxl.inputs.preset import find_columns
from bbbxl.inputs.preset_data import preset_of, presets, read_preset_file

OWN = """schema = 1
name = "own"
title = "Own list"
role = "orders"
shape = "order_lines"
definition = "One row an order of the list that the sales office keeps."
booked = "Every row that is approved."
amount = "Net of tax."
needs = ["order_id", "order_date", "amount"]
fields = ["order_id", "order_date", "amount", "status"]

[headers]
order_id = ["Ref"]

[states.booked]
status = ["Approved"]
"""


@pytest.fixture
def refused(tmp_path):
    """Return a function that writes a preset and gives the sentence with which it is refused."""

    def read(text):
        path = tmp_path / "own.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(PresetError) as caught:
            read_preset_file(path)
        return str(caught.value)

    return read


def test_a_preset_of_ones_own_is_named_by_its_file_and_finds_its_columns(tmp_path):
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    preset = preset_of("own.toml", tmp_path)
    assert preset.states == {"booked": {"status": ["Approved"]}}
    found = find_columns("o.csv", ["Ref", "Order Date", "Amount"], preset, {}, {})
    assert found == {"order_id": "Ref", "order_date": "Order Date", "amount": "Amount"}


def test_a_name_without_ending_is_a_preset_of_the_product(tmp_path):
    assert preset_of("order_lines", tmp_path) is presets()["order_lines"]
    with pytest.raises(UnknownNameError, match=r'There is no preset "stripes"\. Did you mean stripe'):
        preset_of("stripes", tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("schema = 1\n", "", "own.toml has no schema; this bbbxl reads schema = 1. Write schema = 1."),
        ("schema = 1\n", "schema = 2\n", "own.toml has schema = 2; this bbbxl reads schema = 1. Write schema = 1."),
        ("amount = ", "amout = ", 'own.toml has an unknown key "amout". Did you mean amount?'),
        ('title = "Own list"\n', "", "own.toml needs title. Add it."),
        ('role = "orders"', 'role = "order"',
         'own.toml, role: "order" is not one of its values. See an existing preset for them.'),
        ('"Every row that is approved."', '"?"', 'own.toml, booked: it is still "?". Decide it, and write it there.'),
        ('"amount", "status"]', '"amount", "statsu"]',
         'own.toml, fields: "statsu" is not one of its values. Did you mean status or term_start?'),
        ("order_id = [", "order_ids = [",
         'own.toml, headers: "order_ids" is not one of its values. Did you mean order_id or order_date?'),
        ("[states.booked]", "[states.book]", 'own.toml, states: "book" is not one of its values. Did you mean booked?'),
        ('needs = ["order_id", "order_date", "amount"]', "needs = []",
         "own.toml, needs: it is empty. Name the fields without which a file is not this export."),
        ('needs = ["order_id", "order_date", "amount"]', 'needs = "order_id"',
         "own.toml, needs: what stands there has another form than in an existing preset. Correct it."),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_one_sentence(refused, old, new, sentence):
    assert old in OWN
    assert refused(OWN.replace(old, new, 1)) == sentence


def test_a_file_that_is_no_toml_is_refused_with_its_line(refused):
    assert refused(OWN + "x = \n").startswith("own.toml is not TOML: ")
    assert refused(b"\xff\xfe") == "own.toml is not UTF-8 text. Save it as UTF-8."


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PresetError, match=r"^none\.toml cannot be read: .+\. Check the path of the preset\.$"):
        preset_of("none.toml", tmp_path)


def test_the_presets_of_the_product_hold_to_the_same_rules(tmp_path):
    for name in presets():
        path = tmp_path / f"{name}.toml"
        path.write_bytes(files("bbbxl.inputs").joinpath(f"presets/{name}.toml").read_bytes())
        assert read_preset_file(path) == presets()[name]
