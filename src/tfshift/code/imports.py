"""Which packages beside TensorFlow a project imports."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Container, Iterable, Iterator

from tfshift.code.binding import IMPORT_FAILURES, catches
from tfshift.code.modules import Modules, imported_names
from tfshift.code.names import KERAS
from tfshift.code.sources import parse_text
from tfshift.facts import Facts

_TENSORFLOW = {"tensorflow", "tensorflow_core", "tf", *KERAS}
# What Python 2 had and later ones removed: the standard library under old names.
_OLD = {
    "ConfigParser", "Queue", "SocketServer", "StringIO", "Tkinter", "__builtin__", "anydbm", "cPickle",
    "cStringIO", "commands", "cookielib", "copy_reg", "dummy_thread", "httplib", "imp", "asyncore",
    "asynchat", "distutils", "md5", "robotparser", "sets", "sha", "thread", "tkFileDialog", "tkMessageBox",
    "urllib2", "urlparse", "xmlrpclib", "htmlentitydefs", "HTMLParser", "UserDict", "exceptions",
    "__future__", "__main__", "telnetlib", "cgi", "crypt", "imghdr", "pipes", "sndhdr", "audioop",
}  # fmt: skip
# There is nothing to install for these.
_NOWHERE = {"google.colab", "google3", "apex", "sets"}


def third_party(files: Iterable[tuple[str, bytes]], modules: Modules) -> dict[str, str]:
    """Return the modules of other packages that some files import, and the first file that does.

    Args:
        files: path and code of each.
        modules: the project's own.
    """
    found: dict[str, str] = {}
    for path, code in files:
        if b"import" not in code:
            continue
        needed: Container[str] | None = None
        for spellings in imported_names(code):
            name = spellings[-1]
            root = name.partition(".")[0]
            if not root or not root.isidentifier() or root in _TENSORFLOW | _OLD:
                continue
            if root in sys.stdlib_module_names or root in found:
                continue
            if any(modules.find(s, path) for s in (*spellings, root)):
                continue
            if any((name + ".").startswith(n + ".") for n in _NOWHERE):
                continue
            needed = _needed(code) if needed is None else needed
            if root in needed:
                found[root] = path
    return dict(sorted(found.items()))


def _needed(code: bytes) -> Container[str]:
    """Return the roots of what a file imports and cannot do without."""
    tree = parse_text(code.decode("utf-8", "replace"))
    if not isinstance(tree, ast.Module):
        return _ALL  # Python 2: the text must do
    roots: set[str] = set()
    stack: list[tuple[ast.AST, bool]] = [(tree, False)]
    while stack:
        node, guarded = stack.pop()
        if isinstance(node, ast.Import) and not guarded:
            roots.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not guarded and not node.level:
            roots.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.Try):
            safe = guarded or catches(node, IMPORT_FAILURES)
            stack += [(child, safe) for child in node.body]
            # The other way is needed where the first one fails: it is one of two.
            stack += [(child, safe) for part in node.handlers for child in part.body]
            stack += [(child, guarded) for child in (*node.orelse, *node.finalbody)]
        elif isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case, ast.Module)):
            stack += [(child, guarded) for child in ast.iter_child_nodes(node)]
    return roots


class _All:
    """Holds everything."""

    def __contains__(self, name: object) -> bool:
        return True


_ALL = _All()


def distributions(modules: Iterable[str], facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield each module with the distribution that brings it."""
    known = json.loads(facts.meta("imports") or "{}")
    for module in modules:
        yield module, known.get(module, module.lower().replace("_", "-"))
