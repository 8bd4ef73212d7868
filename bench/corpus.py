"""TensorFlow-heavy wheels of the 1.x age, pinned by hash, fetched once into the cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import platformdirs

PINNED = {
    "dm-sonnet==1.36": "afe292a5f2eaed5c3e2be4b30f2a14b67425422457b9a51579d616af6f075dac",
    "gpflow==1.5.1": "de7c66c4be666282f5c44a1b0efe0717e683c60e98026953dc4e1303312354a5",
    "magenta==1.3.1": "b9cc2fa66898e3f11df9e84a091fbea3fcdf2ec800da6712c5420c9244c12da4",
    "tensor2tensor==1.15.7": "26ef986c2b9f45bdefa4218229f33f2992e4d9df84f8939d41481cdaa8444392",
    "tensorflow-probability==0.8.0": "91502b41753a48bc28f8ded2b25d1931135be87c343d93da47cb446ee05ad468",
    "tensorlayer==1.11.1": "d6b1d0541950b6344db747f51e33fdd978d3ac6c04263ae4e2a9cc4a19cc1976",
    "tensorpack==0.9.8": "87e7e479c1339ec5f10871a211bd665b35a301fb9077f1c652c16371b1480e13",
    "tf-slim==1.1.0": "fa2bab63b3925bd42601102e7f178dce997f525742596bf404fa8a6918e146ff",
}


def _fetch(requirement: str, digest: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = folder / "requirement.txt"
    lines.write_text(f"{requirement} --hash=sha256:{digest}\n")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    command += ["--require-hashes", "-d", str(folder), "-r", str(lines)]
    subprocess.run(command, check=True, env={**os.environ, "PIP_FIND_LINKS": ""})
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "src")


def corpus() -> Path:
    """Return a folder that holds the unpacked wheels."""
    root = Path(platformdirs.user_cache_dir("tfshift")) / "corpus"
    for requirement, digest in PINNED.items():
        folder = root / requirement.replace("==", "-")
        if not (folder / ".complete").is_file():
            _fetch(requirement, digest, folder)
            (folder / ".complete").touch()
    return root


def python_files(root: Path) -> list[Path]:
    """List the corpus's modules that name TensorFlow."""
    return sorted(p for p in root.rglob("*.py") if b"tensorflow" in p.read_bytes())
