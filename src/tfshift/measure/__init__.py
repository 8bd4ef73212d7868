"""Make facts from real releases: install one, ask it, fold the answers into ``facts/``."""
