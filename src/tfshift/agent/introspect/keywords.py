"""Keywords that hide behind ``**kwargs``, and functions that only raise. Runs in Python 3.5+."""

import ast
import dis
import inspect
import textwrap

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
# Longer code than this does something before it raises.
_STUB_BYTES = 80


# Words in the names under which lists of keywords go.
_LISTS = ("allowed", "accepted", "valid_kwargs", "supported")


class _Kwargs(ast.NodeVisitor):
    """What a function does with its ``**kwargs``."""

    def __init__(self, name):
        self.name = name
        self.names = set()
        self.closed = False  # it raises for keywords that it does not know
        self.open = False  # it hands them to something that cannot be followed
        self.always = ()  # statements that run on every call
        self.loop = set()  # names that run over the keywords
        self.bases = set()  # whose constructors get them: names of classes, or "super"

    def _is_it(self, node):
        return isinstance(node, ast.Name) and node.id == self.name

    def _mentions(self, node):
        return any(self._is_it(inner) for inner in ast.walk(node))

    def visit_Call(self, node):  # noqa: N802 (the library's name)
        function = node.func
        attribute = getattr(function, "attr", "")
        if attribute in ("pop", "get") and self._is_it(function.value) and node.args:
            self._name(node.args[0])
        if "validate_kwargs" in (attribute or getattr(function, "id", "")):
            self.closed = True
            for argument in node.args:
                self._names_in(argument)
        for keyword in node.keywords:
            if keyword.arg is None and self._mentions(keyword.value):
                if attribute == "__init__":
                    self.bases.add(_class_of(function.value))
                else:
                    self.open = True
        self.generic_visit(node)

    def visit_Compare(self, node):  # noqa: N802
        if any(self._is_it(side) for side in node.comparators):
            self._name(node.left)
        elif _unknown(node) and getattr(node.left, "id", None) in self.loop:
            # ``for k in kwargs: if k not in {...}: raise``
            self._names_in(node.comparators[0])
        self.generic_visit(node)

    def visit_Subscript(self, node):  # noqa: N802
        if self._is_it(node.value):
            inner = node.slice
            self._name(getattr(inner, "value", inner) if not _text(inner) else inner)
        self.generic_visit(node)

    def visit_Assign(self, node):  # noqa: N802
        for target in node.targets:
            if any(word in getattr(target, "id", "").lower() for word in _LISTS):
                self._names_in(node.value)
        self.generic_visit(node)

    def visit_FunctionDef(self, node):  # noqa: N802
        """Leave out inner functions whose own ``**kwargs`` have the same name."""
        if node.args.kwarg is None or node.args.kwarg.arg != self.name:
            self.generic_visit(node)

    def visit_If(self, node):  # noqa: N802
        about = isinstance(node.test, ast.Compare) and _text(node.test.left)
        if node in self.always and self._mentions(node.test) and not about and _raises(node.body):
            # ``if kwargs: raise``, but not ``if "name" in kwargs: raise``, and not in some case only.
            self.closed = True
        self.generic_visit(node)

    def visit_For(self, node):  # noqa: N802
        if self._mentions(node.iter):
            self.loop.update(n.id for n in ast.walk(node.target) if isinstance(n, ast.Name))
            for inner in node.body:
                for statement in ast.walk(inner):
                    if isinstance(statement, ast.If) and _unknown(statement.test):
                        always = node in self.always and _raises(statement.body)
                        self.closed = self.closed or always
        self.generic_visit(node)

    def _names_in(self, node):
        """Take in the texts of a literal set, list or tuple, also of one that is added to another."""
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Set, ast.List, ast.Tuple)):
                self.names.update(filter(None, (_text(element) for element in inner.elts)))

    def _name(self, node):
        text = _text(node)
        if text:
            self.names.add(text)


def _raises(body):
    return any(isinstance(statement, ast.Raise) for statement in body)


def _unknown(test):
    """Tell whether a condition asks ``x not in known``."""
    return isinstance(test, ast.Compare) and any(isinstance(op, ast.NotIn) for op in test.ops)


def _text(node):
    """Return the text of a string literal, in the trees of every Python."""
    value = getattr(node, "value", None)
    if isinstance(value, str) and type(node).__name__ in ("Constant", "Str"):
        return value
    value = getattr(node, "s", None) if type(node).__name__ == "Str" else None
    return value if isinstance(value, str) else None


def _class_of(node):
    """Return whose ``__init__`` is called: "super", or the last name of a class."""
    if isinstance(node, ast.Call):
        return "super" if getattr(node.func, "id", "") == "super" else ""
    return getattr(node, "attr", None) or getattr(node, "id", "")


def _of(function):
    """Return what a function does with its ``**kwargs``; None where it has none or no source."""
    try:
        plain = inspect.unwrap(function)
        signature = inspect.signature(plain)
    except Exception:
        return None
    star = [p.name for p in signature.parameters.values() if p.kind == p.VAR_KEYWORD]
    if not star:
        return None
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(plain)))
    except Exception:
        return None
    # The source of a lambda is the statement that it stands in.
    body = getattr(tree.body[0], "body", None)
    if not isinstance(body, list):
        return None
    found = _Kwargs(star[0])
    found.always = body
    for statement in body:
        found.visit(statement)
    return found


def _explicit(function):
    try:
        parameters = inspect.signature(inspect.unwrap(function)).parameters.values()
    except Exception:
        return None, False
    names = [p.name for p in parameters if p.kind in _NAMED]
    return names[1:], any(p.kind == p.VAR_KEYWORD for p in parameters)


def of_function(function):
    """Return the further keywords that a function takes, sorted; None where they are not known.

    Known means: it takes these behind its ``**kwargs`` and raises for any other.
    """
    found = _of(function)
    if found is None or found.open or found.bases or not found.closed:
        return None
    return sorted(found.names)


def of_class(cls):
    """Return the further keywords that a constructor takes, its bases' followed; or None."""
    names = set()
    wanted = None
    position = -1
    for base in cls.__mro__:
        if "__init__" not in vars(base) or wanted not in (None, "super", base.__name__):
            continue
        position += 1
        function = vars(base)["__init__"]
        if not inspect.isfunction(function):
            # object.__init__ takes nothing: whatever arrives there raises.
            return sorted(names) if function is object.__init__ and position else None
        explicit, star = _explicit(function)
        if explicit is None:
            return None
        if position:
            names.update(explicit)
        if not star:
            return sorted(names) if position else None
        found = _of(function)
        if found is None or found.open:
            return None
        names |= found.names
        if found.closed or not found.bases:
            # It refuses what it does not list, whatever its bases would take.
            return sorted(names) if found.closed else None
        if len(found.bases) > 1:
            return None
        (wanted,) = found.bases
    return None


def only_raises(function):
    """Return the name of the exception that a function raises whatever it is given, or None.

    An abstract method's NotImplementedError does not count: subclasses define it.
    """
    code = getattr(function, "__code__", None)
    if code is None or len(code.co_code) > _STUB_BYTES or "NotImplementedError" in code.co_names:
        return None
    names = [instruction.opname for instruction in dis.get_instructions(code)]
    if "RAISE_VARARGS" not in names or any("JUMP" in n or "FOR_" in n for n in names):
        return None
    if any(
        n.startswith(("RETURN", "YIELD", "STORE_ATTR"))
        for n in names[: names.index("RAISE_VARARGS")]
    ):
        return None
    return next((n for n in code.co_names if n.endswith(("Error", "Exception"))), None)
