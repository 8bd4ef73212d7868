"""What names mean: one program a case, and which of its lines fail on the target."""

from __future__ import annotations

import textwrap

import pytest

from .moving import checked, errors, fixed, fixed_project, move

S = "tf.Session"

FAILS = {
    "alias": ("import tensorflow as T\nT.Session()", [(2, S)]),
    "no alias": ("import tensorflow\ntensorflow.Session()", [(2, S)]),
    "with a submodule import": (
        "import tensorflow\nimport tensorflow.python.framework.ops\ntensorflow.Session()",
        [(3, S)],
    ),
    "only a submodule import": ("import tensorflow.keras\ntensorflow.Session()", [(2, S)]),
    "from import": ("from tensorflow import Session\nSession()", [(1, S), (2, S)]),
    "from import alias": ("from tensorflow import Session as X\nX()", [(1, S), (2, S)]),
    "slim": (
        "import tensorflow.contrib.slim as slim\nslim.conv2d",
        [(1, "tf.contrib.slim"), (2, "tf.contrib.slim.conv2d")],
    ),
    "star": ("from tensorflow import *\nSession()", [(2, S)]),
    "assigned module": ("import tensorflow as tf\nnn = tf.layers\nnn.dense", [(2, "tf.layers"), (3, "tf.layers.dense")]),
    "assigned twice": ("import tensorflow as tf\na = tf\nb = a\nb.Session", [(4, S)]),
    "in a function": ("import tensorflow as tf\ndef f():\n    return tf.Session", [(3, S)]),
    "imported in a function": ("def f():\n    import tensorflow as tf\n    return tf.Session", [(3, S)]),
    "in a method": ("import tensorflow as tf\nclass A:\n    def f(self):\n        tf.Session", [(4, S)]),
    "decorator": ("import tensorflow as tf\n@tf.contrib.eager.defun\ndef f(): pass", [(2, "tf.contrib.eager.defun")]),
    "class base": ("import tensorflow as tf\nclass A(tf.Session): pass", [(2, S)]),
    "class keyword": ("import tensorflow as tf\nclass A(metaclass=tf.Session): pass", [(2, S)]),
    "default": ("import tensorflow as tf\ndef f(s=tf.Session): pass", [(2, S)]),
    "keyword-only default": ("import tensorflow as tf\ndef f(*, s=tf.Session): pass", [(2, S)]),
    "lambda default": ("import tensorflow as tf\nf = lambda s=tf.Session: s", [(2, S)]),
    "annotation": ("import tensorflow as tf\ndef f(s: tf.Session) -> tf.Session: pass", [(2, S), (2, S)]),
    "variable annotation": ("import tensorflow as tf\ns: tf.Session = None", [(2, S)]),
    "walrus": ("import tensorflow as tf\nif (s := tf.Session): pass", [(2, S)]),
    "walrus binds": ("import tensorflow as tf\nif (t := tf): pass\nt.Session", [(3, S)]),
    "comprehension": ("import tensorflow as tf\n[tf.Session for _ in range(3)]", [(2, S)]),
    "comprehension's first iterable": (
        "import tensorflow as tf\n[tf for tf in (tf.Session,)]", [(2, S)]),
    "async": (
        "import tensorflow as tf\nasync def f():\n    async with tf.Session() as s:\n        await s",
        [(3, S)],
    ),
    "match": ("import tensorflow as tf\nmatch 1:\n    case 1:\n        tf.Session", [(4, S)]),
    "match value": ("import tensorflow as tf\nmatch 1:\n    case tf.Session:\n        pass", [(3, S)]),
    "with": ("import tensorflow as tf\nwith tf.Session() as s:\n    s.run", [(2, S)]),
    "global": (
        "tf = None\ndef f():\n    global tf\n    import tensorflow as tf\ndef g():\n    tf.Session",
        [(6, S)],
    ),
    "class body": (
        "import tensorflow as tf\nclass A:\n    tf = 3\n    def f(self):\n        return tf.Session",
        [(5, S)],
    ),
    "subscript": ("import tensorflow as tf\n{}[tf.Session]", [(2, S)]),
    "receiver of a call": ("import tensorflow as tf\ntf.Session().run", [(2, S)]),
    "handler": ("import tensorflow as tf\ntry:\n    f()\nexcept tf.Session:\n    pass", [(4, S)]),
    "guard of another kind": (
        "import tensorflow as tf\ntry:\n    tf.Session\nexcept KeyError:\n    pass", [(3, S)]),
    "handler's own body": (
        "import tensorflow as tf\ntry:\n    f()\nexcept AttributeError:\n    tf.Session", [(5, S)]),
    "else of hasattr": (
        "import tensorflow as tf\nif hasattr(tf, 'Session'):\n    pass\nelse:\n    tf.Session", [(5, S)]),
    "version guard that holds": (
        "import tensorflow as tf\nif tf.__version__ >= '2':\n    tf.Session", [(3, S)]),
    "deleted": ("import tensorflow as tf\ndel tf\nimport tensorflow as tf\ntf.Session", [(4, S)]),
    "shadowed elsewhere": (
        "import tensorflow as tf\ndef f(tf):\n    return tf.Session\ntf.Session", [(4, S)]),
    "nested function": (
        "def f():\n    import tensorflow as tf\n    def g():\n        return tf.Session\n    return g",
        [(4, S)],
    ),
    "semicolons": ("import tensorflow as tf; tf.Session; tf.Session", [(1, S), (1, S)]),
    "getattr": ("import tensorflow as tf\ngetattr(tf, 'Session')", [(2, S)]),
}  # fmt: skip

HOLDS = {
    "another module": "import numpy as tf\ntf.Session",
    "a longer name": "import tensorflow_datasets as tf\ntf.Session",
    "relative": "from .tensorflow import Session\nSession()",
    "parameter": "import tensorflow as tf\ndef f(tf):\n    return tf.Session",
    "star parameter": "import tensorflow as tf\ndef f(*tf):\n    return tf.Session",
    "keyword parameter": "import tensorflow as tf\ndef f(**tf):\n    return tf.Session",
    "lambda": "import tensorflow as tf\nf = lambda tf: tf.Session",
    "comprehension": "import tensorflow as tf\n[tf.Session for tf in range(3)]",
    "dict comprehension": "import tensorflow as tf\n{tf.Session: 1 for tf in range(3)}",
    "generator": "import tensorflow as tf\nsum(tf.Session for a, tf in [])",
    "assigned": "import tensorflow as tf\ntf = object()\ntf.Session",
    "assigned in a function": "import tensorflow as tf\ndef f():\n    tf = 3\n    return tf.Session",
    "assigned later in a function": (
        "import tensorflow as tf\ndef f():\n    print(tf.Session)\n    tf = 3"
    ),
    "loop": "import tensorflow as tf\nfor tf in []:\n    tf.Session",
    "with as": "import tensorflow as tf\nwith open('x') as tf:\n    tf.Session",
    "except as": "import tensorflow as tf\ntry:\n    f()\nexcept Exception as tf:\n    tf.Session",
    "walrus": "import tensorflow as tf\nif (tf := object()):\n    tf.Session",
    "class": "import tensorflow as tf\nclass tf:\n    Session = 1\ntf.Session",
    "function": "import tensorflow as tf\ndef tf(): pass\ntf.Session",
    "match capture": "import tensorflow as tf\nmatch 1:\n    case tf:\n        tf.Session",
    "match star": "import tensorflow as tf\nmatch 1:\n    case [*tf]:\n        tf.Session",
    "match mapping": "import tensorflow as tf\nmatch 1:\n    case {**tf}:\n        tf.Session",
    "import of another": "import tensorflow as tf\nimport numpy as tf\ntf.Session",
    "deleted": "import tensorflow as tf\ndel tf\ntf.Session",
    "class attribute": "import tensorflow as tf\nclass A:\n    tf = 3\n    x = tf.Session",
    "attribute of another": "import tensorflow as tf\nself.tf.Session",
    "string": "import tensorflow as tf\n'tf.Session'\n# tf.Session",
    "what both have": "import tensorflow as tf\ntf.nn.relu(tf.ones([2]))",
    "dunder": "import tensorflow as tf\ntf.__version__, tf.__file__, tf.nn.__name__",
    "assignment to it": "import tensorflow as tf\ntf.Session = 3",
    "instance attribute": "import tensorflow as tf\ntf.constant(1).whatever",
    "value's attribute": "import tensorflow as tf\ntf.float32.as_numpy_dtype",
    "try attribute": (
        "import tensorflow as tf\ntry:\n    S = tf.Session\n"
        "except AttributeError:\n    S = tf.compat.v1.Session"
    ),
    "try bare": "import tensorflow as tf\ntry:\n    tf.Session\nexcept:\n    pass",
    "try tuple": "import tensorflow as tf\ntry:\n    tf.Session\nexcept (KeyError, AttributeError):\n    pass",
    "try import": (
        "try:\n    from tensorflow import Session\n"
        "except ImportError:\n    from tensorflow.compat.v1 import Session\nSession()"
    ),
    "try module not found": (
        "try:\n    import tensorflow.contrib.slim as slim\n"
        "except ModuleNotFoundError:\n    slim = None"
    ),
    "try two roots": (
        "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf\n"
        "tf.Session"
    ),
    "if two roots": (
        "import os\nif os.name:\n    import tensorflow.compat.v1 as tf\nelse:\n    import tensorflow as tf\n"
        "tf.Session"
    ),
    "type checking": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tensorflow import Session"
    ),
    "compat": "import tensorflow.compat.v1 as tf\ntf.Session()",
    "compat attribute": "import tensorflow as tf\ntf.compat.v1.Session()",
    "compat from": "from tensorflow.compat import v1 as tf\ntf.Session()",
    "assigned compat": "import tensorflow as tf\ntf = tf.compat.v1\ntf.Session()",
    "private modules": "from tensorflow.python.framework import ops\nops.reset_default_graph",
}  # fmt: skip


@pytest.mark.parametrize("name", FAILS)
def test_it_fails_on_the_target(name: str) -> None:
    code, expected = FAILS[name]
    assert sorted(errors(code + "\n")) == sorted(expected)


@pytest.mark.parametrize("name", HOLDS)
def test_it_holds_on_the_target(name: str) -> None:
    assert errors(HOLDS[name] + "\n") == []


@pytest.mark.parametrize(
    ("importer", "common", "line"),
    [
        ("from common import tf\ntf.Session", "import tensorflow as tf", 2),
        ("from common import tf as t\nt.Session", "import tensorflow as tf", 2),
        ("import common\ncommon.tf.Session", "import tensorflow as tf", 2),
        ("import common as c\nc.tf.Session", "import tensorflow as tf", 2),
        ("from common import *\ntf.Session", "import tensorflow as tf", 2),
        ("from common import nn\nnn.Session", "import tensorflow as tf\nnn = tf", 2),
        ("from common import nn\nnn.Session", "from tensorflow import compat\nimport tensorflow as nn", 2),
    ],
)  # fmt: skip
def test_modules_hand_names_on(importer: str, common: str, line: int) -> None:
    result = checked({"a.py": importer + "\n", "common.py": common + "\n"}, move())
    found = [(f.path, f.line) for f in result.findings if f.severity.value == "error"]
    assert found == [("a.py", line)]


@pytest.mark.parametrize(
    ("user", "statement"),
    [
        ("pkg/sub/a.py", "from ..common import tf"),
        ("pkg/sub/a.py", "from pkg.common import tf"),
        ("pkg/a.py", "from .common import tf"),
        ("pkg/a.py", "from . import tf"),
        ("pkg/sub/a.py", "from .. import tf"),
        ("a.py", "from pkg import tf"),
        ("a.py", "from pkg.common import tf"),
        ("a.py", "from pkg.again import tf"),
        ("tests/a.py", "from pkg.again import tf"),
    ],
)
def test_packages_hand_names_on(user: str, statement: str) -> None:
    files = {
        "pkg/__init__.py": "from .common import tf\n",
        "pkg/common.py": "import tensorflow as tf\n",
        "pkg/again.py": "from pkg.common import *\n",
        "pkg/sub/__init__.py": "",
        user: f"{statement}\ntf.Session\n",
    }
    found = [f for f in checked(files, move()).findings if f.severity.value == "error"]
    assert [(f.path, f.line, f.symbol) for f in found] == [(user, 2, S)]


def test_import_circles_come_to_an_end() -> None:
    files = {
        "a.py": "from b import *\nimport tensorflow as tf\n",
        "b.py": "from a import *\ntf.Session\n",
        "c.py": "from b import tf\ntf.Session\n",
    }
    found = [f for f in checked(files, move()).findings if f.severity.value == "error"]
    assert {f.path for f in found} == {"b.py", "c.py"}


def test_a_file_of_that_name_in_another_folder_is_not_imported() -> None:
    files = {
        "one/common.py": "import tensorflow as tf\n",
        "two/common.py": "import numpy as tf\n",
        "two/a.py": "from common import tf\ntf.Session\n",
        "one/a.py": "from common import tf\ntf.Session\n",
    }
    found = [f for f in checked(files, move()).findings if f.severity.value == "error"]
    assert [f.path for f in found] == ["one/a.py"]


def test_all_names_of_a_star_are_the_module_s_own() -> None:
    files = {
        "common.py": "import tensorflow as tf\n__all__ = ['x']\nx = 1\n",
        "a.py": "from common import *\ntf.Session\n",
    }
    found = [f for f in checked(files, move()).findings if f.severity.value == "error"]
    assert found == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import tensorflow as tf\nprint(f'{tf.Session}')\n",
            "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nprint(f'{tf.Session}')\n",
        ),
        (
            "import tensorflow\nimport tensorflow.python.framework.ops\ntensorflow.Session()\n",
            "import tensorflow\n{switch}import tensorflow.python.framework.ops\n"
            "tensorflow.compat.v1.Session()\n",
        ),
        (
            "from tensorflow import Session, float32\nSession()\n",
            "from tensorflow.compat.v1 import Session\nfrom tensorflow import float32\nSession()\n",
        ),
    ],
)
def test_it_is_spelled_through_what_the_file_has(before: str, after: str) -> None:
    rewritten = fixed(before)
    assert isinstance(rewritten, str)
    kept = [line for line in rewritten.splitlines() if "disable_v2_behavior" not in line]
    wanted = after.replace("{switch}", "").splitlines()
    assert kept == [line for line in wanted if "disable_v2_behavior" not in line]
    assert rewritten.count("disable_v2_behavior()") == 1
    assert fixed(rewritten) == rewritten


def test_an_f_string_is_rewritten_only_where_it_is_understood() -> None:
    code = textwrap.dedent('''\
        import tensorflow
        import tensorflow.keras
        x = f"""é {tensorflow.Session}
          {tensorflow.placeholder!r:>{tensorflow.Session}} {{tensorflow.Session}}"""
    ''')
    rewritten = fixed(code)
    assert isinstance(rewritten, str)
    compile(rewritten, "program.py", "exec")
    assert "{{tensorflow.Session}}" in rewritten
    assert fixed(rewritten) == rewritten


def test_a_provider_is_imported_where_it_is_used() -> None:
    files = {"pkg/__init__.py": "", "pkg/net.py": (
        "import tensorflow as tf\ndef net(x):\n    return tf.contrib.layers.flatten(x)\n"
    )}  # fmt: skip
    after = fixed_project(files, move())
    assert b"import tfshift_contrib_layers" in after["pkg/net.py"]
    assert "tfshift_contrib_layers.py" in after
