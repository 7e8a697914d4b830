"""From exports to entries of the ledger: read, recognise, understand, and set aside what cannot be taken."""
