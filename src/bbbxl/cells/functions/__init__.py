"""The functions, a module a group."""
