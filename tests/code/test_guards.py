"""Branches that the target never runs: version and attribute guards in many spellings."""

from __future__ import annotations

import pytest

from .moving import errors

S = "tf.Session"

GUARDS = [
    "hasattr(tf, 'Session')",
    "tf.__version__ < '2'",
    "tf.__version__ < '2.0.0'",
    "not tf.__version__ >= '2'",
    "tf.__version__.startswith('1')",
    "tf.__version__.startswith('1.')",
    "tf.__version__[0] == '1'",
    "tf.__version__[0] != '2'",
    "tf.__version__.split('.')[0] == '1'",
    "int(tf.__version__.split('.')[0]) < 2",
    "int(tf.__version__[0]) == 1",
    "float(tf.__version__[:3]) < 2.0",
    "tf.__version__ in ['1.14.0', '1.15.0', '1.15.5']",
    "LooseVersion(tf.__version__) < LooseVersion('2.0')",
    "LooseVersion(tf.__version__) < '2.0'",
    "version.parse(tf.__version__) < version.parse('2.0.0')",
    "packaging.version.Version(tf.__version__) < packaging.version.Version('2')",
    "pkg_resources.parse_version(tf.__version__) < pkg_resources.parse_version('2.0')",
    "tuple(map(int, tf.__version__.split('.')[:2])) < (2, 0)",
    "tuple(int(p) for p in tf.__version__.split('.')[:2]) < (2, 0)",
    "[int(p) for p in tf.__version__.split('.')[:2]] < [2, 0]",
    "tf.version.VERSION < '2'",
    "tf.compat.v1.VERSION < '2'",
    "os.name and tf.__version__ < '2'",
    "tf.__version__ < '2' and hasattr(tf, 'contrib')",
    "not tf2",
    "tf1",
    "TF_MAJOR < 2",
    "not tf.executing_eagerly() and tf.__version__ < '2'",
]
SETTINGS = """\
tf1 = tf.__version__ < '2'
tf2 = tf.__version__ >= '2'
TF_MAJOR = int(tf.__version__.split('.')[0])
"""
UNDECIDED = [
    "os.name",
    "tf.__version__ < limit",
    "hasattr(np, 'Session')",
    "tf.__version__ < '2' or os.name",
    "hasattr(tf, name)",
    "tf.__version__.split('.') < '2'",
]


@pytest.mark.parametrize("guard", GUARDS)
def test_a_branch_that_the_target_never_runs(guard: str) -> None:
    head = f"import tensorflow as tf\n{SETTINGS}"
    assert errors(f"{head}if {guard}:\n    tf.Session\n") == []
    assert errors(f"{head}if {guard}:\n    pass\nelif True:\n    tf.Session\n") == [(8, S)]
    assert errors(f"{head}x = tf.Session if {guard} else None\n") == []
    assert errors(f"{head}def f():\n    if {guard}:\n        return tf.Session\n") == []


@pytest.mark.parametrize("guard", UNDECIDED)
def test_a_branch_that_may_run(guard: str) -> None:
    code = f"import tensorflow as tf\nif {guard}:\n    tf.Session\n"
    assert errors(code) == [(3, S)]


def test_an_early_return_ends_the_old_path() -> None:
    code = """\
import tensorflow as tf
def f():
    if tf.__version__ >= '2':
        return tf.compat.v1.Session()
    return tf.Session()
"""
    assert errors(code) == []
