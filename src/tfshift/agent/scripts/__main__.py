"""Ask the commands that come with TensorFlow for their help: python -m scripts OUT.

Each runs in a forked child, after one import of TensorFlow. Standard library only, Python 3.5 and
newer.
"""

import glob
import importlib
import json
import os
import re
import signal
import sys
import tempfile

# Commands of other packages (jupyter, markdown) come with them.
ROOTS = ("tensorflow", "tensorflow_core", "tensorboard", "tensorflow_estimator")
SECONDS = 120
DEPTH = 2
LINE = re.compile(r"^ {1,8}(?:-\w(?: [\w<>]+)?,? +)?--(?:\[no\])?([A-Za-z][\w-]*)", re.MULTILINE)
USAGE = re.compile(r"\[--(?:\[no\])?([A-Za-z][\w-]*)")
COMMANDS = re.compile(r"\{([\w,-]+)\}")


def entries():
    """Yield name, module and function of each console script of TensorFlow's and TensorBoard's."""
    for folder in sys.path:
        for file in glob.glob(os.path.join(folder, "*.dist-info", "entry_points.txt")):
            with open(file) as stream:
                text = stream.read()
            section = text.partition("[console_scripts]")[2].partition("\n[")[0]
            for line in section.splitlines():
                name, equals, where = line.partition("=")
                module, _, function = where.strip().partition(":")
                if equals and module.partition(".")[0] in ROOTS:
                    yield name.strip(), module.strip(), function.split(" ")[0].strip()


def asked(name, module, function, words):
    """Return what a command prints when it is asked for help, and whether it did so."""
    out = tempfile.TemporaryFile("w+b")
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
        os.environ["COLUMNS"] = "10000"
        sys.argv = [name] + words + ["--help"]
        signal.alarm(SECONDS)
        code = 0
        try:
            target = importlib.import_module(module)
            for part in function.split("."):
                target = getattr(target, part)
            target()
        except SystemExit as end:
            code = 0 if end.code in (None, 0, 1) else 3
        except BaseException as error:
            sys.stdout.write(
                "\n@%s: %s\n" % (type(error).__name__, " ".join(str(error).split())[:300])
            )
            code = 3
        sys.stdout.flush()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    out.seek(0)
    return out.read().decode("utf-8", "replace"), status == 0


def explore(name, module, function, words, found):
    """Note a command's options, and those of its own commands."""
    text, answered = asked(name, module, function, words)
    options = sorted(set(LINE.findall(text)) | set(USAGE.findall(text)))
    key = " ".join([name] + words)
    if not answered and not options:
        lines = [line for line in text.splitlines() if line.startswith("@")]
        found[key] = {"module": module, "error": lines[-1][1:] if lines else "it printed no help"}
        return
    found[key] = {"module": module, "error": None, "options": options}
    usage = text.partition("usage:")[2].partition("\n\n")[0]
    commands = COMMANDS.search(usage)
    if commands and len(words) < DEPTH:
        for command in commands.group(1).split(","):
            # Choices of an option stand in braces too; only positional ones are commands.
            before = usage[: commands.start()].rstrip()
            if not re.search(r"--?[\w-]+$", before):
                explore(name, module, function, words + [command], found)


def main(out):
    import tensorflow  # noqa: F401 (imported once, before the children)

    found = {}
    for name, module, function in sorted(set(entries())):
        explore(name, module, function, [], found)
    with open(out, "w") as stream:
        json.dump(found, stream, sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)
