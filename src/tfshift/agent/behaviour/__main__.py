"""Run probes: python -m behaviour OUT PROBES MODE SEED.

PROBES is a JSON file: a list of ``[key, [symbol, expression]]``. MODE is ``native``, or ``compat``: then ``tf`` is
tensorflow.compat.v1 with the behaviour of TensorFlow 2 disabled. The order is shuffled by SEED. OUT is a
JSON file: key -> ``{"v": values}``, ``{"e": exception}``, ``{"a": 1}`` where a name does not exist.
Probes run in child processes that are forked after the import: those that seed or count names have one each, so
that none sees another's; the others share one by the dozens, and the next child goes on where one dies.
Standard library, NumPy and TensorFlow only; Python 3.5 and newer.
"""

import gc
import json
import os
import random
import signal
import sys
import tempfile
import warnings

_WITHIN_S = 40
_TOGETHER = 48
# What these leave behind in the process would show in the next probe.
_ALONE = ("SEED", "seed=", "NAMES", "HISTORY", ".name", "set_")


def main(out, probes, mode, seed):
    warnings.simplefilter("ignore")
    with open(probes) as stream:
        wanted = json.load(stream)
    random.Random(int(seed)).shuffle(wanted)
    from behaviour.bench import AbsentError, Bench

    bench = Bench(mode)
    told = {}
    here = []
    # One object has many names, and what one of them gives all give. Objects are kept, so that none takes
    # another's place in memory.
    first, twins, kept = {}, {}, []
    for key, (path, code) in wanted:
        try:
            found = bench.find(path)
        except AbsentError:
            told[key] = {"a": 1}
            continue
        kept.append(found)
        if (id(found), code) in first:
            twins[key] = first[id(found), code]
        else:
            first[id(found), code] = key
            here.append((key, (path, code)))
    # TensorFlow is a million objects: looked through again and again, they are a sixth of the time.
    gc.disable()
    group = []
    for key, expression in here:
        if any(name in expression[1] for name in _ALONE):
            told.update(apart(bench, [(key, expression)]))
            continue
        group.append((key, expression))
        if len(group) >= _TOGETHER:
            told.update(apart(bench, group))
            group = []
    told.update(apart(bench, group))
    for key, twin in twins.items():
        told[key] = told[twin]
    with open(out, "w") as stream:
        json.dump(told, stream)


def apart(bench, group):
    """Run some probes in a child, and go on in another where one hangs or kills it."""
    told = {}
    while group:
        answers, ended = child(bench, group)
        for (key, _), answer in zip(group, answers):
            told[key] = answer
        group = group[len(answers) :]
        if group:
            told[group[0][0]] = {"e": ended}
            group = group[1:]
    return told


def child(bench, group):
    """Fork, run the probes there, a line each; return the answers and how it ended."""
    handle, file = tempfile.mkstemp()
    os.close(handle)
    process = os.fork()
    if process == 0:
        try:
            with open(file, "w") as stream:
                for _, expression in group:
                    signal.alarm(_WITHIN_S)
                    stream.write(json.dumps(bench.probe(expression)) + "\n")
                    stream.flush()
        finally:
            os._exit(0)
    _, status = os.waitpid(process, 0)
    with open(file) as stream:
        answers = [json.loads(line) for line in stream if line.endswith("\n")]
    os.remove(file)
    hung = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
    return answers, "hangs" if hung else "dies"


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)
