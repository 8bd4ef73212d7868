"""Import modules beside TensorFlow, each in a process of its own: python -m companions OUT WANTED.

WANTED is a JSON file: module -> the distributions that it must not see, because they are there for others.
Standard library only, Python 3.5 and newer.
"""

import glob
import importlib
import importlib.machinery
import json
import os
import re
import sys
import tempfile


class Hiding:
    """Finds modules and distributions as Python does, but for some: they are as if they were not installed."""

    def __init__(self, brings):
        self.brings = brings
        self.hidden, self.names = set(), set()

    def hide(self, distributions):
        """Hide distributions, and the top-level modules that only they bring."""
        hidden = self.hidden = set(map(spelled, distributions))
        seen = set().union(*(names for name, names in self.brings.items() if name not in hidden))
        self.names = set().union(*(self.brings.get(name, set()) for name in hidden)) - seen

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            return None
        return importlib.machinery.PathFinder.find_spec(name, path, target)

    def find_distributions(self, *context):
        # Before Python 3.8 it knows modules only.
        usual = getattr(importlib.machinery.PathFinder, "find_distributions", lambda *_: ())
        for found in usual(*context):
            if spelled(found.metadata["Name"]) not in self.hidden:
                yield found

    def invalidate_caches(self):
        importlib.machinery.PathFinder.invalidate_caches()


def spelled(name):
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def brought():
    """Return distribution -> the top-level modules that it brings."""
    found = {}
    for place in filter(os.path.isdir, sys.path):
        for record in glob.glob(os.path.join(place, "*.dist-info", "RECORD")):
            name = os.path.basename(os.path.dirname(record)).partition("-")[0]
            with open(record, encoding="utf-8") as stream:
                files = [line.partition(",")[0].split("/") for line in stream]
            found[spelled(name)] = {
                parts[0].partition(".")[0]
                for parts in files
                if parts[-1].endswith((".py", ".so")) and parts[0] != ".."
            }
    return found


def attempt(module, finder, others):
    """Import one module in a forked child; return its error in one line, or None."""
    log = tempfile.TemporaryFile("w+")
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        finder.hide(others)
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


def main(out, file):
    with open(file) as stream:
        wanted = json.load(stream)
    finder = Hiding(brought())
    finder.hide(set().union(*wanted.values()))
    usual = importlib.machinery.PathFinder
    sys.meta_path[:] = [finder if found is usual else found for found in sys.meta_path]
    # Once, before the children; it too may try what is there for one of them only.
    import tensorflow  # noqa: F401

    result = {module: attempt(module, finder, wanted[module]) for module in sorted(wanted)}
    with open(out, "w") as stream:
        json.dump(result, stream, sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
    sys.stdout.flush()
    os._exit(0)
