"""The quick reader agrees with the careful one, or leaves the file to it."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbxl.errors import InputError
from bbbxl.inputs.files import careful
from bbbxl.inputs.files.careful import read_carefully
from bbbxl.inputs.files.quick import read_quickly
from bbbxl.inputs.files.text import read_text

CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "NA", "null", "007", "1.5", "ü", "'=x", '"a,b"', '""', '"x"', '"a""b"', '5"', '"a\nb"', "€"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3),
)
LINES = st.lists(st.lists(CELLS, max_size=4), max_size=8)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])


def same(content, mark=",", width=2):
    quick = read_quickly(content, mark, "o.csv", width=width)
    if quick is None:
        return False
    slow = read_carefully(content, mark, "o.csv", width=width)
    assert quick.numbers.tolist() == slow.numbers.tolist()
    assert quick.widths.tolist() == slow.widths.tolist()
    names = [f"{at}" for at in range(max(quick.cells.num_columns, slow.cells.num_columns))]
    for at, name in enumerate(names):
        lists = [
            rows.cells.column(name).to_pylist() if at < rows.cells.num_columns else [""] * len(quick.numbers)
            for rows in (quick, slow)
        ]
        assert lists[0] == lists[1]
    return True


@settings(max_examples=400, deadline=None)
@given(LINES, ENDS, st.sampled_from([",", ";", "\t"]), st.booleans(), st.integers(2, 3))
def test_whatever_the_quick_reader_takes_the_careful_one_reads_the_same(lines, end, mark, closed, width):
    text = end.join(mark.join(cells).replace(",", mark) for cells in lines) + (end if closed else "")
    same(text.encode(), mark, width)


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "a,b\r\n1,2",
        "\n\na,b\n\n1,2\n\n",
        "title\na,b\n1,2\n3,4,5\n6\n7,8\n",
        'a,b\n"x, y","z"\n"",""\n"only"\n',
        "a,b\nNA,null\n,\n #N/A,NaN\n",
        "ü,€\n1,😀\n",
    ],
)
def test_plain_files_are_read_quickly(text):
    assert same(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n1,"x\ny"\n',
        'a,b\n1,"x""y"\n',
        'a,b\n1,5" pipe\n',
        'a,b\n1,"x"y\n',
        'a,b\n1, "x"\n',
        'a,b\n1,"x\n',
        "a,b\r1,2\r",
        "a,b\n1," + "x" * 140_000 + "\n",
        "",
    ],
)
def test_what_needs_care_is_left_to_the_careful_reader(text):
    assert read_quickly(text.encode(), ",", "o.csv", width=2) is None


def large(rows):
    text = io.StringIO()
    for row in range(rows):
        text.write(f'SO{row:06},"Customer, {row % 70}",{row}.50\r\n')
        if row % 9_000 == 8_999:
            text.write("\r\nSubtotal,1\r\nPage,2,3,4,5\r\n")
    return b"Order,Customer,Amount\r\n" + text.getvalue().encode()


def test_rows_of_another_width_and_empty_lines_keep_their_place_over_many_blocks():
    assert same(large(100_000), width=3)


def test_a_large_file_is_one_grid_whichever_way_it_is_read(monkeypatch):
    content = large(60_000)
    quick = read_text(content, "o.csv", sha256="", size=0)
    monkeypatch.setattr("bbbxl.inputs.files.text._LARGE", 1 << 40)
    slow = read_text(content, "o.csv", sha256="", size=0)
    assert quick.cells.equals(slow.cells)
    # 60,000 rows, the header, six times two rows of another width
    assert len(quick.numbers) == len(slow.numbers) == 60_013
    assert (quick.widths == slow.widths).all()
    assert quick.widths.sum() == 60_001 * 3 + 6 * (2 + 5)


def test_too_many_rows_of_another_width_are_left_to_the_careful_reader():
    assert read_quickly(b"a,b\n" + b"x\n" * 1_001, ",", "o.csv", width=2) is None


def test_a_row_too_wide_is_refused_by_both_in_the_same_words():
    content = b"a,b\n1,2\n" + b"," * 2_000 + b"\n"
    told = []
    for reader in (read_quickly, read_carefully):
        with pytest.raises(InputError) as caught:
            reader(content, ",", "o.csv", width=2)
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert careful.MOST_COLUMNS == 2_000
