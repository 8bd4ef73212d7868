"""Import modules beside TensorFlow, each in a process of its own: python -m companions OUT MODULE...

Standard library only, Python 3.5 and newer.
"""

import importlib
import json
import os
import sys
import tempfile


def attempt(module):
    """Import one module in a forked child; return its error in one line, or None."""
    log = tempfile.TemporaryFile("w+")
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            importlib.import_module(module)
            code = 0
        except BaseException as error:
            sys.stdout.write(
                "\n@%s: %s\n" % (type(error).__name__, " ".join(str(error).split())[:400])
            )
            code = 1
        sys.stdout.flush()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    if status == 0:
        return None
    log.seek(0)
    lines = [line.strip() for line in log.read().splitlines() if line.strip()]
    marked = [line[1:] for line in lines if line.startswith("@")]
    return (marked or lines or ["ended with status %d" % status])[-1][:400]


def main(out, modules):
    import tensorflow  # noqa: F401 (imported once, before the children)

    result = dict((module, attempt(module)) for module in modules)
    with open(out, "w") as stream:
        json.dump(result, stream, sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)
