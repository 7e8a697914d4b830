"""Days as exports write them: the order of day and month, every written form, what is refused."""

import time
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbxl.errors import InputError
from bbbxl.inputs.grid import DAY, ERROR, FLAG, NUMBER, TEXT, Column
from bbbxl.inputs.values.dates import decide_date_order, parse_days
from bbbxl.inputs.values.month_names import MONTHS, WEEKDAYS

ROWS = np.arange(2, 1_000)
slow_box = settings(deadline=None)
DAY_31 = date(2026, 10, 31)


def column(*texts, kinds=None, title="Order Date"):
    """Return a column whose cells are all different and start in row 2."""
    places = np.arange(len(texts), dtype=np.int32)
    return Column(
        title, places, list(texts), None if kinds is None else np.array(kinds, np.int8), places.astype(np.int64)
    )


def read(text, order="dmy", date_format=None, kind=TEXT):
    """Return the day of one cell, what is said of it, or None when it is not given."""
    days = parse_days(column(text, kinds=[kind]), order, date_format)
    assert bool(days.given[0]) == (not np.isnat(days.values[0]))
    return days.failed.get(0, days.values[0].item())


def decided(*columns):
    return decide_date_order("o.csv", columns, ROWS)


def refused(*columns):
    with pytest.raises(InputError) as caught:
        decided(*columns)
    return str(caught.value)


@pytest.mark.parametrize(
    ("texts", "order", "evidence"),
    [
        (["03/04/2026", "31/10/2026"], "dmy", 'Dates have the day first, as in "31/10/2026" (row 3) of "Order Date".'),
        (["03/04/2026", "10/31/2026"], "mdy",
         'Dates have the month first, as in "10/31/2026" (row 3) of "Order Date".'),
        (["3/4/26", "10/31/26 11:30 PM"], "mdy",
         'Dates have the month first, as in "10/31/26 11:30 PM" (row 3) of "Order Date".'),
        (["03.04.2026"], "dmy",
         'Dates have the day first, as dates with dots have, as in "03.04.2026" (row 2) of "Order Date".'),
        (["03.04.2026", "04.15.2026"], "mdy",
         'Dates have the month first, as in "04.15.2026" (row 3) of "Order Date".'),
        (["99-10-31", "26-11-02"], "ymd", 'Dates have the year first, as in "99-10-31" (row 2) of "Order Date".'),
    ],
)  # fmt: skip
def test_a_number_above_twelve_decides_the_order(texts, order, evidence):
    style = decided(column(*texts))
    assert (style.order, style.orders, style.evidence) == (order, {"Order Date": order}, evidence)


@pytest.mark.parametrize(
    "texts", [[], [""], ["2026-10-31", "20261031", "46326"], ["05/05/2026"], ["31 Oct 2026", "31-OCT-26"], ["TBD", "-"]]
)
def test_dates_that_need_no_order_have_none(texts):
    style = decided(column(*texts))
    assert (style.order, style.evidence) == ("", "")


def test_a_file_whose_dates_all_read_two_ways_is_refused():
    assert refused(column("2026-01-01", "03/04/2026", "05/06/2026")) == (
        'o.csv row 3, Order Date: "03/04/2026" may be 3 April 2026 or 4 March 2026, and no date of the file decides. '
        'Say date_order = "dmy" or "mdy" for it in bbbxl.toml, or --date-order.'
    )


def test_sorted_dates_are_no_evidence():
    assert "may be" in refused(column("01/01/2026", "01/02/2026", "01/03/2026", "01/04/2026"))


def test_a_column_that_contradicts_itself_is_refused_with_both_rows():
    assert refused(column("31/10/2026", "10/31/2026")) == (
        'o.csv: Order Date has the day first in "31/10/2026" (row 2), the month first in "10/31/2026" (row 3). '
        "Correct one of them, or say date_order for the file in bbbxl.toml, or --date-order."
    )
    assert "contradict" not in refused(column("31.10.2026", "10.31.2026"))


def test_a_column_without_evidence_takes_the_order_of_the_others_that_agree():
    open_dates = column("03/04/2026")
    style = decided(open_dates, column("31/10/2026", title="Ship"))
    assert style.orders == {"Order Date": "dmy", "Ship": "dmy"}
    ship, bill = column("31/10/2026", title="Ship"), column("10/31/2026", title="Bill")
    assert decided(ship, bill).orders == {"Ship": "dmy", "Bill": "mdy"}
    assert decided(ship, bill).order == ""
    assert "may be 3 April 2026 or 4 March 2026" in refused(ship, bill, open_dates)


def test_dots_decide_neither_for_slashes_nor_against_evidence():
    dotted = column("03.04.2026", title="Ship")
    assert 'row 2, Order Date: "03/04/2026" may be' in refused(column("03/04/2026"), dotted)
    assert 'row 2, Ship: "03.04.2026" may be' in refused(column("10/31/2026"), dotted)


@pytest.mark.parametrize(
    "texts", [("26-10-31", "26-11-02"), ("26-10-31",), ("26/10/31", "26/11/30"), ("26-Oct-31", "26-Oct-30")]
)
def test_two_digits_that_look_like_a_year_in_front_are_refused(texts):
    assert "may be 26 October 2031 or 31 October 2026" in refused(column(*texts))


@pytest.mark.parametrize("texts", [("31-10-26", "02-11-26"), ("31/10/26",), ("31-OCT-26",), ("31.10.26", "30.10.26")])
def test_two_digits_that_look_like_days_in_front_are_days(texts):
    assert decided(column(*texts)).order in {"dmy", ""}
    assert read(texts[0]) == DAY_31


def test_text_beside_dates_of_the_first_twelve_days_shows_that_excel_swapped_them():
    words = refused(column("31/10/2026", "2026-04-03", kinds=[TEXT, DAY]))
    assert words.startswith('o.csv row 2, Order Date: "31/10/2026" is text beside dates on days 1 to 12 only')
    assert "swapped" in words
    assert decided(column("31/10/2026", "2026-04-23", kinds=[TEXT, DAY])).order == "dmy"
    assert decided(column("31/10/2026", "03/04/2026", "2026-04-03", kinds=[TEXT, TEXT, DAY])).order == "dmy"


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-31", "2026/10/31", "2026.10.31", "20261031", "31/10/2026", "31.10.2026", "31-10-2026", "31. 10. 2026",
        "31.10.2026.", "31/10/26", "31-Oct-2026", "31-OCT-26", "31 Oct '26", "31OCT2026", "Oct 31, 2026",
        "October 31st, 2026", "2026 Oct 31", "31. Oktober 2026", "31. Okt. 2026", "31 octobre 2026", "31-oct.-2026",
        "31 de octubre de 2026", "Sat, 31 Oct 2026", "Samstag, 31.10.2026", "samedi 31 octobre 2026", "46326",
        "46326.5", "46326,5", "2026-10-31T12:30:00", "2026-10-31 23:59:59.123", "2026-10-31T23:30:00Z",
        "2026-10-31T00:30:00+02:00", "2026-10-31 12:30 CET", "2026-10-31 12:30 GMT+1", "2026-10-31 12:30:00 UTC",
        "2026-10-31+02:00", "31/10/2026 11:30 PM", "31/10/2026 12:00:00 AM", "31.10.2026, 14:05 Uhr",
        "20261031T123000Z", "20261031123000", "2026-10-31-12.30.00.000000", "31-OCT-26 12.30.00.000000000 AM",
        "Sat Oct 31 12:30:00 CET 2026", "Sat Oct 31 2026 12:30:00 GMT+0100 (Central European Standard Time)",
        "２０２６-10-31", "31\u00a0Oct\u00a02026", "  31  Oct  2026 ",
    ],
)  # fmt: skip
def test_every_written_form_is_the_day_that_is_written(text):
    assert read(text) == DAY_31


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er janvier 2026", date(2026, 1, 1)), ("3 März 2026", date(2026, 3, 3)), ("3 Maerz 2026", date(2026, 3, 3)),
        ("15 août 2026", date(2026, 8, 15)), ("15 AOUT 2026", date(2026, 8, 15)),
        ("mardi 3 mars 2026", date(2026, 3, 3)),
        ("Mar 31, 2026", date(2026, 3, 31)), ("30 sept. 2026", date(2026, 9, 30)), ("4-juil.-2026", date(2026, 7, 4)),
        ("29 Feb 2024", date(2024, 2, 29)), ("01/02/69", date(2069, 2, 1)), ("01/02/70", date(1970, 2, 1)),
    ],
)  # fmt: skip
def test_names_of_months_and_short_years_are_read(text, day):
    assert read(text) == day


def test_the_order_of_the_column_is_the_only_one_tried():
    assert read("03/04/2026", "mdy") == date(2026, 3, 4)
    assert read("26-03-04", "ymd") == date(2026, 3, 4)
    assert read("31-Oct-26", "mdy") == DAY_31
    assert read("10/31/2026", "dmy") == (
        '"10/31/2026" has no month 31 with the day first, as the file has it. Correct it, or date_order for the file.'
    )
    assert read("05/05/2026", "") == date(2026, 5, 5)
    assert "may be 3 April 2026 or 4 March 2026" in read("03/04/2026", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("31/02/2026", "is not a day of the calendar"), ("29 Feb 2023", "is not a day of the calendar"),
        ("05.01.0202", "outside the years 1950 to 2149"), ("1899-12-30", "outside the years 1950 to 2149"),
        ("01.01.2500", "outside the years 1950 to 2149"), ("12345", "not an Excel date between 1950 and 2149"),
        ("2026", "a month or a year, not a day"), ("202610", "a month or a year"), ("2026-10", "a month or a year"),
        ("10/2026", "a month or a year"), ("Oct-26", "a month or a year"), ("Oktober 2026", "a month or a year"),
        ("Q3 2026", "a month or a year"), ("31/10", "has no year"), ("31 Oct", "has no year"),
        ("31-Oct", "has no year"),
        ("N/A", "no value is known"), ("TBD", "no value is known"), ("-", "no value is known"),
        ("–", "no value is known"),
        ("#REF!", "error of the workbook"), ("TRUE", "yes or no"), ("1793404800", "seconds since 1970"),
        ("2026-10-31 25:61", "a time that no clock shows"), ("2026-10-31T24:00:00", "a time that no clock shows"),
        ("Mon, 31 Oct 2026", "names another weekday"), ("acme", "not a date like 2026-10-31"),
        ("2026-W44-6", "not a date like 2026-10-31"), ("2026-10-31 acme", "not a date like 2026-10-31"),
        ("3 Okto 2026", "not a date like 2026-10-31"), ("9" * 10_000, "not a date like 2026-10-31"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_in_words(text, words):
    said = read(text)
    assert isinstance(said, str), "a doubtful day was read"
    assert words in said
    assert said.endswith(".")
    assert "invalid" not in said
    assert len(said) < 250


@pytest.mark.parametrize("text", ["00.00.0000", "00/00/0000", "0000-00-00", "00000000", "0000-00-00 00:00:00"])
def test_zeros_for_an_empty_date_are_not_given_and_counted(text):
    days = parse_days(column(text, ""), "dmy")
    assert (days.given.tolist(), days.failed, days.blanks) == ([False, False], {}, 1)


def test_what_a_note_names_is_counted_in_rows():
    texts = ["31/10/26", "2026-10-31T12:30:00", "2026-10-31T00:00:00Z", "46326", "2026-10-31 00:00"]
    one = Column("D", np.array([0, 0, 1, 2, 3, 3, 3, 4], np.int32), texts, None, np.array([0, 2, 3, 4, 7]))
    days = parse_days(one, "dmy")
    assert (days.two_digit_years, days.timestamps, days.zones, days.serials, days.blanks) == (2, 1, 1, 3, 0)


def test_serials_of_1904_are_1462_days_later():
    # 2026-10-31 is 46326 in the 1900 system.
    assert read("44864", date_format="1904") == DAY_31
    assert read("2026-10-31", date_format="1904") == DAY_31


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("46326", NUMBER, DAY_31), ("46326.75", NUMBER, DAY_31), ("20261031", NUMBER, DAY_31),
        ("2026-10-31", DAY, DAY_31),
        ("2026-10-31T12:30:00", DAY, DAY_31),
        ("2026", NUMBER, '"2026" is a month or a year, not a day. Write the day, like 2026-10-31, or choose another '
         "column."),
        ("TRUE", FLAG, '"TRUE" says yes or no, which belongs in another column. Correct it.'),
        ("#N/A", ERROR, '"#N/A" is an error of the workbook. Correct the cell there and export again.'),
    ],
)  # fmt: skip
def test_cells_of_a_workbook_are_days_by_what_they_hold(text, kind, said):
    assert read(text, kind=kind) == said


def test_a_form_of_the_file_is_the_only_one_tried():
    assert read("05.01.2026", date_format="%d.%m.%Y") == date(2026, 1, 5)
    assert read("01-05-69", date_format="%m-%d-%y") == date(2069, 1, 5)
    assert read("31102026", date_format="%d%m%Y", kind=NUMBER) == DAY_31
    assert (
        read("46326", date_format="%d.%m.%Y", kind=NUMBER) == read("2026-10-31", date_format="%d", kind=DAY) == DAY_31
    )
    assert read("", date_format="%d.%m.%Y") is None
    assert read("00.00.0000", date_format="%d.%m.%Y") is None
    assert read("2026-01-05", date_format="%d.%m.%Y") == (
        '"2026-01-05" is not a date in the form %d.%m.%Y. Correct it, or date_format in bbbxl.toml.'
    )
    assert "outside the years" in read("05.01.0202", date_format="%d.%m.%Y")


DAYS = st.dates(date(1950, 1, 1), date(2149, 12, 31))
NAMES = sorted(MONTHS.items())
#: How a day is written -> the order its column has.
FORMS = [
    ("{d:%Y-%m-%d}", ""), ("{d:%Y/%m/%d}", ""), ("{d:%Y%m%d}", ""), ("{d:%Y-%m-%dT%H:%M:%SZ}", ""),
    ("{d:%d/%m/%Y}", "dmy"), ("{d.day}/{d.month}/{d.year}", "dmy"), ("{d.month}/{d.day}/{d.year}", "mdy"),
    ("{d:%d.%m.%Y}", "dmy"), ("{d:%m-%d-%Y %I:%M %p}", "mdy"), ("{d:%d.%m.%Y %H:%M}", "dmy"), ("{d:%A, %d %B %Y}", ""),
    ("{d:%d-%b-%Y}", "mdy"), ("{d:%b %d, %Y}", "dmy"), ("{d:%B %d %Y}", ""), ("{d:%d%b%Y}", ""), ("{d:%Y-%b-%d}", ""),
    ("{s}", ""), ("{s}.5", "mdy"),
]  # fmt: skip


@slow_box
@given(DAYS, st.sampled_from(FORMS), st.times())
def test_a_written_day_is_read_back(day, form, clock):
    pattern, order = form
    text = pattern.format(d=datetime.combine(day, clock), s=(day - date(1899, 12, 30)).days)
    assert read(text, order) == day


@slow_box
@given(
    st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.sampled_from(["%d/%m/%y", "%d.%m.%y", "%d-%b-%y", "%d-%B-%y"])
)
def test_a_day_with_a_short_year_is_read_back(day, pattern):
    days = parse_days(column(day.strftime(pattern)), "dmy")
    assert (days.values[0].item(), days.two_digit_years) == (day, 1)


NAMED = [
    "{day} {name} {year}", "{day}. {name}. {year}", "{day}-{name}-{year}", "{name} {day}, {year}",
    "{day} de {name} de {year}", "{year} {name} {day}",
]  # fmt: skip


@slow_box
@given(DAYS, st.sampled_from(NAMED), st.data())
def test_a_month_is_read_under_each_of_its_names(day, pattern, data):
    name = data.draw(st.sampled_from([name for name, month in NAMES if month == day.month]))
    name = data.draw(st.sampled_from([name, name.upper(), name.capitalize()]))
    assert read(pattern.format(day=day.day, name=name, year=day.year)) == day


@slow_box
@given(DAYS, st.sampled_from(sorted(WEEKDAYS.items())))
def test_a_weekday_is_checked_under_each_of_its_names(day, weekday):
    name, number = weekday
    said = read(f"{name}, {day:%d.%m.%Y}")
    assert said == day if number == day.weekday() else "names another weekday" in said


@slow_box
@given(
    st.lists(DAYS, min_size=1, max_size=12, unique=True), st.sampled_from([("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y")])
)
def test_a_file_is_read_as_written_or_refused(days, style):
    order, pattern = style
    one = column(*(day.strftime(pattern) for day in days))
    if any(day.day > 12 for day in days):
        assert decided(one).order == order
        assert parse_days(one, order).values.tolist() == days
    elif any(day.day != day.month for day in days):
        assert "no date of the file decides" in refused(one)
    else:
        assert parse_days(one, decided(one).order).values.tolist() == days


@slow_box
@given(st.text(st.sampled_from("0123456789./- :TZ+octmaysn,"), max_size=20))
def test_any_text_is_a_day_nothing_or_refused_with_a_sentence(text):
    said = read(text)
    assert said is None or isinstance(said, date) or said.endswith(".")
    assert said is not None or set(text.strip()) <= set("0./- :TZt+,")


def test_many_timestamps_are_read_at_once():
    first = datetime.combine(date(2026, 1, 1), datetime.min.time())
    one = column(*((first + timedelta(seconds=97 * place)).isoformat() for place in range(200_000)))
    start = time.perf_counter()
    days = parse_days(one, "")
    spent = time.perf_counter() - start
    assert days.values[-1].item() == (first + timedelta(seconds=97 * 199_999)).date()
    assert spent < 5, "0.4 s on an idle machine"
