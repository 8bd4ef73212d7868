"""What runs inside the recorded processes: watch TensorFlow's entry points, write a stream."""

import importlib
import json
import os
import pkgutil
import sys

from . import imports, rounding, seeding, seeding_keras, stream, transplant

VARIABLE = "TFSHIFT_RECORD"
_VERSIONS = ("tensorflow", "tensorflow_core", "numpy", "keras", "tf_keras", "tensorflow_estimator")


def _note_version(module):
    name = module.__name__
    version = getattr(sys.modules.get(name, module), "__version__", None)
    if version:
        stream.write({"t": "module", "name": name, "version": str(version)})


def _watchers():
    """Return the modules that say what is watched: each that is called so, in order."""
    here = os.path.dirname(os.path.abspath(__file__))
    names = sorted(name for _, name, _ in pkgutil.iter_modules([here]) if name.startswith("watch_"))
    return [importlib.import_module("%s.%s" % (__name__, name)) for name in names]


def begin():
    """Read the configuration and watch the imports of this process."""
    with open(os.environ[VARIABLE]) as file:
        config = json.load(file)
    stream.configure(config)
    stream.write(
        {
            "t": "module",
            "name": "python",
            "version": ".".join(str(part) for part in sys.version_info[:3]),
            "executable": sys.executable,
        }
    )
    for name in _VERSIONS:
        imports.after(name, _note_version)
    if config.get("seed") is not None:
        seeding.prepare(config["seed"])
        seeding_keras.prepare(config["seed"])
    if config.get("rounding"):
        rounding.prepare(config["rounding"])
    if config.get("initials"):
        transplant.keep()
    if config.get("transplant"):
        transplant.prepare(*config["transplant"])
    for part in _watchers():
        part.prepare()
    imports.install()
