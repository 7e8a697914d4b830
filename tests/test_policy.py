"""bbbxl.toml: what is taken, what is refused and in which words."""

from datetime import datetime
from typing import get_args

import pytest

from bbbxl.errors import ConfigError
from bbbxl.events import BASIS
from bbbxl.ledger.availability import FACT_WORDS
from bbbxl.metrics.definitions import definitions
from bbbxl.periods import Calendar
from bbbxl.policy import (
    FACTS,
    LEDGER_ROLES,
    BasisName,
    Config,
    FileEntry,
    Policy,
    Role,
    check_config,
    read_config,
)

FILE = {"path": "o.csv", "role": "orders"}


def refused(**settings):
    """Return the sentence with which some settings are refused."""
    with pytest.raises(ConfigError) as caught:
        check_config({"schema": 1, **settings})
    return str(caught.value)


def refused_file(**settings):
    """Return the sentence about the only file of a config, without its start."""
    sentence = refused(files=[{**FILE, **settings}])
    assert sentence.startswith("bbbxl.toml, [[files]] no. 1, ")
    return sentence.removeprefix("bbbxl.toml, [[files]] no. 1, ")


def test_the_smallest_config_has_the_defaults_of_the_contracts():
    config = check_config({"schema": 1})
    assert config == Config(schema=1, fiscal_year_end="12-31", basis="fulfilment", policy=Policy())
    assert config.calendar == Calendar(12)


def test_everything_the_contracts_show_is_taken(tmp_path):
    path = tmp_path / "bbbxl.toml"
    path.write_text(
        'schema = 1\nentity = "Northfield"\ncurrency = "USD"\nfiscal_year_end = "06-30"\nbasis = "billing"\n'
        '[[files]]\npath = "sub/o.csv"\nrole = "orders"\npreset = "order_lines"\nextracted = '
        "2026-11-03T08:12:00\n"
        'columns = { amount = "Line Total" }\nfacts = ["shipment"]\nstates.cancelled = { Status = '
        '["Void"] }\n'
        'signs = "signed"\ndelimiter = ";"\ndecimal = ","\ndate_format = "%d.%m.%y"\nencoding = "cp1252"\n'
        'values = { entity = "X" }\n[policy]\nbooking_date = "order"\n',
        encoding="utf-8",
    )
    config = read_config(path)
    assert config.calendar == Calendar(6)
    assert config.policy.booking_date == "order"
    assert config.files == (
        FileEntry(
            path="sub/o.csv", role="orders", preset="order_lines", extracted=datetime(2026, 11, 3, 8, 12),  # noqa: DTZ001
            columns={"amount": "Line Total"}, facts=("shipment",), states={"cancelled": {"Status": ["Void"]}},
            signs="signed", delimiter=";", decimal=",", date_format="%d.%m.%y", encoding="cp1252",
            values={"entity": "X"},
        ),
    )  # fmt: skip


def test_an_extraction_day_without_a_time_is_its_midnight(tmp_path):
    path = tmp_path / "bbbxl.toml"
    path.write_text(
        'schema = 1\n[[files]]\npath = "a.csv"\nrole = "orders"\nextracted = 2026-11-03\n', encoding="utf-8"
    )
    assert read_config(path).files[0].extracted == datetime(2026, 11, 3)  # noqa: DTZ001


def test_a_config_that_notepad_saved_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "bbbxl.toml"
    path.write_bytes(b"\xef\xbb\xbfschema = 1\r\nentity = 'X'\r\n")
    assert read_config(path).entity == "X"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"schema = \n", "bbbxl.toml is not TOML: Invalid value (at line 1, column 10). Correct that line."),
        ("schema = 1 # größe".encode("cp1252"), "bbbxl.toml is not UTF-8 text. Save it as UTF-8."),
    ],
)
def test_a_file_that_is_no_toml_says_where(tmp_path, content, sentence):
    path = tmp_path / "bbbxl.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert str(caught.value) == sentence


def test_a_folder_named_bbbxl_toml_is_refused_in_words(tmp_path):
    (tmp_path / "bbbxl.toml").mkdir()
    with pytest.raises(ConfigError, match=r"^bbbxl\.toml cannot be read: Is a directory\. Check the path"):
        read_config(tmp_path / "bbbxl.toml")


@pytest.mark.parametrize(
    ("raw", "found"),
    [({}, "no schema"), ({"schema": 2}, "schema = 2"), ({"schema": "1"}, 'schema = "1"')],
)
def test_another_schema_is_refused(raw, found):
    with pytest.raises(ConfigError) as caught:
        check_config(raw)
    assert str(caught.value) == f"bbbxl.toml has {found}; this bbbxl reads schema = 1. Write schema = 1."


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"polcy": {}}, 'bbbxl.toml has an unknown key "polcy". Did you mean policy?'),
        ({"policy": {"booking": "order"}}, 'bbbxl.toml has an unknown key "booking" in [policy]. Did you '
                                           'mean booking_date?'),
        ({"files": [FILE, {**FILE, "column": {}}]},
         'bbbxl.toml has an unknown key "column" in [[files]] no. 2. Did you mean columns?'),
        ({"files": [{"role": "orders"}]}, "bbbxl.toml, [[files]] no. 1 needs path. Add it."),
        ({"files": [{"path": "a", "role": "order"}]},
         'bbbxl.toml, [[files]] no. 1, role: "order" is not one of its values. Did you mean orders?'),
        ({"basis": "ship"}, 'bbbxl.toml, basis: "ship" is not one of its values. Did you mean shipment?'),
        ({"policy": {"booking_date": "x"}},
         'bbbxl.toml, policy, booking_date: "x" is not one of its values. There is: firmed, order.'),
        ({"policy": {"approver": "both"}},
         'bbbxl.toml, policy, approver: "both" is not one of its values. There is: another_person, anyone.'),
        ({"policy": {"cancellation_reasons": "price"}},
         "bbbxl.toml, policy, cancellation_reasons: text stands where a list is expected. Correct it."),
        ({"policy": {"cancellation_reasons": ["price", ""]}},
         "bbbxl.toml, policy, cancellation_reasons: one value is empty. Write it or take it out."),
        ({"policy": {"cancellation_reasons": ["price", "price"]}},
         'bbbxl.toml, policy, cancellation_reasons: "price" is named twice. Keep one.'),
        ({"entity": 3}, "bbbxl.toml, entity: a whole number stands where text is expected. Correct it."),
        ({"files": "o.csv"}, "bbbxl.toml, files: text stands where a list is expected. Correct it."),
        ({"currency": "usd"},
         'bbbxl.toml: "usd" is not a currency code. Use the three letters of ISO 4217, such as USD.'),
        ({"fiscal_year_end": "12-30"},
         'bbbxl.toml: fiscal_year_end "12-30" is not the last day of a month. Write it as 12-31 or 06-30.'),
        ({"files": [FILE, FILE]},
         'bbbxl.toml, [[files]] no. 2, path: "o.csv" is named twice, and its rows would count twice. '
         'Keep one.'),
        ({"files": [FILE, {**FILE, "path": "./o.csv"}]},
         'bbbxl.toml, [[files]] no. 2, path: "./o.csv" is named twice, and its rows would count twice. '
         'Keep one.'),
    ],
)  # fmt: skip
def test_a_wrong_setting_says_what_where_and_what_to_do(settings, sentence):
    assert refused(**settings) == sentence


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"path": "/etc/o.csv"},
         'path: "/etc/o.csv" is an absolute path. Write it relative to the folder of bbbxl.toml.'),
        ({"path": "C:\\o.csv"}, 'path: "C:\\o.csv" is an absolute path. Write it relative to the folder '
                                'of bbbxl.toml.'),
        ({"path": " "}, "path: it is empty. Write the path of the file."),
        ({"facts": ["shipments"]}, 'facts: "shipments" is not one of its values. Did you mean shipment?'),
        ({"facts": "shipment"}, "facts: text stands where a list is expected. Correct it."),
        ({"states": {"canceled": {}}}, 'states: "canceled" is not one of its values. Did you mean '
                                       'cancelled or invoiced?'),
        ({"delimiter": ";;"}, 'delimiter: ";;" is not one character. Write ",", ";", "\\t" or "|".'),
        ({"delimiter": ""}, 'delimiter: "" is not one character. Write ",", ";", "\\t" or "|".'),
        ({"decimal": ";"}, 'decimal: ";" is not one of its values. There is: ".", ",".'),
        ({"signs": "both"}, 'signs: "both" is not one of its values. There is: natural, signed.'),
        ({"date_format": "%d/%m"},
         'date_format: "%d/%m" does not give day, month and year. Write it like "%d.%m.%Y".'),
        ({"date_format": "%Q"}, 'date_format: "%Q" does not give day, month and year. Write it like '
                                '"%d.%m.%Y".'),
        ({"extracted": "yesterday"},
         "extracted: what stands there cannot be read. Write a day or a time, such as 2026-11-03T08:12:00."),
        ({"columns": {"amount": 3}}, "columns: a whole number stands where text is expected. Correct it."),
    ],
)  # fmt: skip
def test_a_wrong_setting_of_a_file_says_what_and_what_to_do(settings, sentence):
    assert refused_file(**settings) == sentence


def test_names_that_stand_here_and_in_the_tables_are_the_same():
    # policy and events are on one floor and blind to each other: the names are held together here
    assert get_args(BasisName) == tuple(BASIS)
    assert tuple(FACT_WORDS) == FACTS
    assert set(LEDGER_ROLES) <= set(get_args(Role))


def test_the_words_of_a_list_name_its_values():
    config = check_config({"schema": 1, "policy": {"cancellation_reasons": ["price", "delay"]}})
    assert config.policy.cancellation_reasons == ("price", "delay")
    for policy, expected in (
        (config.policy, "A cancellation by hand or by answer has to give one of the reasons listed: price, delay."),
        (Policy(), "A cancellation by hand or by answer may give any reason."),
    ):
        rows = [one for one in definitions(policy) if one.title == "Cancellation reasons"]
        assert [one.definition for one in rows] == [expected]
    assert len([one for one in definitions() if one.title == "Cancellation reasons"]) == 2
