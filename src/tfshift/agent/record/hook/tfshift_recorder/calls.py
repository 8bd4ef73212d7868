"""Decide which calls count: the outermost ones, where needed only those of the user's own code."""

import functools
import os
import sys
import sysconfig
import threading
import time

from . import stream

_LOCAL = threading.local()
_MARK = "_tfshift_watched"
_KNOWN = {}


def _foreign_roots():
    roots = set()
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        roots.add(sysconfig.get_paths().get(name) or "")
    roots.add(os.path.dirname(os.__file__))
    roots.add(os.path.dirname(os.path.abspath(__file__)))
    roots |= {entry for entry in sys.path if "site-packages" in entry or "dist-packages" in entry}
    roots |= {os.path.realpath(root) for root in roots if root}
    return tuple(root.rstrip(os.sep) + os.sep for root in roots if root)


def is_users(frame):
    """Tell whether the code of a frame is the user's: neither installed nor standard library."""
    name = frame.f_code.co_filename
    if name not in _KNOWN:
        path = os.path.abspath(name)
        _KNOWN[name] = not name.startswith("<frozen") and not path.startswith(_foreign_roots())
    return _KNOWN[name]


def depth():
    """Return how many watched calls this thread is inside of."""
    return getattr(_LOCAL, "depth", 0)


def enter():
    """Count one more watched call that is running in this thread."""
    _LOCAL.depth = depth() + 1


def leave():
    """Count one less."""
    _LOCAL.depth = max(0, depth() - 1)


def current(owner, attribute):
    """Return what ``owner`` defines under that name, if it can be called and is not ours."""
    original = vars(owner).get(attribute)
    if original is None or not callable(original) or getattr(original, _MARK, False):
        return None
    return original


def put(owner, attribute, original, wrapper):
    """Replace a function by its wrapper, which must look like it."""
    functools.update_wrapper(wrapper, original)
    setattr(wrapper, _MARK, True)
    setattr(owner, attribute, wrapper)


def watch(owner, attribute, handler, users_only=True, before=None):
    """Call ``handler(result, seconds, args, kwargs)`` after each call that counts.

    Args:
        owner: class or module.
        attribute: name of its function.
        handler: what records the call; its failures are noted, never raised.
        users_only: count only calls that come directly from the user's code.
        before: called without arguments ahead of each call that counts.
    """
    original = current(owner, attribute)
    if original is None:
        return

    def wrapper(*args, **kwargs):
        if depth() or (users_only and not is_users(sys._getframe(1))):
            return original(*args, **kwargs)
        enter()
        started = time.time()
        try:
            if before is not None:
                before()
            result = original(*args, **kwargs)
        finally:
            leave()
        safely(attribute, handler, result, time.time() - started, args, kwargs)
        return result

    put(owner, attribute, original, wrapper)


def listen(owner, attribute, callback):
    """Call ``callback(result, args, kwargs)`` after every call, nested or not."""
    original = current(owner, attribute)
    if original is None:
        return

    def wrapper(*args, **kwargs):
        result = original(*args, **kwargs)
        safely(attribute, callback, result, args, kwargs)
        return result

    put(owner, attribute, original, wrapper)


def safely(where, function, *args):
    """Call something of ours inside the user's program: whatever goes wrong is only noted."""
    enter()
    try:
        function(*args)
    except Exception as error:
        stream.failure("recording " + where, error)
    finally:
        leave()
