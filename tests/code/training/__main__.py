# ruff: noqa: T201
"""Runs in a TensorFlow environment: makes variables and training ops and says what came of each.

Usage: python training contrib|FOLDER ; with FOLDER the providers' modules are taken from there.
Prints one JSON object, case -> what it returned, or the exception's type.
"""

import json

import choosing  # noqa: F401
import ops  # noqa: F401
import sequences  # noqa: F401
import tagging  # noqa: F401
from shared import CASES, tf


def main():
    result = {}
    for name, build in CASES.items():
        with tf.Graph().as_default():
            try:
                result[name] = {"is": build()}
            except Exception as error:
                result[name] = {"raises": type(error).__name__, "says": str(error)[:200]}
    print(json.dumps(result))


main()
