"""Call back after a module has been imported, without touching how it is found or loaded."""

import re
import sys

from . import stream

_WATCHED = {}
_TOPS = {
    "tensorflow", "tensorflow_core", "tensorflow_estimator", "keras", "tf_keras", "numpy",
    "tfshift_estimators_v1",
}  # fmt: skip
_TOPS |= {"tfshift_random_v1", "_pytest"}
_KERAS = re.compile(
    r"^(?:tensorflow\.(?:contrib\.keras\.python|python)\.keras(?:\._impl\.keras)?"
    r"|tf_keras(?:\.src)?|keras(?:\.src)?)\.(.+)$"
)


def after(name, callback):
    """Call ``callback(module)`` once module ``name`` has run.

    ``keras:engine.training`` stands for that module in whichever package holds Keras.
    """
    _WATCHED.setdefault(name, []).append(callback)


def callbacks(name):
    """Return what has to be called after the import of ``name``."""
    if name.split(".", 1)[0] not in _TOPS:
        return []
    plain = name.replace("tensorflow_core.", "tensorflow.", 1)
    found = list(_WATCHED.get(plain, ()))
    keras = _KERAS.match(plain)
    if keras:
        found += _WATCHED.get("keras:" + keras.group(1), ())
    return found


def _imported(name, module, todo):
    for callback in todo:
        try:
            callback(sys.modules.get(name) or module)
        except Exception as error:
            stream.failure("watching " + name, error)


class Finder(object):
    """A meta path entry that only listens: other finders find, other loaders load."""

    def __init__(self):
        self._busy = set()

    def find_spec(self, name, path=None, target=None):
        """Let the other finders find it, and listen to its loader."""
        todo = callbacks(name)
        if not todo or name in self._busy:
            return None
        self._busy.add(name)
        try:
            spec = self._found_by_others(name, path, target)
        finally:
            self._busy.discard(name)
        if spec is not None and spec.loader is not None:
            self._listen(spec.loader, name, todo)
        return spec

    def _found_by_others(self, name, path, target):
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec = find(name, path, target)
            if spec is not None:
                return spec
        return None

    def _listen(self, loader, name, todo):
        original = getattr(loader, "exec_module", None)
        if original is None:
            return

        def exec_module(module):
            original(module)
            _imported(name, module, todo)

        try:
            loader.exec_module = exec_module
        except AttributeError as error:
            stream.failure("watching " + name, error)

    def find_module(self, name, path=None):
        """Python 2: claim the module so that load_module is called."""
        if sys.version_info[0] > 2 or not callbacks(name) or name in self._busy:
            return None
        self._path = path
        return self

    def load_module(self, name):
        """Python 2: load as usual, then call back."""
        import imp

        self._busy.add(name)
        try:
            found = imp.find_module(name.rsplit(".", 1)[-1], self._path)
            try:
                module = imp.load_module(name, *found)
            finally:
                if found[0]:
                    found[0].close()
        finally:
            self._busy.discard(name)
        _imported(name, module, callbacks(name))
        return module


def install():
    """Listen to imports from now on."""
    sys.meta_path.insert(0, Finder())
