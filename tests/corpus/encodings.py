"""Code pages: marked, guessed where only one fits, and refused where several read differently."""

from corpus.case import CYRILLIC, OPEN, THREE, Case, Expected, Refused
from corpus.making import A2, A3, HEAD, ORDERS, raw, text

GERMAN = (HEAD, "Mü-1,2026-01-15,Müller & Söhne,100.00,EUR", A2, A3)
UMLAUT = THREE.named("Mü-1", "A-2", "A-3")
RUSSIAN = (HEAD, "Ж-1,2026-01-15,Привет,100.00,EUR", A2, A3)
JOINED = "\n".join(GERMAN) + "\n"
PAGE = "encoding|code page|UTF-8"
FILE = r"orders\."

CASES = (
    Case("UTF-8 with umlauts", text(*GERMAN), UMLAUT),
    Case("UTF-8 with a byte order mark", text(*GERMAN, encoding="utf-8-sig"), UMLAUT),
    Case(
        "byte order mark before a quoted header", raw(b'\xef\xbb\xbf"Order No"' + "\n".join(ORDERS).encode()[8:]), THREE
    ),
    Case("UTF-16 little end first", text(*GERMAN, encoding="utf-16"), UMLAUT),
    Case("UTF-16 big end first", raw(b"\xfe\xff" + JOINED.encode("utf-16-be")), UMLAUT),
    Case(
        "Unicode text of Excel",
        raw(b"\xff\xfe" + JOINED.replace(",", "\t").replace("\n", "\r\n").encode("utf-16-le"), "orders.txt"),
        UMLAUT,
    ),
    Case("UTF-16 without a mark", raw(JOINED.encode("utf-16-le")), (UMLAUT, Refused(FILE, PAGE + "|UTF-16|NUL")), OPEN),
    Case("UTF-32 with a mark", text(*GERMAN, encoding="utf-32"), (UMLAUT, Refused(FILE, PAGE + "|NUL")), OPEN),
    Case(
        "UTF-16 cut in the middle of a letter",
        raw(b"\xff\xfe" + JOINED.encode("utf-16-le")[:-1]),
        Refused(FILE, "UTF-16|code page|encoding|cut"),
    ),
    Case("Windows code page, umlauts only", text(*GERMAN, encoding="cp1252"), UMLAUT),
    Case(
        "Windows code page, euro sign in the amounts",
        text(
            "Order No;Order Date;Customer;Amount",
            "Mü-1;2026-01-15;Müller;100,00 €",
            "A-2;2026-01-20;Contoso;200,50 €",
            "A-3;2026-02-10;Fabrikam;300,00 €",
            encoding="cp1252",
        ),
        UMLAUT,
    ),
    Case(
        "an umlaut by itself that is a letter elsewhere too",
        text(HEAD, "Ä-1,2026-01-15,Müller,100.00,EUR", A2, A3, encoding="cp1252"),
        (THREE.named("Ä-1", "A-2", "A-3"), Refused(FILE, PAGE, "row 2")),
        OPEN,
    ),
    Case(
        "French names that read otherwise in Prague",
        text(HEAD, "A-1,2026-01-15,Hélène,100.00,EUR", A2, A3, encoding="cp1252"),
        (THREE.saying("1252|code page|encoding"), Refused(FILE, PAGE)),
        OPEN,
    ),
    Case("Cyrillic bytes that also read as Western", text(*RUSSIAN, encoding="cp1251"), Refused(FILE, PAGE)),
    Case(
        "Cyrillic bytes with the code page given",
        text(*RUSSIAN, encoding="cp1251"),
        THREE.named("Ж-1", "A-2", "A-3"),
        options=CYRILLIC,
    ),
    Case(
        "Polish bytes that also read as Western",
        text(HEAD, "Ł-1,2026-01-15,Łódź Święta,100.00,EUR", A2, A3, encoding="cp1250"),
        Refused(FILE, PAGE),
    ),
    Case(
        "one bad byte in a UTF-8 file",
        raw("\n".join((*GERMAN[:3], "")).encode() + b"A-3,2026-02-10,Fabrik\xe4m,300.00,EUR\n"),
        Refused(FILE, PAGE),
    ),
    Case(
        "umlauts of the DOS code page",
        text(HEAD, "ü-1,2026-01-15,Müller,100.00,EUR", A2, A3, encoding="cp850"),
        (THREE.named("ü-1", "A-2", "A-3"), Refused(FILE, PAGE)),
        OPEN,
    ),
    Case(
        "end mark of DOS behind the last row",
        raw("\n".join(ORDERS).encode() + b"\n\x1a"),
        (THREE, THREE.without(5, ""), Refused(FILE)),
        OPEN,
    ),
    Case(
        "two files glued together, a byte order mark inside",
        raw("\n".join(ORDERS[:3]).encode() + b"\n\xef\xbb\xbf" + A3.encode()),
        (THREE, Refused(FILE, "row 4|byte order")),
        OPEN,
    ),
    Case(
        "letters outside the basic plane",
        text(HEAD, "A-1,2026-01-15,\U0001f600 Ltd \U00020bb7,100.00,EUR", A2, A3),
        THREE,
    ),
    Case(
        "Japanese names in Shift JIS",
        text(HEAD, "受-1,2026-01-15,株式会社,100,JPY", encoding="shift_jis"),
        (Expected(1, {"JPY": 100}, ids=("受-1",)), Refused(FILE, PAGE)),
        OPEN,
    ),
)
