"""Ask NumPy for its public names: python -m numpy_names OUT NAME...

The names given are tried as well: some are there without being listed. Standard library only,
Python 3.5 and newer.
"""

import builtins
import json
import sys
import warnings


def main(out, more):
    warnings.simplefilter("ignore")
    import numpy

    found = {}
    for name in sorted(set(dir(numpy)) | set(more)):
        if name.startswith("_"):
            continue
        try:
            found[name] = getattr(numpy, name)
        except Exception:  # absent, or a stub that says what it was
            continue
    plain = dict((id(value), name) for name, value in vars(builtins).items())
    same = {}
    for name, value in found.items():
        others = sorted(n for n, v in found.items() if v is value and n != name)
        if id(value) in plain and isinstance(value, type):
            others.insert(0, "builtins." + plain[id(value)])
        # Small numbers are one object without being one thing.
        same[name] = [] if isinstance(value, (int, bool, type(None))) else others
    with open(out, "w") as stream:
        json.dump({"version": numpy.__version__, "names": same}, stream, sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
