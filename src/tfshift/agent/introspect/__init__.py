"""What a release offers: its public API, ops and build, written to one file."""
