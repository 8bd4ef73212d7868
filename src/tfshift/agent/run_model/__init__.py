"""The agent that loads a model and runs its signatures on given inputs."""
