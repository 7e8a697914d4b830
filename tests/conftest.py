"""What all tests share: who runs where LibreOffice is missing."""

import os
import shutil

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail where it is required, what needs LibreOffice on a machine without it."""
    if item.get_closest_marker("libreoffice") and not (
        shutil.which("soffice") or shutil.which("libreoffice")
    ):
        if "libreoffice" in os.environ.get("BBBXL_REQUIRE", ""):
            pytest.fail("soffice is not installed, but BBBXL_REQUIRE asks for it")
        pytest.skip("soffice is not installed")
