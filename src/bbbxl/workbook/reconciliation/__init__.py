"""The reconciliation workbook: bridge, sign-off, open items, what lies behind each class, rules and sources."""
