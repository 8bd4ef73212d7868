"""A devcontainer.json that opens with the environment."""

from __future__ import annotations

import json

from tfshift.domain.environments import Lock
from tfshift.domain.releases import Release
from tfshift.environment.exports import gpu_wheels, pinned

TITLE = "devcontainer.json for editors and Codespaces"


def render(lock: Lock, release: Release) -> str:
    """Install the pinned versions once, after the container is made."""
    packages = " ".join(f"{name}=={version}" for name, version, _ in pinned(lock))
    content = {
        "name": f"TensorFlow {lock.tensorflow}, Python {lock.python}",
        "image": f"python:{lock.python}",
        "postCreateCommand": f"python -m pip install --no-deps {packages}",
        "containerEnv": {"PYTHONNOUSERSITE": "1"},
    }
    if gpu_wheels(lock):
        content["runArgs"] = ["--gpus", "all"]
    return json.dumps(content, indent=2) + "\n"
