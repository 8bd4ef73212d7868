# ruff: noqa: PTH120, SIM115, T201, UP031
"""Runs in a TensorFlow environment: imports it once, then one forked child a program.

Usage: python forks.py PROGRAM... ; prints one JSON object, program -> [exit status, what it said].
"""

import json
import os
import runpy
import signal
import sys
import tempfile
import warnings


def constant_seeds():
    """Make random values independent of the order in which a release creates its ops."""
    from tensorflow.python.framework import random_seed

    random_seed.get_seed = lambda op_seed: (42, 42)


def child(program, out):
    os.dup2(out, 1)
    # Logs differ between releases; only a failure's end is of interest.
    log = tempfile.TemporaryFile("w+")
    os.dup2(log.fileno(), 2)
    sys.argv = [program]
    sys.path.insert(0, os.path.dirname(program))
    os.chdir(os.path.dirname(program))
    signal.alarm(120)
    status = 0
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as ending:
        status = ending.code or 0
    except BaseException as error:
        print("%s: %s" % (type(error).__name__, str(error)[:500]))
        status = 1
    sys.stdout.flush()
    os._exit(status if isinstance(status, int) else 1)


def main(programs):
    warnings.simplefilter("ignore")
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
    import tensorflow as tf

    if tf.__version__.startswith("1."):
        # Lazy: loading it in each child would take seconds.
        tf.contrib.layers.conv2d  # noqa: B018
    constant_seeds()
    result = {}
    for program in programs:
        out = tempfile.TemporaryFile("w+")
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            child(program, out.fileno())
        _, status = os.waitpid(pid, 0)
        out.seek(0)
        result[program] = [status, out.read()]
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
