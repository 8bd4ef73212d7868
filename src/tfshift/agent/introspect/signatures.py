"""Signatures as compact lists of strings, decorators unwrapped. Runs in Python 3.5 and newer."""

import inspect
import re

_SIMPLE = (type(None), bool, int, float, str, bytes, complex)


def spell_default(value, name_of):
    """Spell a default value without addresses.

    Numbers, strings, None and containers of them keep their repr; functions, classes and other
    objects that have a public name are spelled by it; anything else by its type in angle brackets.
    """
    if isinstance(value, _SIMPLE) and type(value) in _SIMPLE:
        return repr(value)
    if type(value) in (tuple, list):
        inner = [spell_default(v, name_of) for v in value]
        if type(value) is list:
            return "[" + ", ".join(inner) + "]"
        return "(" + ", ".join(inner) + ("," if len(inner) == 1 else "") + ")"
    if type(value) is dict and not value:
        return "{}"
    if isinstance(value, str):
        return repr(str(value))
    public = name_of(value)
    if public:
        return public
    name = getattr(value, "__name__", None)
    if isinstance(name, str):
        return "<" + name + ">"
    return "<" + type(value).__name__ + ">"


def _from_argspec(spec, name_of):
    """Spell a FullArgSpec that a decorator declares for the function it wraps."""
    args = list(spec.args)
    defaults = list(spec.defaults or ())
    first = len(args) - len(defaults)
    parts = []
    for i, arg in enumerate(args):
        if i >= first:
            parts.append(arg + "=" + spell_default(defaults[i - first], name_of))
        else:
            parts.append(arg)
    if spec.varargs:
        parts.append("*" + spec.varargs)
    keyword_only = list(getattr(spec, "kwonlyargs", None) or ())
    if keyword_only and not spec.varargs:
        parts.append("*")
    for arg in keyword_only:
        given = getattr(spec, "kwonlydefaults", None) or {}
        parts.append(arg + "=" + spell_default(given[arg], name_of) if arg in given else arg)
    keywords = getattr(spec, "varkw", None) or getattr(spec, "keywords", None)
    if keywords:
        parts.append("**" + keywords)
    return parts


def _declared_argspec(function):
    """Find the argspec that a TensorFlow decorator declares, or None."""
    seen = 0
    while seen < 20:
        seen += 1
        decorator = getattr(function, "_tf_decorator", None)
        if decorator is None:
            return None
        declared = getattr(decorator, "decorator_argspec", None)
        if declared is not None:
            return declared
        inner = getattr(decorator, "_decorated_target", None)
        if inner is None or inner is function:
            return None
        function = inner
    return None


def _from_inspect(function, name_of):
    parts = []
    bare_star = False
    positional_only = 0
    for parameter in inspect.signature(function).parameters.values():
        text = parameter.name
        if parameter.default is not parameter.empty:
            text += "=" + spell_default(parameter.default, name_of)
        if parameter.kind == parameter.POSITIONAL_ONLY:
            positional_only = len(parts) + 1
        if parameter.kind == parameter.VAR_POSITIONAL:
            text = "*" + parameter.name
            bare_star = True
        elif parameter.kind == parameter.VAR_KEYWORD:
            text = "**" + parameter.name
        elif parameter.kind == parameter.KEYWORD_ONLY and not bare_star:
            parts.append("*")
            bare_star = True
        parts.append(text)
    if positional_only:
        parts.insert(positional_only, "/")
    return parts


def of_function(function, name_of):
    """Return the compact signature of a function, or None where it has none to show."""
    try:
        declared = _declared_argspec(function)
        if declared is not None:
            return _from_argspec(declared, name_of)
        return _from_inspect(function, name_of)
    except Exception:
        return None


def of_method(static, name_of):
    """Return the compact signature of a class attribute as callers see it (no self)."""
    if isinstance(static, staticmethod):
        return of_function(static.__func__, name_of)
    function = static.__func__ if isinstance(static, classmethod) else static
    parts = of_function(function, name_of)
    if parts and not parts[0].startswith("*"):
        parts = parts[1:]
        if parts and parts[0] == "/":
            parts = parts[1:]
    return parts


def of_class(cls, name_of):
    """Return the compact signature of a constructor.

    ``__init__`` speaks before ``__new__``: Keras hides real parameters behind a ``__new__`` that
    takes anything. Classes that define neither (SWIG, protobuf) have none.
    """
    for name in ("__init__", "__new__"):
        for base in cls.__mro__:
            if base in (object, Exception, BaseException, tuple, type):
                break
            if name in vars(base):
                function = vars(base)[name]
                if isinstance(function, staticmethod):
                    function = function.__func__
                if not inspect.isfunction(function):
                    break
                parts = of_function(function, name_of)
                return parts[1:] if parts and not parts[0].startswith("*") else parts
    if cls.__init__ is object.__init__ and cls.__new__ is object.__new__:
        for meta in type(cls).__mro__:
            # A metaclass that makes something else of the call.
            if meta is not type and inspect.isfunction(vars(meta).get("__call__")):
                return (of_function(vars(meta)["__call__"], name_of) or [None])[1:]
        return []
    return None


_REMOVED_AFTER = re.compile(r"will be removed (?:after|in) (?:version )?(\d\S*?)\.?\s")
_USE = re.compile(
    r"\b(?:[Uu]se|[Ss]witch(?:ing)? to|replaced by|[Ss]ee)\s+(?:the\s+)?`?((?:tf|keras)\.[A-Za-z_][\w.]*\w)"
)
_ARGUMENTS = re.compile(r"SOME ARGUMENTS ARE DEPRECATED: `?\(([\w, ]+)\)")


def deprecation(thing):
    """Read what a docstring's deprecation notice states: a date, a symbol, argument names."""
    doc = getattr(thing, "__doc__", None)
    if not isinstance(doc, str) or "DEPRECATED" not in doc:
        return None
    notice = doc[doc.index("DEPRECATED") :][:600]
    result = {}
    arguments = _ARGUMENTS.search(doc)
    if arguments:
        result["arguments"] = [a.strip() for a in arguments.group(1).split(",")]
    elif "THIS FUNCTION IS DEPRECATED" in doc or "THIS CLASS IS DEPRECATED" in doc:
        after = _REMOVED_AFTER.search(notice)
        instead = _USE.search(notice)
        result["after"] = after.group(1) if after else None
        result["instead"] = instead.group(1) if instead else None
    return result or None
