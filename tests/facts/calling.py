"""Runs in a TensorFlow environment: which constructors refuse a keyword that nobody knows.

Usage: python calling.py < JSON {class: [further keywords]} ; prints JSON, class -> [does it refuse a
made-up keyword, which of the further ones it refuses as unknown].
"""

import json
import os
import re
import sys
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")
UNKNOWN = re.compile(
    r"unexpected keyword|not understood|[Uu]nrecognized|[Uu]nexpected|not a valid arg"
)


def refuses(make, keyword, company=()):
    """Tell whether a call fails, and for the keyword's sake."""
    try:
        make(**dict.fromkeys([keyword, *company]))
    except Exception as error:
        return bool(UNKNOWN.search(str(error))) and keyword in str(error)
    return False


def main():
    asked = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)
    import tensorflow as tf

    answers = {}
    for symbol, further in asked.items():
        thing = tf
        for part in symbol.split(".")[1:]:
            thing = getattr(thing, part)
        answers[symbol] = [
            refuses(thing, "tfshift_made_up"),
            # Some are taken only together: the inputs and outputs of a model.
            [k for k in further if refuses(thing, k) and refuses(thing, k, further)],
        ]
    with os.fdopen(out, "w") as stream:
        json.dump(answers, stream)


main()
