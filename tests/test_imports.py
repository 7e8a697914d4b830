"""What is imported when: fresh processes, because this one has imported everything."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parent.parent / "src" / "bbbxl"
MODULES = sorted(
    ".".join(("bbbxl", *path.relative_to(SRC).with_suffix("").parts)).removesuffix(".__init__")
    for path in SRC.rglob("*.py")
    if path.stem != "__main__"
)
HEAVY = ("pandas", "openpyxl", "duckdb", "pyarrow", "xlwings", "formualizer", "numpy", "polars")


def loaded_after(code: str) -> set[str]:
    """Return the modules a fresh process has loaded after running some code."""
    script = f"import sys\n{code}\nprint(chr(10).join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_every_module_never_imports_the_paid_part_of_xlwings():
    # metrics build on one another: the registry imports them in their order
    first = "import bbbxl.metrics.registry\nbbbxl.metrics.registry.metrics()"
    loaded = loaded_after("\n".join((first, *(f"import {module}" for module in MODULES))))
    assert set(MODULES) <= loaded
    assert [name for name in loaded if name.startswith("xlwings.pro")] == []


def test_importing_the_package_imports_nothing_heavy():
    assert loaded_after("import bbbxl").isdisjoint(HEAVY)


@pytest.mark.parametrize("name", ["errors", "money", "periods", "trace", "events", "policy"])
def test_the_lower_floors_import_nothing_heavy(name):
    assert loaded_after(f"import bbbxl.{name}").isdisjoint(HEAVY)


def test_figures_packs_and_formulas_load_what_reconciles_only_when_they_are_asked_to():
    code = "import bbbxl.report.pack, bbbxl.workbook.pack\nfrom bbbxl.cells.registry import functions\nfunctions()"
    loaded = loaded_after(code)
    assert {"bbbxl.report.pack", "bbbxl.cells.functions.reconciling"} <= loaded
    assert [name for name in loaded if name.startswith(("bbbxl.reconcile.", "rapidfuzz"))] == []


def test_every_public_name_can_be_had_and_an_unknown_one_is_said():
    code = (
        "import bbbxl\n"
        "for name in bbbxl.__all__: getattr(bbbxl, name)\n"
        "assert sorted(bbbxl.__all__) == bbbxl.__all__, bbbxl.__all__\n"
        "try: bbbxl.nothing\n"
        "except AttributeError as error: assert 'nothing' in str(error)\n"
        "else: raise SystemExit('an unknown name was found')"
    )
    assert "bbbxl.errors" in loaded_after(code)


def test_every_folder_of_modules_is_packaged():
    """Installed in place all are found; a wheel holds the folders that are named."""
    setup = tomllib.loads((SRC.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {".".join(path.parent.relative_to(SRC.parent).parts) for path in SRC.rglob("*.py")}
    assert set(setup["packages"]) == folders | {"bbbxl.templates", "bbbxl.samples", "bbbxl.udfs"}
