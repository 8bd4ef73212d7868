"""Carry a move out: build both sides, run both, change a copy, compare, certify."""

from tfshift.migrate.journey import Journey
from tfshift.migrate.request import Outcome, Request

__all__ = ["Journey", "Outcome", "Request"]
