"""Metrics: plain arithmetic on measures, each with its own words; values, schedules and ageing."""
