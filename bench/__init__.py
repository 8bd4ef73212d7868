"""Benchmarks: one file a claim, each a ratio measured in one run, because machines are noisy."""
