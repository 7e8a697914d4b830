"""What texts mean: numbers and days, the decimal mark and the order of day and month decided on evidence."""
