"""Code pages of text files: found where only one reading makes words, questioned where several do."""

import codecs

import pytest

from bbbxl.errors import InputError
from bbbxl.inputs.files.encoding import decode


def file_of(value, page):
    return f"Order;Name\n1;{value}\n".encode(page)


def refused(content, encoding=None):
    with pytest.raises(InputError) as caught:
        decode(content, encoding, "o.csv")
    return str(caught.value)


@pytest.mark.parametrize(
    ("mark", "page"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_names_the_code_page_and_is_no_text(mark, page):
    found = decode(mark + file_of("Müller", page), None, "o.csv")
    assert (found.content.decode(), found.encoding, found.notes) == ("Order;Name\n1;Müller\n", page, ())


@pytest.mark.parametrize("page", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen_by_its_nuls(page):
    found = decode(file_of("Müller", page), None, "o.csv")
    assert (found.content.decode(), found.encoding) == ("Order;Name\n1;Müller\n", page)
    assert found.notes == (f"Read as {page}: it has no byte order mark.",)


@pytest.mark.parametrize("value", ["plain", "Müller", "Łódź", "日本", "😀", "Заказ"])
def test_utf_8_is_read_without_a_word(value):
    found = decode(file_of(value, "utf-8"), None, "o.csv")
    assert (found.content.decode(), found.encoding, found.notes) == (f"Order;Name\n1;{value}\n", "utf-8", ())


#: What western accountants write: loads as cp1252 without a setting.
WESTERN = [
    "Müller", "Größe", "STRAßE MÜLLER", "Betrag (€)", "100,00 €", "Umsatz T€", "£1,200", "Revenue £m",
    "Société Générale", "SOCIÉTÉ GÉNÉRALE", "Règlement", "Pièce à Paris", "2ème étage", "España Muñoz",
    "São Paulo", "João Gonçalves", "Ação", "Ørsted Malmø", "Ångström", "Citroën", "caffè città è più",
    "Menge m³", "Menge (m²)", "Bosch®", "5° N° 7", "1º Nº 5", "Mª José", "O’Brien – “x”", "1\xa0200,50", "§ 15",
    "½ day", "Zürich – Genève", "Curaçao", "Škoda", "Hernádvölgyi",
]  # fmt: skip


@pytest.mark.parametrize("value", WESTERN)
def test_a_western_export_loads_and_the_note_names_its_code_page(value):
    found = decode(file_of(value, "cp1252"), None, "o.csv")
    assert (found.content.decode(), found.encoding) == (f"Order;Name\n1;{value}\n", "cp1252")
    assert found.notes[0].startswith("Read in code page cp1252, as it is not UTF-8: row 2 has ")


def test_all_of_them_in_one_file_load_too():
    found = decode("\n".join(WESTERN).encode("cp1252"), None, "o.csv")
    assert (found.content.decode(), found.encoding) == ("\n".join(WESTERN), "cp1252")


def test_a_byte_that_the_code_page_lacks_is_found_after_any_number_of_good_words():
    # 0x81 is no character in cp1252
    words = [f"M\xfcller{one:c}{two:c}{three:c}" for one in range(97, 123) for two in range(97, 123)
             for three in range(97, 123)]  # fmt: skip
    assert len(words) > 5_000
    content = "\n".join(words).encode("latin-1") + b"\nM\x81ller\n"
    assert refused(content).startswith("o.csv row ")


def test_a_word_that_another_code_page_would_make_a_word_of_too_is_told():
    assert decode(file_of("Règlement", "cp1252"), None, "o.csv").notes == (
        'Read in code page cp1252, as it is not UTF-8: row 2 has "Règlement". "Règlement" would be "Rčglement" in '
        "cp1250; set encoding if that is meant.",
    )


@pytest.mark.parametrize(
    ("value", "page", "as_usual"),
    [
        ("Złoty", "cp1250", "Z³oty"),
        ("Michał", "cp1250", "Micha³"),
        ("Łódź", "cp1250", "£ódŸ"),
        ("Dvořák", "cp1250", "Dvoøák"),
        ("Kovačič", "cp1250", "Kovaèiè"),
        ("Gdańsk", "cp1250", "Gdañsk"),
        ("Milenković", "cp1250", "Milenkoviæ"),
        ("Győr", "cp1250", "Gyõr"),
        ("Łukasz", "iso8859-2", "£ukasz"),
        ("100 €", "iso8859-15", "100 ¤"),
        ("Größe", "cp850", "Gr”áe"),
        ("Müller", "mac-roman", "MŸller"),
        ("Café", "mac-roman", "CafŽ"),
        ("Заказ", "cp1251", "Çàêàç"),
        ("Παραγγελία", "cp1253", "Ðáñáããåëßá"),
        ("Şahin", "cp1254", "Þahin"),
        ("Bērziņš", "cp1257", "Bçrziòð"),
    ],
)
def test_code_pages_that_read_a_word_differently_are_questioned_with_both_readings(value, page, as_usual):
    told = refused(file_of(value, page))
    assert told.startswith(f'o.csv row 2 reads "{as_usual}" (cp1252')
    assert told.endswith(
        "the file is not UTF-8 and its code page cannot be told. Save it as CSV UTF-8, or set encoding to the code "
        "page that reads it right in bbbxl.toml."
    )
    assert decode(file_of(value, page), page, "o.csv").content.decode() == f"Order;Name\n1;{value}\n"


def test_the_other_reading_is_in_the_sentence():
    assert 'or "Złoty" (cp1250, iso8859-2): the file' in refused(file_of("Złoty", "cp1250"))


def test_a_code_page_that_alone_has_every_byte_is_taken():
    # 0x81 is no character in cp1252; cp850, cp437 and cp852 read it as ü
    found = decode(file_of("Müller", "cp850"), None, "o.csv")
    assert (found.content.decode(), found.encoding) == ("Order;Name\n1;Müller\n", "cp850")


@pytest.mark.parametrize(("value", "page"), [("日本の注文", "cp932"), ("订单金额", "gb18030"), ("注文", "euc-jp")])
def test_scripts_of_east_asia_are_never_read_as_western_letters(value, page):
    assert refused(file_of(value, page)).startswith("o.csv row 2 ")
    assert decode(file_of(value, page), page, "o.csv").content.decode() == f"Order;Name\n1;{value}\n"


def test_utf_8_with_a_row_of_another_code_page_is_refused_with_that_row():
    content = file_of("Müller", "utf-8") + "2;Größe\n3;Zürich\n".encode() + b"4;K\xf6ln\n"
    assert refused(content) == (
        "o.csv is UTF-8 except for row 5: it is put together from files of several code pages, or cut off. "
        "Export it again as CSV UTF-8."
    )


def test_a_mark_of_utf_16_over_other_bytes_is_refused():
    assert refused(codecs.BOM_UTF16_LE + b"abc").startswith("o.csv says by its first bytes that it is utf-16-le")


@pytest.mark.parametrize("content", [b"a,b\n1,\x002\n", b"a,b\n\0", "a,b\n1,\0".encode("utf-16")])
def test_nul_bytes_are_no_text(content):
    assert refused(content) == "o.csv holds NUL bytes, so it is no text file. Save it as CSV UTF-8."


# -- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp1252", "CP1252", "windows-1252", "latin-1", "utf-8", "utf-8-sig", "utf-16"])
def test_a_code_page_of_the_settings_is_used(encoding):
    found = decode(file_of("Müller", encoding), encoding, "o.csv")
    assert found.content.decode() == "Order;Name\n1;Müller\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_header_whatever_the_setting(encoding):
    assert decode(codecs.BOM_UTF8 + b"a,b\n", encoding, "o.csv").content == b"a,b\n"


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13", "", "a\0b", "unicode_escape", "utf-7"])
def test_an_unknown_code_page_is_refused_in_words(encoding):
    assert refused(b"a,b\n", encoding) == (
        f'o.csv: there is no code page "{encoding}". Write one such as utf-8, utf-16 or cp1252 under '
        "encoding in bbbxl.toml."
    )


@pytest.mark.parametrize(
    ("content", "encoding", "remedy"),
    [
        (file_of("Müller", "cp1252"), "utf-8", 'set encoding = "cp1252" for it'),
        (file_of("Müller", "cp1252"), "utf-8-sig", 'set encoding = "cp1252" for it'),
        (file_of("Müller", "utf-16"), "utf-8", 'set encoding = "utf-16" for it'),
        (file_of("Müller", "utf-8-sig"), "cp1252", 'set encoding = "utf-8" for it'),
        (file_of("x\x81", "latin-1"), "cp1252", "set the encoding it is written in"),
    ],
)
def test_a_code_page_of_the_settings_that_does_not_fit_is_refused_with_one_to_set(content, encoding, remedy):
    assert refused(content, encoding) == (
        f"o.csv is not text in code page {encoding.removesuffix('-sig')}. Save it as CSV UTF-8, or {remedy} in "
        "bbbxl.toml."
    )


# -- damage done before ----------------------------------------------------------------------------------------------


def test_letters_lost_in_an_earlier_conversion_are_noted_with_their_rows():
    assert decode("a,b\nM\ufffdller,1\nx,2\nK\ufffdln,3\n".encode(), None, "o.csv").notes == (
        'Letters were lost before this file was written ("\ufffd" stands for them): rows 2, 4.',
    )


def test_only_the_first_rows_are_named():
    (note,) = decode("M\ufffdller \ufffd\n".encode() * 7, None, "o.csv").notes
    assert note.endswith(": rows 1, 2, 3, 4, 5 and more.")


@pytest.mark.parametrize("value", ["Müller", "Größe", "Société", "5 – 7", "É", "O’Brien"])
def test_letters_converted_twice_are_noted_with_their_row(value):
    twice = value.encode().decode("cp1252")
    (note,) = decode(f"a,b\n1,{twice}\n".encode(), None, "o.csv").notes
    assert note.startswith("Letters look converted twice (")
    assert note.endswith(": row 2.")


@pytest.mark.parametrize("value", ["São Paulo", "SÃO PAULO", "château", "Ân", "bâ€"])
def test_letters_that_only_look_so_are_not(value):
    assert decode(f"a,b\n1,{value}\n".encode(), None, "o.csv").notes == ()


def test_a_byte_order_mark_between_files_put_together_is_left_out_and_noted():
    found = decode(b"a,b\n1,2\n" + codecs.BOM_UTF8 + b"a,b\n3,4\n", None, "o.csv")
    assert found.content == b"a,b\n1,2\na,b\n3,4\n"
    assert found.notes == ("A byte order mark inside the file was left out: row 3.",)
