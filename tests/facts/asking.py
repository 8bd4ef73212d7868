"""Runs in a TensorFlow environment: looks symbols up by plain getattr and inspect.

Usage: python asking.py < JSON list of symbols ; prints JSON, symbol -> null where it is missing,
else the names of its parameters, or "?" where Python itself cannot tell them.
"""

import enum
import inspect
import json
import os
import sys
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")


def parameters(thing):
    if not callable(thing) or isinstance(thing, enum.EnumMeta):
        return "?"
    try:
        names = list(inspect.signature(thing).parameters)
        if inspect.isclass(thing) and names == ["args", "kwargs"]:
            # A metaclass or __new__ that hands all to the constructor.
            names = list(inspect.signature(thing.__init__).parameters)[1:]
    except (TypeError, ValueError):
        return "?"
    return names


def look(root, symbol):
    thing = root
    for part in symbol.split(".")[1:]:
        owner = thing
        try:
            thing = getattr(thing, part)
        except Exception:
            return None
    if "." in symbol and inspect.isclass(owner):
        # Bound and unbound differ in self; the facts leave it out.
        found = parameters(thing)
        if found != "?" and found[:1] in (["self"], ["cls"], ["instance"]):
            return found[1:]
        return found
    return parameters(thing)


def main():
    symbols = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)
    import tensorflow as tf

    # Made on use; a look has to be made before dir() or getattr tell the truth of what is below.
    getattr(tf, "contrib", None) and tf.contrib.layers
    answers = {symbol: look(tf, symbol) for symbol in symbols}
    with os.fdopen(out, "w") as stream:
        json.dump(answers, stream)


main()
