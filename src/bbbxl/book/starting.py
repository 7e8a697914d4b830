"""A new book: its folder, its bbbxl.toml and the first entry of its log."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bbbxl.book.records import Entry
from bbbxl.book.store import create_store, open_store
from bbbxl.errors import TargetError
from bbbxl.inputs.folder import draft
from bbbxl.policy import CONFIG_NAME, SCHEMA, check_config, read_config


def start_book(folder: Path, *, entity: str = "", currency: str = "", fiscal_year_end: str = "12-31") -> Entry:
    """Start a book in a folder; a bbbxl.toml that is there stays as it is.

    Args:
        folder: Made where it is missing.
        entity: Default entity, where no bbbxl.toml is there.
        currency: Reporting currency, where no bbbxl.toml is there.
        fiscal_year_end: Month and day, where no bbbxl.toml is there.

    Raises:
        TargetError: a book is there already, or the folder cannot be written.
        ConfigError: the bbbxl.toml that is there, or what was given, cannot be meant.
    """
    settings = folder / CONFIG_NAME
    config = check_config({"schema": SCHEMA, "entity": entity, "currency": currency,
                           "fiscal_year_end": fiscal_year_end})  # fmt: skip
    if settings.exists():
        config = read_config(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        create_store(folder)
        if not settings.exists():
            settings.write_text(draft((), (), config) + "\n", encoding="utf-8")
    except OSError as error:
        raise TargetError(f"{folder.name} cannot be written: {error.strerror}. Choose another folder.") from error
    with open_store(folder, write=True) as store:
        return store.append("init", date.min, {"entity": config.entity, "currency": config.currency,
                                               "fiscal_year_end": config.fiscal_year_end})  # fmt: skip
