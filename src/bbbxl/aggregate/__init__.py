"""The only passes over all rows: flows and orders, written once for pandas, polars and DuckDB."""
