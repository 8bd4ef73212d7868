"""Import modules and look names of TensorFlow's up: python -m lookups OUT, the questions on stdin.

The questions are JSON: ``modules``, a list, and ``symbols``, paths from ``tf.`` or ``keras.``.
Standard library only, Python 3.5 and newer.
"""

import importlib
import json
import os
import sys
import warnings


def brief(error):
    return "%s: %s" % (type(error).__name__, " ".join(str(error).split())[:300])


def imported(name):
    """Import a module; return what kept it from being imported, or None."""
    try:
        importlib.import_module(name)
    except BaseException as error:  # some modules end the process where a file is missing
        return brief(error)
    return None


def found(symbol):
    """Look a path up by attributes, and by import where one is a module; return the error or None."""
    parts = symbol.split(".")
    path = "tensorflow" if parts[0] == "tf" else parts[0]
    try:
        value = importlib.import_module(path)
        for part in parts[1:]:
            path += "." + part
            try:
                value = getattr(value, part)
            except AttributeError:
                value = importlib.import_module(path)
    except BaseException as error:
        return brief(error)
    return None


def main(out):
    warnings.simplefilter("ignore")
    os.environ.setdefault("MPLBACKEND", "Agg")
    asked = json.load(sys.stdin)
    answer = {
        "modules": dict((name, imported(name)) for name in asked["modules"]),
        "symbols": dict((name, found(name)) for name in asked["symbols"]),
    }
    with open(out, "w") as stream:
        json.dump(answer, stream, sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)
