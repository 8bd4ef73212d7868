"""Whether what people use of a release works in this environment."""
