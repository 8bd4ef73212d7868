"""The compat style: which files get the v2-behaviour switch, and where it goes."""

from __future__ import annotations

import pytest

from .moving import Text, fixed, fixed_project, move

TF = "import tensorflow as tf\n"
LIBRARY = TF + "def f():\n    return tf.placeholder(tf.float32)\n"
CALL = "disable_v2_behavior()"


def switched(files: dict[str, Text], *version: str) -> set[str]:
    """Return the files that switch, each once."""
    after = fixed_project(files, move(*version))
    call = (
        b"disable_v2_behavior()" if not version or version[0][0] == "1" else b"enable_v2_behavior()"
    )
    assert all(text.count(call) <= 1 for text in after.values())
    again = fixed_project(after, move(*version))
    assert again == after
    return {name for name, text in after.items() if call in text}


STARTS = {
    "a script": {"a.py": TF + "tf.Session()\n"},
    "a script that assigns": {"a.py": TF + "s = tf.Session()\n"},
    "a main guard": {"a.py": LIBRARY + "if __name__ == '__main__':\n    f()\n"},
    "a main guard turned around": {"a.py": LIBRARY + "if '__main__' == __name__:\n    f()\n"},
    "a test": {"test_a.py": LIBRARY},
    "a test named behind": {"a_test.py": LIBRARY},
    "a conftest": {"conftest.py": LIBRARY},
    "python -m": {"pkg/__main__.py": LIBRARY, "pkg/__init__.py": ""},
    "a script that imports a library": {"a.py": "import lib\nlib.f()\n", "lib.py": LIBRARY},
    "a script and its own import": {"a.py": TF + "import lib\nlib.f()\n", "lib.py": LIBRARY},
    "a script that imports the library first": {"a.py": "import lib\n" + TF + "lib.f()\n", "lib.py": LIBRARY},
    "a script that imports a package": {
        "a.py": "from pkg.sub import lib\nlib.f()\n", "pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/lib.py": LIBRARY},
    "a script that imports a package whose start uses it": {
        "a.py": "import pkg\npkg.f()\n", "pkg/__init__.py": "from .lib import f\n", "pkg/lib.py": LIBRARY},
    "a test of a package": {
        "tests/test_a.py": "from pkg import lib\ndef test(): lib.f()\n", "pkg/__init__.py": "", "pkg/lib.py": LIBRARY},
    "a test in a source layout": {
        "tests/test_a.py": "from pkg import lib\ndef test(): lib.f()\n", "src/pkg/__init__.py": "", "src/pkg/lib.py": LIBRARY},
    "an import in a function": {"a.py": "def main():\n    import tensorflow as tf\n    tf.Session()\nmain()\n"},
    "at two removes": {"a.py": "import b\nb.g()\n", "b.py": "import c\ndef g(): c.f()\n", "c.py": LIBRARY},
    "under try": {"a.py": "try:\n    import tensorflow as tf\nexcept ImportError:\n    raise\ntf.Session()\n"},
    "an imported script with a guard": {
        "a.py": "import b\nb.f()\n", "b.py": LIBRARY + "if __name__ == '__main__':\n    f()\n"},
}  # fmt: skip
WANTED = {
    "a test of a package": {"tests/test_a.py"},
    "a test in a source layout": {"tests/test_a.py"},
    "a test": {"test_a.py"},
    "a test named behind": {"a_test.py"},
    "a conftest": {"conftest.py"},
    "python -m": {"pkg/__main__.py"},
    "an imported script with a guard": {"a.py", "b.py"},
}

REMAIN = {
    "a library": {"lib.py": LIBRARY},
    "a library with settings": {"lib.py": TF + "SIZE = 3\nDTYPE = tf.float32\n'doc'\n", "a.py": "SIZE = 3\n"},
    "a library that others import and that acts": {
        "pkg/__init__.py": "from pkg.lib import x\n", "pkg/lib.py": TF + "x = tf.constant(3)\n"},
    "a package": {"pkg/__init__.py": "from .lib import f\n", "pkg/lib.py": LIBRARY},
    "a script that imports something else": {"a.py": "import lib\nlib.f()\n", "pkg/lib.py": LIBRARY, "pkg/__init__.py": ""},
    "a script without TensorFlow": {"a.py": "import json\njson.loads('1')\n", "lib.py": LIBRARY},
    "a script that speaks of it": {"a.py": "print('tensorflow')\n# import tensorflow\n"},
    "a file for compat already": {"lib.py": "import tensorflow.compat.v1 as tf\nprint(tf)\ntf.disable_eager_execution()\n"},
}  # fmt: skip


@pytest.mark.parametrize("name", STARTS)
def test_what_starts_a_process_switches(name: str) -> None:
    assert switched(STARTS[name]) == WANTED.get(name, {"a.py"})


@pytest.mark.parametrize("name", REMAIN)
def test_what_starts_none_does_not(name: str) -> None:
    assert switched(REMAIN[name]) == set()


@pytest.mark.parametrize(
    "code",
    [
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.Session()\n",
        "import tensorflow.compat.v1 as tf\ntf.disable_eager_execution()\ntf.Session()\n",
        "import tensorflow as tf\ntf.compat.v1.disable_v2_behavior()\nx = tf.compat.v1.Session()\n",
        "from tensorflow.compat.v1 import Session, disable_v2_behavior\ndisable_v2_behavior()\nSession()\n",
        "from tensorflow.compat import v1 as tf\ntf.disable_v2_behavior()\ntf.Session()\n",
    ],
)  # fmt: skip
def test_what_is_switched_already_stays(code: str) -> None:
    after = fixed(code)
    assert isinstance(after, str)
    assert after.count("disable_v2_behavior()") == code.count("disable_v2_behavior()")
    if code.startswith(("import tensorflow.compat", "from")):
        assert after == code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TF + "import lib\nlib.f()\n",
         "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nimport lib\nlib.f()\n"),
        ("import lib\n" + TF + "lib.f()\n",
         "from tensorflow.compat.v1 import disable_v2_behavior\ndisable_v2_behavior()\n"
         "import lib\nimport tensorflow.compat.v1 as tf\nlib.f()\n"),
        ("import lib\nlib.f()\n",
         "from tensorflow.compat.v1 import disable_v2_behavior\ndisable_v2_behavior()\nimport lib\nlib.f()\n"),
        ("import os\nfrom lib import f\nf()\n",
         "import os\nfrom tensorflow.compat.v1 import disable_v2_behavior\ndisable_v2_behavior()\n"
         "from lib import f\nf()\n"),
        ("def main():\n    import lib\n    lib.f()\nmain()\n",
         "def main():\n    from tensorflow.compat.v1 import disable_v2_behavior\n"
         "    disable_v2_behavior()\n    import lib\n    lib.f()\nmain()\n"),
    ],
)  # fmt: skip
def test_it_comes_before_anything_uses_tensorflow(before: str, after: str) -> None:
    files: dict[str, Text] = {"a.py": before, "lib.py": LIBRARY}
    assert fixed_project(files, move())["a.py"].decode() == after


MODEL = "m = tf.keras.Sequential([tf.keras.layers.Dense(1)])\nm.fit(x, y)\n"


@pytest.mark.parametrize(
    ("files", "target", "expected"),
    [
        # Keras 3 neither trains nor predicts with the switch off, Keras 2 does as it did in 1.x.
        ({"a.py": TF + MODEL}, "2.16", set()),
        ({"a.py": TF + MODEL}, "2.15", {"a.py"}),
        ({"a.py": "import net\nnet.m.fit(1)\n", "net.py": TF + MODEL}, "2.21", set()),
        ({"a.py": TF + "s = tf.Session()\n" + MODEL}, "2.21", {"a.py"}),
        ({"a.py": TF + "import net\nnet.run()\n" + MODEL,
          "net.py": TF + "def run():\n    return tf.placeholder(tf.float32)\n"}, "2.21", {"a.py"}),
        ({"a.py": TF + "print(tf.constant(1))\n"}, "2.21", {"a.py"}),
        # Another program of the project is another process.
        ({"a.py": TF + MODEL, "b.py": TF + "tf.Session()\n"}, "2.21", {"b.py"}),
    ],
)  # fmt: skip
def test_models_of_keras_3_stay_eager(
    files: dict[str, Text], target: str, expected: set[str]
) -> None:
    assert switched(files, "1.15", target) == expected


def test_down_it_enables() -> None:
    assert fixed(TF + "print(tf.constant(1))\n", "2.15", "1.15") == (
        "import tensorflow.compat.v2 as tf\ntf.compat.v1.enable_v2_behavior()\nprint(tf.constant(1))\n"
    )
    assert switched({"a.py": "import lib\nlib.f()\n", "lib.py": LIBRARY}, "2.15", "1.15") == {
        "a.py"
    }


@pytest.mark.parametrize("route", [("1.8", "1.15"), ("2.8", "2.15"), ("2.15", "2.8")])
def test_on_one_side_nothing_switches(route: tuple[str, str]) -> None:
    code = TF + "print(tf.constant(1))\n"
    assert fixed(code, *route) == code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from tensorflow import Session, float32\n", "from tensorflow.compat.v1 import Session\nfrom tensorflow import float32\n"),
        ("from tensorflow import float32, int32\n", "from tensorflow import float32, int32\n"),
        ("from tensorflow import keras\n", "from tensorflow.compat.v1 import keras\n"),
        ("from tensorflow import layers as L\n", "from tensorflow.compat.v1 import layers as L\n"),
        ("from tensorflow.contrib.layers import flatten, conv2d as c\n", "from tfshift_contrib_layers import flatten, conv2d as c\n"),
        ("from tensorflow.contrib.framework import arg_scope\n", "from tfshift_contrib_layers import arg_scope\n"),
        ("from tensorflow.contrib import layers\n", "import tfshift_contrib_layers as layers\n"),
        ("import tensorflow.contrib.layers as layers\n", "import tfshift_contrib_layers as layers\n"),
        ("from tensorflow.contrib import rnn\n", "from tensorflow.contrib import rnn\n"),
    ],
)  # fmt: skip
def test_from_imports_part_by_need(before: str, after: str) -> None:
    assert fixed(before) == after


PROVIDED = TF + "def net(x):\n    return tf.contrib.layers.flatten(x)\n"


@pytest.mark.parametrize(
    ("user", "places"),
    [
        ("a.py", {"tfshift_contrib_layers.py"}),
        ("folder/a.py", {"folder/tfshift_contrib_layers.py"}),
        ("pkg/a.py", {"tfshift_contrib_layers.py", "pkg/tfshift_contrib_layers.py"}),
        ("src/pkg/sub/a.py", {"src/tfshift_contrib_layers.py", "src/pkg/sub/tfshift_contrib_layers.py"}),
    ],
)  # fmt: skip
def test_providers_come_beside_their_users(user: str, places: set[str]) -> None:
    files: dict[str, Text] = {user: PROVIDED}
    if "pkg" in user:
        files |= {user.split("pkg")[0] + "pkg/__init__.py": ""}
        files |= {user.replace("a.py", "__init__.py"): ""}
    after = fixed_project(files, move())
    assert {name for name in after if "tfshift_" in name} == places
    assert b"import tfshift_contrib_layers" in after[user]


def test_a_provider_that_its_owner_changed_is_the_user_s_code() -> None:
    after = fixed_project({"a.py": PROVIDED}, move())
    changed = {
        **after,
        "tfshift_contrib_layers.py": after["tfshift_contrib_layers.py"] + b"x = 1\n",
    }
    assert fixed_project(changed, move()) == changed
