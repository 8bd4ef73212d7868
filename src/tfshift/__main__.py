"""Lets ``python -m tfshift`` work."""

from tfshift.cli import main

main()
