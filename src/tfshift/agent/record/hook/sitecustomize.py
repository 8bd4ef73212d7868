"""Start the recorder in every Python process of a recorded command, then step aside."""

import os
import sys


def _start(folder):
    keep = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        import tfshift_recorder

        tfshift_recorder.begin()
    except Exception as error:  # the user's program goes on, recorded or not
        try:
            with open(os.environ.get("TFSHIFT_RECORD", "") + ".failed", "a") as stream:
                stream.write("%s: %s\n" % (type(error).__name__, error))
        except Exception:
            pass
    finally:
        sys.dont_write_bytecode = keep
        sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != folder]


def _chain():
    """Run the sitecustomize that this one shadows, as Python itself would have."""
    ours = sys.modules.pop("sitecustomize", None)
    try:
        __import__("sitecustomize")
    except ImportError as error:
        if ours is not None:
            sys.modules["sitecustomize"] = ours
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise


_start(os.path.dirname(os.path.abspath(__file__)))
_chain()
