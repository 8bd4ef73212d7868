"""One module a format, each with ``render(result, version) -> str``."""
