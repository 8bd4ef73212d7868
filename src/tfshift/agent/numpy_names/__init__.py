"""The agent that asks NumPy for its names, and which of them are one object."""
