"""A reference to a symbol that the target lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfshift.code.site import Site
from tfshift.domain.findings import Applicability, Finding, Fix, Kind, Severity

ID = "removed-symbol"
TITLE = "The target lacks this symbol"
EXAMPLES = [
    ("1.15", "2.15", "import tensorflow as tf\nx = tf.placeholder(tf.float32)\n", [(2, "tf.placeholder")]),
    ("1.15", "2.15", "from tensorflow.contrib import slim\n", [(1, "tf.contrib.slim")]),
    # 2.0 has files in its folder contrib that no import reaches.
    ("1.15", "2.0", "import tensorflow as tf\ntf.contrib.framework.with_shape([1], x)\n",
     [(2, "tf.contrib.framework.with_shape")]),
    ("1.15", "2.0", "import tensorflow as tf\nfrom tensorflow.python.framework import ops\nops.name_scope(None)\n", []),
    ("1.15", "2.15", "from tensorflow.contrib.seq2seq import *\n", [(1, "tf.contrib.seq2seq.*")]),
    ("1.15", "2.15", "from tensorflow.keras.layers import *\n", []),
    ("1.15", "2.15", "import tensorflow as tf\nK = tf.keras.backend\nK.get_session()\n",
     [(3, "tf.keras.backend.get_session")]),
    ("2.15", "1.15", "import tensorflow as tf\ntf.keras.utils.set_random_seed(1)\n",
     [(2, "tf.keras.utils.set_random_seed")]),
    ("1.15", "2.15", "import tensorflow as tf\nx = tf.nn.relu6(1.0)\n", []),
    ("1.15", "2.15", "import numpy as tf\nx = tf.placeholder\n", []),
    ("1.15", "2.15", "import tensorflow as tf\ndef f(tf):\n    return tf.placeholder\n", []),
    ("1.15", "2.15", "import tensorflow as tf\ntry:\n    s = tf.Session\nexcept AttributeError:\n    s = None\n", []),
    ("1.15", "2.15", "import tensorflow as tf\nif hasattr(tf, 'Session'):\n    s = tf.Session()\n", []),
    ("1.15", "2.15", "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf\n"
     "x = tf.placeholder\n", []),
]  # fmt: skip


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding where neither the name nor an alternative exists on the target."""
    usage, move = site.usage, site.move
    if site.after is not None or usage.guarded or usage.stored or usage.method:
        return
    if usage.symbol.endswith(".*"):
        yield from _star(site, usage.symbol[: -len(".*")])
        return
    if any(move.on_target(other) for other in usage.alternatives):
        return
    kind = missing_kind(site)
    if kind is None:
        return
    found = site.destination
    message = f"{site.symbol} does not exist in {site.there}"
    if found is not None and site.edits is not None:
        fix: Fix | None = site.fix(f"Use {found.path}")
        message += f"; {found.path} is the same"
        if found.package is not None:
            message += f", of the package {found.package}"
        evidence = f"{site.present()}; {found.evidence}"
    elif _dead(site):
        evidence = site.present()
        message += "; nothing needs this import any more"
        fix = Fix("Take the import away", Applicability.SAFE, site.edits or ())
    else:
        evidence, title = site.present(), f"Replace {site.symbol} by hand"
        hint = _elsewhere(site)
        message += hint
        fix = Fix(title + hint, Applicability.MANUAL)
    yield site.finding(ID, kind, Severity.ERROR, message, evidence, fix)


def _star(site: Site, module: str) -> Iterator[Finding]:
    """A star import of a module that the target lacks fails like any other."""
    facts, move = site.move.facts, site.move
    if facts.importable(module, move.target) or not facts.resolve(module, move.origin):
        return
    if site.edits:
        return
    target = move.target_release.version
    message = f"{module} does not exist in {site.there}"
    fix = Fix(f"Import what the file uses of {module} by hand", Applicability.MANUAL)
    evidence = f"{module} cannot be imported in {target}, as measured"
    yield site.finding(ID, Kind.IMPORT, Severity.ERROR, message, evidence, fix)


def _dead(site: Site) -> bool:
    """Tell whether this is an import whose every use is rewritten to do without it."""
    alias = site.usage.node
    if site.usage.statement is None or not isinstance(alias, ast.alias) or not site.edits:
        return False
    return site.destination is None and site.spelling.is_dead(alias)


def _elsewhere(site: Site) -> str:
    """Say what a person may look at: another package, or what the origin itself advises."""
    gone = site.move.facts.gone(site.symbol)
    if gone is not None and gone["package"]:
        note = f" ({gone['note']})" if gone.get("note") else ""
        return f"; {gone['package']} has {gone['module']}{note}"
    advised = (site.before.deprecated or {}).get("instead") if site.before else None
    return f"; the release before advises {advised}" if advised else ""


def unknown(site: Site) -> str | None:
    """Say why it cannot be told whether the target has a symbol; None where it can."""
    usage, move = site.usage, site.move
    if site.after is not None or usage.guarded or usage.stored or usage.method:
        return None
    if usage.statement is not None or usage.alternatives or site.edits:
        return None
    owner, dot, name = usage.symbol.rpartition(".")
    if not dot or name.startswith("__") or move.facts.importable(usage.symbol, move.target):
        return None
    release = move.target_release.version
    while dot:
        if move.facts.resolve(owner, move.target) is not None:
            return None
        if move.facts.module_exists("tensorflow" + owner[2:], move.target):
            return f"{owner} is private: what it holds in TensorFlow {release} is not measured"
        owner, dot, _ = owner.rpartition(".")
    return None


def missing_kind(site: Site) -> Kind | None:
    """Tell whether a symbol is truly missing on the target, and how.

    The facts hold modules, classes and functions; attributes of instances and of functions are
    beyond them, and private modules are known by file only.
    """
    facts, move = site.move.facts, site.move
    symbol = site.symbol
    if site.usage.statement is not None and facts.importable(symbol, move.target):
        return None
    owner = symbol
    while "." in owner:
        owner, _, name = owner.rpartition(".")
        found = facts.resolve(owner, move.target)
        if found is None:
            if facts.module_exists("tensorflow" + owner[2:], move.target):
                # Names inside private modules are not in the facts: say nothing rather than guess.
                return None
            continue
        if name.startswith("__"):
            return None
        if found.kind == "module":
            if not facts.walked(found.owner, move.target):
                return None  # what such a module holds is not known
            if facts.module_exists("tensorflow" + f"{owner}.{name}"[2:], move.target):
                return None
            return _in_module(site, owner, name)
        # An instance attribute looks the same as a removed member: only measured ones count.
        return Kind.REMOVED if found.kind == "class" and site.before is not None else None
    return None


def _in_module(site: Site, owner: str, name: str) -> Kind | None:
    facts, move = site.move.facts, site.move
    if facts.at("unusable", f"{owner}.{name}", move.target) is not None:
        return Kind.REMOVED
    if _private(owner + "." + name) and not facts.resolve(f"{owner}.{name}", move.origin):
        file = "tensorflow" + f"{owner}.{name}"[2:]
        return Kind.IMPORT if facts.module_exists(file, move.origin) else None
    if site.usage.statement is not None:
        return Kind.IMPORT
    return Kind.MOVED if site.destination is not None else Kind.REMOVED


def _private(symbol: str) -> bool:
    parts = symbol.split(".")
    return len(parts) > 1 and parts[1] in ("python", "core", "examples", "tools")
