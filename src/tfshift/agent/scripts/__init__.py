"""The agent that asks TensorFlow's commands for their help."""
