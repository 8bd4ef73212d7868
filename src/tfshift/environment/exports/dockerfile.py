"""A Dockerfile that builds the environment, for the processor or with CUDA."""

from __future__ import annotations

from tfshift.domain.environments import Lock
from tfshift.domain.releases import Release
from tfshift.environment.exports import gpu_wheels, requirements, table

TITLE = "Dockerfile"
_UBUNTU = ((12, "22.04"), (11, "20.04"), (10, "18.04"))


def render(lock: Lock, release: Release) -> str:
    """Write the requirement file into the image and install it with its hashes checked."""
    name = str(table(lock).get("tool", {}).get("tfshift", {}).get("distribution", "tensorflow"))
    for_gpu = gpu_wheels(lock) or name == "tensorflow-gpu"
    lines = ["# syntax=docker/dockerfile:1.4"]
    if for_gpu and not gpu_wheels(lock):
        lines += _with_cuda(lock, release)
    else:
        lines += [f"FROM python:{lock.python}-slim"]
        if for_gpu:
            lines += [
                "# CUDA comes in wheels: the host needs the driver only; start with --gpus all."
            ]
    python = "python" if "FROM python" in "\n".join(lines) else f"python{lock.python}"
    return "\n".join(
        [
            *lines,
            "ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1",
            "COPY <<'REQUIREMENTS' /tmp/requirements.txt",
            requirements.render(lock, release).rstrip(),
            "REQUIREMENTS",
            # Linters want the empty line to see where the text ends.
            "",
            f"RUN {python} -m pip install --require-hashes --no-deps -r /tmp/requirements.txt \\",
            f'    && {python} -c "import tensorflow as tf; print(tf.__version__)"'
            if not for_gpu or gpu_wheels(lock)
            else f"    && {python} -m pip check",
            "WORKDIR /work",
            f'CMD ["{python}"]',
            "",
        ]
    )


def _with_cuda(lock: Lock, release: Release) -> list[str]:
    """Start from an image with the CUDA and cuDNN that the build links; Python comes with uv."""
    cuda, cudnn = str(release.extra.get("cuda")), str(release.extra.get("cudnn") or "")
    # The newest Ubuntu that was out when that CUDA was: later ones never got an image of it.
    ubuntu = next((u for least, u in _UBUNTU if int(cuda.partition(".")[0] or 0) >= least), "16.04")
    return [
        f"# TensorFlow {release.version} is built with CUDA {cuda} and cuDNN {cudnn}; driver >= "
        f"{release.extra.get('min_driver')} on the host.",
        "# Which tags the maker still publishes is not known here: choose the one that matches.",
        f"ARG BASE=nvidia/cuda:{cuda}-cudnn{cudnn.partition('.')[0]}-runtime-ubuntu{ubuntu}",
        "FROM ${BASE}",
        "COPY --from=ghcr.io/astral-sh/uv:latest /uv /usr/local/bin/uv",
        f"RUN uv python install {lock.python} && uv venv --seed --python {lock.python} /opt/venv \\",
        f"    && ln -s /opt/venv/bin/python /usr/local/bin/python{lock.python}",
        "ENV PATH=/opt/venv/bin:$PATH",
    ]
