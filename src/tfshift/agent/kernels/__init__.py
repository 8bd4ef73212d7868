"""The agent that tells which ops have a kernel for the processor."""
