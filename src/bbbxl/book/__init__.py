"""The kept order book: snapshots compared, events written once, months closed for good."""
