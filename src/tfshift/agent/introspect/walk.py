"""Walk the public tree of an imported package. Runs in Python 3.5 and newer.

A name is public if it has no leading underscore and ``getattr`` yields it. Two names of one
object are aliases: the one with the plainest path owns the definition.
"""

import enum
import inspect
import sys
import types

from introspect import keywords, signatures

OURS = (
    "tensorflow",
    "keras",
    "tf_keras",
    "tensorflow_core",
    "tensorflow_estimator",
    "tensorboard",
    "keras_preprocessing",
    "keras_applications",
)
# These trees are not API; their modules are listed by file instead of walked.
PRIVATE_TREES = ("python", "core", "compiler", "examples", "tools", "include")
# Touching these parses the command line or starts a device.
UNTOUCHED = ("FLAGS",)
# What every protobuf message has; said once, for a base that all messages share.
MESSAGE = "google.protobuf.Message"
_OF_MESSAGES = frozenset(
    "ByteSize Clear ClearExtension ClearField CopyFrom DESCRIPTOR DiscardUnknownFields Extensions "
    "FindInitializationErrors FromString HasExtension HasField IsInitialized ListFields MergeFrom "
    "MergeFromString ParseFromString RegisterExtension SerializePartialToString SerializeToString "
    "SetInParent UnknownFields WhichOneof".split()
)
_BUILTIN = (object, type, tuple, list, dict, set, frozenset, int, float, str, bytes)


def real_module(module):
    """Follow lazy loaders and deprecation wrappers to the module that holds the names."""
    for _ in range(5):
        if "_tfmw_wrapped_module" in getattr(module, "__dict__", {}):
            module = module.__dict__["_tfmw_wrapped_module"]
        elif hasattr(type(module), "_load"):
            loaded = module._load()
            if loaded is module:
                return module
            module = loaded
        else:
            return module
    return module


def is_ours(name):
    return isinstance(name, str) and name.split(".")[0] in OURS


def public_names(thing):
    try:
        names = dir(thing)
    except Exception:
        return []
    return sorted(n for n in names if not n.startswith("_") and n not in UNTOUCHED)


def rank(path):
    """Order candidates for owning a definition: plain before compat before contrib, then short."""
    parts = path.split(".")
    return ("contrib" in parts, "compat" in parts, len(parts), path)


class Walk(object):
    """Everything reachable by public attributes from one root module.

    Args:
        root: the imported module.
        name: how paths start, ``tf``.
    """

    def __init__(self, root, name):
        self.name = name
        self.objects = {}  # path -> object
        self.modules = {}  # id of a real module -> path that owns it
        self.module_alias = {}  # path -> path
        self.unreadable = {}  # path -> reason
        self.builtins = set()  # types of Python's own that public classes derive from
        self.message = None  # the generic members that this release's messages have
        self.untouched = set()  # paths that exist but were not read
        self.deliberate = set()  # modules of contrib that say what they hand out
        self.keep = []  # holds references, so that ids stay unique
        self._modules_from(root, name)
        self.owner = self._owners()

    def _modules_from(self, root, name):
        queue = [(name, root)]
        while queue:
            queue.sort(key=lambda item: rank(item[0]))
            path, module = queue.pop(0)
            try:
                real = real_module(module)
            except Exception as error:
                self.unreadable[path] = "%s: %s" % (
                    type(error).__name__,
                    str(error).split("\n")[0][:120],
                )
                self.objects.pop(path, None)
                continue
            self.keep.append(real)
            if id(real) in self.modules:
                self.module_alias[path] = self.modules[id(real)]
                continue
            if not self._descend(path, real):
                continue
            if path.startswith("tf.contrib.") and says_its_names(real):
                self.deliberate.add(path)
            self.modules[id(real)] = path
            queue.extend(self._children(path, module))

    def _descend(self, path, module):
        """Tell whether a module's names are API rather than somebody's imports."""
        name = getattr(module, "__name__", "")
        last = path.split(".")[-1]
        if path.startswith("tf.") and last in PRIVATE_TREES or path.count(".compat.") > 1:
            return False
        if last.startswith("pywrap") and path != "tf.pywrap_tensorflow":
            return False  # checkpoint readers are taken from that one
        if path.startswith("tf.contrib.") and ".contrib." not in name + ".":
            # A module of the core: handed out on purpose, or merely imported.
            return is_ours(name) and path.rpartition(".")[0] in self.deliberate
        return is_ours(name)

    def _children(self, path, module):
        found = []
        self.untouched.update(path + "." + name for name in UNTOUCHED if name in dir(module))
        for name in public_names(module):
            child = path + "." + name
            try:
                value = getattr(module, name)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                self.unreadable[child] = "%s: %s" % (
                    type(error).__name__,
                    str(error).split("\n")[0][:120],
                )
                continue
            if self._leaked(path, name, value):
                continue
            self.keep.append(value)
            self.objects[child] = value
            if isinstance(value, types.ModuleType):
                found.append((child, value))
        return found

    @staticmethod
    def _leaked(path, name, value):
        """Tell names that a module merely imported for itself (only where it has no __all__)."""
        if isinstance(value, types.ModuleType):
            origin = getattr(value, "__name__", "")
            return not is_ours(origin) and ".contrib" in path
        if ".contrib" in path and (inspect.isclass(value) or inspect.isroutine(value)):
            origin = getattr(value, "__module__", None)
            return origin is not None and not is_ours(origin) and origin not in ("abc",)
        return False

    def _owners(self):
        """Choose for each object with identity the path that owns its definition."""
        owner = {}
        for path in sorted(self.objects, key=rank):
            value = self.objects[path]
            if self._has_identity(value):
                owner.setdefault(id(value), path)
        return owner

    @staticmethod
    def _has_identity(value):
        if isinstance(value, types.ModuleType):
            return False
        return inspect.isclass(value) or inspect.isroutine(value) or type(value).__name__ == "DType"

    def name_of(self, value):
        """Return the public path that owns an object, or None."""
        return self.owner.get(id(value)) if self._has_identity(value) else None

    def kind(self, value):
        if isinstance(value, types.ModuleType):
            return "module"
        if inspect.isclass(value):
            return "class"
        if callable(value) and not inspect.isclass(type(value)) or inspect.isroutine(value):
            return "function"
        if callable(value) and hasattr(value, "__wrapped__"):
            return "function"
        return "attribute"

    def symbols(self):
        """Return path -> record for every public symbol and every member that a class adds."""
        result = {self.name: {"k": "module"}}
        result.update((path, {"k": "attribute"}) for path in self.untouched)
        for path, value in self.objects.items():
            kind = self.kind(value)
            if path in self.module_alias:
                if path != self.module_alias[path]:
                    result[path] = {"k": "module", "o": self.module_alias[path]}
                continue
            if path in self.unreadable:
                continue
            owner = self.owner.get(id(value), path) if self._has_identity(value) else path
            if owner != path:
                result[path] = {"k": kind, "o": owner}
                continue
            record = {"k": kind}
            if kind == "class":
                record.update(self._class_record(value))
                result.update(self._members(path, value))
            elif kind == "function":
                record["s"] = signatures.of_function(value, self.name_of)
                self._hidden(record, value, keywords.of_function)
            if kind in ("class", "function"):
                record["d"] = signatures.deprecation(value)
            result[path] = dict((k, v) for k, v in record.items() if v is not None)
        if self.message:
            result[MESSAGE] = {"k": "class"}
            for name in self.message:
                kind = "property" if name in ("DESCRIPTOR", "Extensions") else "method"
                result[MESSAGE + "." + name] = {"k": kind}
        for base in self.builtins:
            path = "builtins." + base.__name__
            result[path] = {"k": "class"}
            for name in vars(base):
                if not name.startswith("_"):
                    routine = inspect.isroutine(vars(base)[name])
                    result[path + "." + name] = {"k": "method" if routine else "property"}
        return result

    @staticmethod
    def _hidden(record, value, ask):
        """Add keywords behind ``**kwargs``, and what a stub raises."""
        if record.get("s") and record["s"][-1].startswith("**"):
            explicit = set(part.split("=")[0] for part in record["s"])
            found = ask(value)
            if found is not None:
                record["w"] = [name for name in found if name not in explicit]
        initialise = vars(value).get("__init__") if inspect.isclass(value) else value
        raised = keywords.only_raises(initialise) if initialise is not None else None
        # A method that says "no such attribute" is one that subclasses define.
        if raised and (raised != "AttributeError" or record.get("k") != "method"):
            record["u"] = raised

    def _bases(self, cls):
        mro = inspect.getmro(cls)[1:]
        bases = [self.owner[id(base)] for base in mro if id(base) in self.owner]
        if is_message(cls):
            bases.append(MESSAGE)
        for base in mro:
            # What a named tuple, an enumeration or an exception has from Python itself.
            if module_of(base) == "builtins" and base is not object:
                self.builtins.add(base)
                bases.append("builtins." + base.__name__)
        return bases

    def _class_record(self, cls):
        record = {"s": signatures.of_class(cls, self.name_of), "b": self._bases(cls) or None}
        self._hidden(record, cls, keywords.of_class)
        return record

    def _members(self, path, cls):
        """Yield what the class adds to its nearest public bases."""
        public_bases = [b for b in inspect.getmro(cls)[1:] if id(b) in self.owner]
        found = {}
        generic = self._generic(cls)
        for name in public_names(cls):
            static = static_attribute(cls, name)
            if static is None or name in generic:
                continue
            inherited = next(
                (s for s in (static_attribute(b, name) for b in public_bases) if s is not None),
                None,
            )
            if inherited is static:
                continue
            found[path + "." + name] = self._member(static)
        for name in hidden_names(cls):
            found.setdefault(path + "." + name, {"k": "attribute"})
        return found

    def _generic(self, cls):
        """Return which names of a message class are those of all messages."""
        if not is_message(cls):
            return ()
        if self.message is None:
            self.message = sorted(_OF_MESSAGES.intersection(dir(cls)))
        return set(self.message)

    def _member(self, static):
        if isinstance(static, property) or inspect.isdatadescriptor(static):
            return {"k": "property"}
        if isinstance(static, (classmethod, staticmethod)) or inspect.isroutine(static):
            record = {"k": "method", "s": signatures.of_method(static, self.name_of)}
            inner = getattr(static, "__func__", static)
            record["d"] = signatures.deprecation(inner)
            self._hidden(record, inner, keywords.of_function)
            return dict((k, v) for k, v in record.items() if v is not None)
        return {"k": "class" if inspect.isclass(static) else "attribute"}


def says_its_names(module):
    """Tell whether a module takes away what it imported for itself."""
    try:
        return "remove_undocumented(" in inspect.getsource(module)
    except Exception:
        return False


def module_of(cls):
    """Return the module that a class says it is of; some that C code made say none."""
    return getattr(cls, "__module__", "")


def is_message(cls):
    """Tell whether a class is a protobuf message."""
    return any(module_of(base) == "google.protobuf.message" for base in inspect.getmro(cls))


def hidden_names(cls):
    """Return what getattr finds and dir does not tell, or not with every protobuf."""
    names = []
    if isinstance(cls, enum.EnumMeta):
        # Two names of one value: only the first is listed.
        names += [name for name in cls.__members__ if not name.startswith("_")]
    descriptor = getattr(cls, "DESCRIPTOR", None)
    for field in getattr(descriptor, "fields", None) or ():
        names.append(field.name.upper() + "_FIELD_NUMBER")
    for kind in getattr(descriptor, "enum_types", None) or ():
        names.append(kind.name)
        names += [value.name for value in kind.values]
    return names


def static_attribute(cls, name):
    """Return what the class's own tree holds under a name, builtin types left out."""
    for base in inspect.getmro(cls):
        if base in _BUILTIN or module_of(base) == "builtins":
            continue
        if name in vars(base):
            return vars(base)[name]
    return None


def tree(root, name):
    """Walk a package and return (symbols, unreadable)."""
    sys.setrecursionlimit(10000)
    walk = Walk(root, name)
    return walk.symbols(), walk.unreadable, walk
