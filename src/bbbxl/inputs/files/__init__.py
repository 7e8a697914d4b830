"""Files as they are: archives, text and workbooks become grids of text, or are refused."""
