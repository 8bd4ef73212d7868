"""The agent that asks an interpreter what it is and where it looks for modules."""
