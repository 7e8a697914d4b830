"""CRM and ERP side by side, to the cent: matching, classes, the bridge between the two totals."""
