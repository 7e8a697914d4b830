"""Layouts and theme of packs, as data."""
