"""Put an environment into an empty folder, and prove that its TensorFlow starts."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from pathlib import Path

from tfshift.domain.environments import Lock
from tfshift.domain.errors import TfshiftError
from tfshift.domain.versions import parse_minor
from tfshift.environment import uv
from tfshift.environment.interpreters import Interpreter
from tfshift.environment.lock import build_limits, dated

_STARTS_WITHIN_S = 600
# In graph mode through the oldest names there are, so that it means the same in every release.
_PROOF = """
import tensorflow as tf
v1 = getattr(tf.compat, "v1", tf)
with tf.Graph().as_default():
    product = tf.matmul(tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]]))
    with v1.Session() as session:
        print(tf.__version__, float(session.run(product)[0][0]))
"""


def build(folder: Path, lock: Lock, interpreter: Interpreter, offline: bool) -> None:
    """Install a lock into a new virtual environment at ``folder`` and try it.

    Raises:
        TfshiftError: if it cannot be installed, or TensorFlow does not start in it.
    """
    install(folder, lock, interpreter, offline)
    prove(folder, lock)


def install(folder: Path, lock: Lock, interpreter: Interpreter, offline: bool) -> None:
    """Install a lock into a new virtual environment; files are checked against its hashes.

    Raises:
        TfshiftError: if a file cannot be had, does not fit or cannot be built.
    """
    venv = ["venv", "--relocatable", "--quiet", f"--python={interpreter.path}", str(folder)]
    uv.run(venv, offline=offline)
    with tempfile.TemporaryDirectory(prefix="tfshift-install-") as scratch:
        # uv takes a lock only under this name.
        file = Path(scratch, "pylock.toml")
        file.write_text(lock.text, "utf-8")
        # Measured on 2 idle cores: with bytecode 8.3 s (1.15.5) and 11.8 s (2.15.1), without it
        # 4.6 and 6.0; but then the first import takes 4.0 and 8.5 s instead of 1.8 and 3.0. The
        # sums are equal. With it every module is done, on all cores, so that the first of the
        # runs that are timed and compared does not pay for modules that load late.
        # uv's compiler needs 3.7; below, the proof's import compiles what it needs.
        compiling = ["--compile-bytecode"] if parse_minor(lock.python) >= (3, 7) else []
        arguments = ["pip", "install", "--quiet", *compiling]
        arguments += [f"--python={folder / 'bin' / 'python'}", *build_limits(dated(lock))]
        uv.run([*arguments, "--requirements", str(file)], offline=offline)


def prove(folder: Path, lock: Lock) -> None:
    """Import TensorFlow in the environment and let it compute one product.

    Raises:
        TfshiftError: if it does not start, computes wrongly or is another release.
    """
    # Log lines of the native part, harmless ones too, would bury the reason of a failure.
    variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        done = subprocess.run(
            [folder / "bin" / "python", "-I", "-c", _PROOF],
            capture_output=True,
            text=True,
            errors="replace",
            env=variables,
            stdin=subprocess.DEVNULL,
            timeout=_STARTS_WITHIN_S,
        )
    except subprocess.TimeoutExpired:
        raise _fails(lock, f"no answer within {_STARTS_WITHIN_S} s") from None
    if done.returncode:
        raise _fails(lock, _reason(done.returncode, done.stderr))
    answer = done.stdout.strip().rpartition("\n")[2]
    if answer != f"{lock.tensorflow} 11.0":
        raise _fails(lock, f"asked for {lock.tensorflow} 11.0, it says {answer or 'nothing'}")


def _reason(code: int, stderr: str) -> str:
    if code == -signal.SIGILL:
        return "this processor lacks instructions that the build needs, such as AVX"
    if code == -signal.SIGKILL:
        return "it was killed, probably for lack of memory"
    if code < 0:
        return f"it died of {signal.Signals(-code).name}"
    # ImportErrors of 1.x end with a paragraph of advice; the reason is the line that names it.
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    named = [line for line in lines if "Error: " in line]
    return (named or lines or [f"exit code {code}"])[-1][:300]


def _fails(lock: Lock, why: str) -> TfshiftError:
    return TfshiftError(
        f"TensorFlow {lock.tensorflow} does not start on Python {lock.python}",
        why=why,
        remedy="nothing was kept; lock it with other requirements or another --python",
    )
