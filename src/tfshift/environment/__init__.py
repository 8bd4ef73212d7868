"""Locks, environments and the interpreters that they stand on."""
