"""Tell which ops can run on a processor: python -m kernels OUT.

OUT is JSON: ``ops``, the names of the ops with a kernel for CPUs, or ``null`` where the release does not
tell. Standard library and TensorFlow only; Python 3.5 and newer.
"""

import json
import os
import sys
import warnings


def main(out):
    warnings.simplefilter("ignore")
    import tensorflow  # noqa: F401

    try:
        from tensorflow.python.framework import kernels
    except ImportError:
        found = None
    else:
        found = sorted(
            set(
                k.op
                for k in kernels.get_all_registered_kernels().kernel
                if k.device_type in ("CPU", "DEFAULT")
            )
        )
    with open(out, "w") as stream:
        json.dump({"ops": found}, stream)


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)
