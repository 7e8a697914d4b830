"""The one table of events and how it is made."""
