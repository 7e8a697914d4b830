"""Exports of one invented company, Northfield Instruments, and the truth behind them."""
