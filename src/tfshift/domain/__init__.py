"""The words of tfshift as frozen values: no I/O, no imports of the rest of the project."""
