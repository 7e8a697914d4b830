"""What all tests share: who runs where LibreOffice is missing."""

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run of CI, so that a change and not a draw decides; new ones at home.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_collection_finish() -> None:
    """Keep modules and collected tests out of every collection of garbage: a sixth of the time of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --update-golden: golden files are written anew; read their diff before you commit."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/*.txt anew")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Return the folder that `bbbxl demo` writes, with what it printed and its exit code beside it."""
    folder = tmp_path_factory.mktemp("demo") / "northfield"
    command = [sys.executable, "-m", "bbbxl", "demo", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    return folder, done


@pytest.fixture
def golden(request):
    """Return a function that compares text with a golden file, or writes it with --update-golden."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).with_name("golden") / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{name} differs; read the diff, then --update-golden"

    return compare


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail where it is required, what needs LibreOffice on a machine without it."""
    if item.get_closest_marker("libreoffice") and not (shutil.which("soffice") or shutil.which("libreoffice")):
        if "libreoffice" in os.environ.get("BBBXL_REQUIRE", ""):
            pytest.fail("soffice is not installed, but BBBXL_REQUIRE asks for it")
        pytest.skip("soffice is not installed")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Return the folder of the sample company's exports."""
    return tmp_path_factory.mktemp("northfield")


@pytest.fixture(scope="session")
def company(folder):
    """Return the sample company, its exports written."""
    from bbbxl.samples.northfield import write_exports

    return write_exports(folder)


@pytest.fixture(scope="session")
def tables(company, folder):
    """Return the rows of each export."""
    from northfield import FILES, read_rows

    return {name: read_rows(folder / name) for name in FILES}


@pytest.fixture(scope="session")
def lines(company):
    """Return the history of each order line."""
    from bbbxl.samples.truth import lines_of

    return lines_of(company.history)


@pytest.fixture
def made(tmp_path):
    """Return a function that writes files into a folder and loads it, or the named ones of them."""
    from bbbxl.inputs.load import Options, load

    folder = tmp_path / "exports"

    def build(*names, toml=None, files=None, **options):
        for name, content in {**({"bbbxl.toml": toml} if toml else {}), **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return load([folder / name for name in names] or [folder], Options(**options))

    return build
