"""Frames as Parquet bytes: the same frame gives the same bytes, and comes back as it was."""

from __future__ import annotations

from io import BytesIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bbbxl.errors import InputError


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Return a frame as Parquet (zstd), without its index.

    A column in which everything is missing and that has no type of its own becomes text.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    for place, field in enumerate(table.schema):
        if pa.types.is_null(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.large_string()))
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def from_parquet(content: bytes) -> pd.DataFrame:
    """Return the frame of Parquet bytes, rows counted from 0.

    Raises:
        InputError: the bytes are not whole.
    """
    try:
        frame: pd.DataFrame = pq.read_table(BytesIO(content)).to_pandas()
    except (pa.ArrowException, OSError) as problem:
        raise InputError(
            f"A table of the book cannot be read: its {len(content)} bytes are not whole Parquet. "
            "Run bbbxl book verify to see which."
        ) from problem
    return frame
