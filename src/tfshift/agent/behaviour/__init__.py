"""The agent that runs small calls with fixed inputs and tells what each gives."""
