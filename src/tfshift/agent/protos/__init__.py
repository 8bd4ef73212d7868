"""The agent that asks TensorFlow for the descriptions of its model formats."""
