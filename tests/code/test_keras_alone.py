"""``import keras`` means the Keras that goes with each TensorFlow."""

from __future__ import annotations

import pytest

from tfshift import facts

from .moving import checked, errors, findings, fixed, move


@pytest.mark.parametrize(
    ("release", "keras"),
    [("1.15", "2.3"), ("2.4", "2.4"), ("2.8", "2.8"), ("2.15", "2.15"), ("2.21", "3.14")],
)
def test_the_keras_of_a_release_is_the_one_that_it_asks_for(release: str, keras: str) -> None:
    database = facts.open()
    place = database.place("keras.layers", database.position(release))
    assert database.of("keras").releases[place].minor == keras


@pytest.mark.parametrize(
    ("code", "route", "expected"),
    [
        ("from keras.utils import np_utils\n", ("1.15", "2.15"), [(1, "keras.utils.np_utils")]),
        ("from keras.utils import to_categorical\n", ("1.15", "2.15"), []),
        ("import keras\nkeras.layers.Dense(3)\n", ("1.15", "2.21"), []),
        ("import keras\nm = keras.models.Sequential()\nm.compile()\nm.fit_generator(x)\n", ("1.15", "2.21"),
         [(4, "keras.models.Sequential.fit_generator")]),
        ("from keras.optimizers import Adam\n", ("1.15", "2.8"), [(1, "keras.optimizers.Adam")]),
        ("import tf_keras\ntf_keras.layers.Dense(3)\n", ("2.16", "2.19"), []),
        ("import keras as tf\ntf.layers.Dense(3)\n", ("1.15", "2.15"), []),
    ],
)  # fmt: skip
def test_its_names_are_held_against_its_own_releases(
    code: str, route: tuple[str, str], expected: list[tuple[int, str]]
) -> None:
    assert errors(code, *route) == expected


def test_the_message_names_the_keras() -> None:
    (found,) = findings("from keras.utils import np_utils\n", "1.15", "2.15")
    assert "keras 2.15.0 beside TensorFlow 2.15.1" in found.message
    assert "1.0 to 2.3, 2.6 to 2.12" in found.evidence


def test_a_script_of_keras_alone_gets_no_switch() -> None:
    code = "import keras\nkeras.layers.Dense(3)\n"
    assert fixed(code) == code


def test_beside_tensorflow_the_switch_comes_first() -> None:
    code = "import keras\nimport tensorflow as tf\ntf.placeholder(tf.float32)\n"
    after = fixed(code)
    assert isinstance(after, str)
    assert after.index("disable_v2_behavior()") < after.index("import keras")


def test_a_projects_own_keras_is_its_own() -> None:
    files = {
        "keras/__init__.py": "",
        "keras/utils/__init__.py": "",
        "a.py": "from keras.utils import np_utils\n",
    }
    assert checked(files, move()).findings == ()
