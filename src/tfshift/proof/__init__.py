"""Proof: record a command in two environments and compare what it did."""
