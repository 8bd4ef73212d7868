"""An append-only file of what this process did: one JSON line a record, then its raw bytes.

Every record is written at once, so that a killed process leaves all that it finished.
"""

import fnmatch
import io
import json
import os
import sys
import threading
import time

_LOCK = threading.RLock()
_STATE = {"pid": None, "fd": None, "config": None, "failures": set(), "test": None}


def configure(config):
    """Remember where to write and the bounds; nothing is opened before the first record."""
    _STATE["config"] = config


def config():
    """Return the configuration of this recording."""
    return _STATE["config"]


def _open():
    """Open this process' own file; after a fork the child gets another."""
    pid = os.getpid()
    if _STATE["pid"] != pid:
        name = "%d-%d.steps" % (int(time.time() * 1000), pid)
        path = os.path.join(_STATE["config"]["stream"], name)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        _STATE.update(
            pid=pid, fd=os.open(path, flags, 0o644), steps=0, bytes=0, threads={}, thinned=False
        )
        _send({"t": "process", "pid": pid, "parent": os.getppid(), "argv": _argv()}, b"")
    return _STATE["fd"]


def _argv():
    return [str(part) for part in getattr(sys, "argv", [])][:50]


def _send(record, payload):
    record["bytes"] = len(payload)
    data = memoryview(json.dumps(record).encode("utf-8") + b"\n" + payload)
    while data:
        data = data[os.write(_STATE["fd"], data) :]


def write(record, payload=b""):
    """Append a record; a process that cannot write goes on unrecorded."""
    with _LOCK:
        try:
            _open()
            _send(record, payload)
        except (OSError, io.UnsupportedOperation):
            pass


def failure(where, error):
    """Note once for each place that the recorder itself went wrong there."""
    key = (where, type(error).__name__)
    if key not in _STATE["failures"]:
        _STATE["failures"].add(key)
        text = "%s failed: %s: %s" % (where, type(error).__name__, str(error)[:200])
        write({"t": "note", "text": text})


def note(text, kind="note"):
    """Note something about the recording, once (kind: ``note`` or ``seeding``)."""
    if (kind, text) not in _STATE["failures"]:
        _STATE["failures"].add((kind, text))
        write({"t": kind, "text": text})


def absolute(path):
    """Return a path (str, bytes or a path object) as absolute text; empty where there is none."""
    if isinstance(path, bytes) and bytes is not str:
        path = path.decode("utf-8", "surrogateescape")
    return os.path.abspath(str(path)) if path else ""


def _thread():
    """Number the threads in the order in which they first record; the main thread is 0."""
    name = threading.current_thread()
    main = getattr(threading, "main_thread", None)
    if (name is main()) if main else (name.name == "MainThread"):
        return 0
    return _STATE["threads"].setdefault(name.ident, len(_STATE["threads"]) + 1)


def _wanted(index, limit):
    """Keep the first ``limit`` steps, then every 2nd of as many again, every 4th of twice that."""
    if index < limit:
        return True
    return index % (1 << (index // limit).bit_length()) == 0


def during(test):
    """Say which test is running (its node id), or None."""
    _STATE["test"] = test


def _chosen(kind):
    """Return what tells whether an output (name, label) of a kind of step is wanted; None for all."""
    patterns = _STATE["config"].get("only")
    if not patterns or any(fnmatch.fnmatchcase(kind, pattern) for pattern in patterns):
        return None
    return lambda name, label: any(
        fnmatch.fnmatchcase(text, pattern) for pattern in patterns for text in (name, label) if text
    )


def step(kind, name, outputs, seconds, updates=0):
    """Record one step.

    Args:
        kind: which entry point was called.
        name: the user's name for it, or empty.
        outputs: callable (keep: bool, wanted: a choice of outputs by name and label, or None) ->
            list of (description, bytes); called only if the step counts.
        seconds: how long the call took.
        updates: how many updates of the weights it stands for.
    """
    with _LOCK:
        _open()
        limits = _STATE["config"]
        index = _STATE["steps"]
        _STATE["steps"] += 1
        if index >= limits.get("first", index + 1):
            if not _STATE["thinned"]:
                _STATE["thinned"] = True
                write({"t": "note", "text": "only the first %d steps, as asked" % index})
            return
        if not _wanted(index, limits["steps"]):
            if not _STATE["thinned"]:
                _STATE["thinned"] = True
                write({"t": "note", "text": "more than %d steps: thinned" % limits["steps"]})
            return
        wanted = _chosen(kind)
        described = outputs(_STATE["bytes"] < limits["bytes"], wanted)
        if wanted is not None and not described:
            return
        payload = b"".join(raw for _, raw in described)
        _STATE["bytes"] += len(payload)
        record = {
            "t": "step",
            "kind": kind,
            "name": name,
            "index": index,
            "thread": _thread(),
            "seconds": round(seconds, 6),
            "updates": updates,
            "outputs": [description for description, _ in described],
        }
        if _STATE["test"]:
            record["test"] = _STATE["test"]
        write(record, payload)
