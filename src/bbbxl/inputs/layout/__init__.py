"""Where the table is in a grid: header, data rows, and what is set aside around them."""
