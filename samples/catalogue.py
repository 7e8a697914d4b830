"""What Northfield Instruments sells and to whom: products, customers, owners and list prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bbbxl.samples.model import EUROPE, US, rounded


@dataclass(frozen=True)
class Product:
    """One product; price in USD of 2022, lead time in days from booking to commit date."""

    name: str
    price: Decimal
    shippable: bool
    lead: tuple[int, int]
    quantity: tuple[int, int]


MULTIMETER = Product("NF-110 Bench Multimeter", Decimal(1850), True, (10, 40), (2, 24))
OSCILLOSCOPE = Product("NF-240 Oscilloscope, 4 channel", Decimal(8900), True, (14, 65), (1, 8))
ANALYSER = Product("NF-320 Spectrum Analyser", Decimal(34500), True, (45, 150), (1, 3))
CALIBRATOR = Product("NF-410 Flow Calibrator", Decimal(15200), True, (25, 90), (1, 5))
CHAMBER = Product("NF-500 Environmental Chamber", Decimal(68000), True, (70, 200), (1, 2))
COORDINATE = Product("NF-900 Coordinate Measuring System", Decimal(145000), True, (110, 270), (1, 2))
PROBE = Product('Probe kit 3/8" (steel)', Decimal(420), True, (3, 20), (4, 60))
SENSOR = Product("Pressure Sensor PS-7", Decimal(640), True, (5, 28), (4, 50))
INSTALLATION = Product("Installation", Decimal(7200), False, (20, 60), (1, 1))
CALIBRATION = Product("Calibration", Decimal(2600), False, (7, 45), (1, 5))
TRAINING = Product("Training", Decimal(4800), False, (10, 50), (1, 2))
PLAN = Product("Annual Service Plan", Decimal(1250), False, (10, 40), (2, 14))
PRODUCTS = (
    MULTIMETER,
    OSCILLOSCOPE,
    ANALYSER,
    CALIBRATOR,
    CHAMBER,
    COORDINATE,
    PROBE,
    SENSOR,
    INSTALLATION,
    CALIBRATION,
    TRAINING,
    PLAN,
)


@dataclass(frozen=True)
class Customer:
    """One customer; it buys from one entity, in one currency, through one channel, from one owner."""

    name: str
    region: str
    currency: str
    channel: str
    owner: str
    entity: str


def _customer(row: tuple[str, str, str, str, str]) -> Customer:
    name, region, currency, channel, owner = row
    return Customer(name, region, currency, channel, owner, EUROPE if region == "EMEA" else US)


#: By descending weight: the first buys about a tenth of the orders, the last one or two a year.
_ROWS = (
    ("Halvorsen Turbine Works", "Americas", "USD", "Direct", "Dana Whitlock"),
    ("Käferberg Präzision GmbH", "EMEA", "EUR", "Direct", "Jonas Ekdahl"),
    ("Shirakawa Seimitsu K.K.", "Japan", "JPY", "Distributor", "Mika Tanabe"),
    ("O'Hara Aerostructures Inc.", "Americas", "USD", "Direct", "Luis Ferrante"),
    ("Brandt & Lindqvist AG", "EMEA", "EUR", "Direct", "Petra Hollmann"),
    ("Cascadia Grid Laboratories", "Americas", "USD", "Direct", "Dana Whitlock"),
    ("Merlion Metrology Pte. Ltd.", "Asia Pacific", "USD", "Distributor", "Arun Pillay"),
    ("Atelier Vaugirard Mesures SAS", "EMEA", "EUR", "Distributor", "Claire Maurel"),
    ("Prairie Pump & Valve Co.", "Americas", "USD", "Direct", "Robert Okafor"),
    ("Tsubame Denki K.K.", "Japan", "JPY", "Direct", "Mika Tanabe"),
    ("Lagoa Energia S.A.", "Americas", "USD", "Distributor", "Luis Ferrante"),
    ("Voss Antriebstechnik GmbH", "EMEA", "EUR", "Direct", "Petra Hollmann"),
    ("Harbour Bridge Testing Pty. Ltd.", "Asia Pacific", "USD", "Direct", "Arun Pillay"),
    ("Quillon Semiconductor Corp.", "Americas", "USD", "Direct", "Dana Whitlock"),
    ("Misure Lombarde S.r.l.", "EMEA", "EUR", "Distributor", "Claire Maurel"),
    ("Redstone Test Range", "Americas", "USD", "Direct", "Robert Okafor"),
    ("Nordsund Offshore AS", "EMEA", "EUR", "Direct", "Jonas Ekdahl"),
    ("Great Basin Water District", "Americas", "USD", "Direct", "Robert Okafor"),
    ("Hoshizora Optics K.K.", "Japan", "JPY", "Distributor", "Mika Tanabe"),
    ("Pennine Calibration Services Ltd.", "EMEA", "EUR", "Online", "Jonas Ekdahl"),
    ("Bayou Process Controls LLC", "Americas", "USD", "Distributor", "Luis Ferrante"),
    ("Al Noor Instrumentation FZE", "EMEA", "USD", "Distributor", "Claire Maurel"),
    ("Kestrel Motor Works", "Americas", "USD", "Online", "Dana Whitlock"),
    ("Zuiderkruis Laboratoria B.V.", "EMEA", "EUR", "Direct", "Petra Hollmann"),
    ("Formosa Bay Electronics Co.", "Asia Pacific", "USD", "Distributor", "Arun Pillay"),
    ("Tri-Rivers Polytechnic", "Americas", "USD", "Online", "Robert Okafor"),
    ("Instrumentos del Ebro S.L.", "EMEA", "EUR", "Distributor", "Claire Maurel"),
    ("Minato Keisoku K.K.", "Japan", "JPY", "Distributor", "Mika Tanabe"),
    ("Summit Ridge Medical Devices", "Americas", "USD", "Direct", "Luis Ferrante"),
    ("Wasserwerk Oberau", "EMEA", "EUR", "Online", "Petra Hollmann"),
    ("Ironwood Foundry Co.", "Americas", "USD", "Online", "Robert Okafor"),
    ("Deccan Rotor Works Ltd.", "Asia Pacific", "USD", "Direct", "Arun Pillay"),
    ("Saint-Aubin Aéro", "EMEA", "EUR", "Direct", "Claire Maurel"),
    ("Lakeshore Battery Research", "Americas", "USD", "Direct", "Dana Whitlock"),
    ("Tampa Narrows Shipyard", "Americas", "USD", "Distributor", "Luis Ferrante"),
    ("Kurobe Techno K.K.", "Japan", "JPY", "Online", "Mika Tanabe"),
    ("Hollin & Daughters Ltd.", "EMEA", "EUR", "Online", "Jonas Ekdahl"),
    ("Copper Mesa Mining", "Americas", "USD", "Direct", "Robert Okafor"),
    ("Waikato Dairy Instruments", "Asia Pacific", "USD", "Online", "Arun Pillay"),
    ("Östra Kvarn Mätteknik AB", "EMEA", "EUR", "Distributor", "Jonas Ekdahl"),
)
CUSTOMERS: tuple[Customer, ...] = tuple(_customer(row) for row in _ROWS)
CUSTOMER_WEIGHTS: tuple[int, ...] = tuple(6000 // (rank + 4) for rank in range(len(CUSTOMERS)))
#: The European entity, buying from the American one.
SISTER = Customer(EUROPE, "EMEA", "USD", "Direct", "Dana Whitlock", US)

_PER_UNIT = {"USD": Decimal(1), "EUR": Decimal("1.08"), "JPY": Decimal("0.0068")}
_STEP = {"USD": Decimal(1), "EUR": Decimal(1), "JPY": Decimal(100)}


def list_price(product: Product, currency: str, year: int) -> Decimal:
    """Return the list price of one unit in the currency; it rises by two percent of the 2022 price a year."""
    dollars = product.price * (Decimal(1) + Decimal("0.02") * (year - 2022))
    steps = (dollars / _PER_UNIT[currency] / _STEP[currency]).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return rounded(steps * _STEP[currency], currency)
