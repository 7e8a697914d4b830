"""The store of a kept book: one SQLite file that is only added to, its chained hashes, its transfer."""

from bbbxl.book.store.sqlite import Store, create_store, open_store

__all__ = ["Store", "create_store", "open_store"]
