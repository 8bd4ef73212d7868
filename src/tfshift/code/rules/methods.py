"""A method that objects of this class do not have on the target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tfshift.code.site import Site
from tfshift.domain.findings import Applicability, Finding, Fix, Kind, Severity

ID = "removed-method"
TITLE = "Objects of this class lack this method on the target"
EXAMPLES = [
    ("1.15", "2.21", "import tensorflow as tf\nm = tf.keras.Sequential()\nm.fit_generator([])\n",
     [(3, "tf.keras.Sequential.fit_generator")]),
    ("1.15", "2.15", "import tensorflow as tf\nm = tf.keras.Sequential()\nm.predict_classes([])\n",
     [(3, "tf.keras.Sequential.predict_classes")]),
    ("1.15", "2.15", "import tensorflow as tf\nm = tf.keras.Sequential()\nm.fit([])\n", []),
    ("1.15", "2.21", "class M:\n  pass\nm = M()\nm.fit_generator([])\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nclass M(tf.keras.Model):\n"
     "  def go(self):\n    self.fit_generator([])\nM().fit_generator([])\n",
     [(4, "tf.keras.Model.fit_generator"), (5, "tf.keras.Model.fit_generator")]),
    ("2.15", "2.21", "import tensorflow as tf\nclass M(tf.keras.Model):\n  def fit_generator(self, x):\n    pass\n"
     "  def go(self):\n    self.fit_generator([])\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nclass T:\n  def __init__(self):\n    self.net = tf.keras.Sequential()\n"
     "  def go(self):\n    self.net.fit_generator([])\n", [(6, "tf.keras.Sequential.fit_generator")]),
    ("2.15", "2.21", "import tensorflow as tf\ndef net():\n  m = tf.keras.Sequential()\n  return m\n"
     "m = net()\nm.to_yaml()\n", [(6, "tf.keras.Sequential.to_yaml")]),
    ("2.15", "1.15", "import tensorflow as tf\nd = tf.data.Dataset.range(3).map(str)\nd = d.batch(2)\nd.unique()\n",
     [(4, "tf.data.Dataset.unique")]),
    # Fields of protocol messages are no methods; releases list them or not.
    ("1.15", "2.15", "import tensorflow as tf\nc = tf.ConfigProto()\nc.allow_soft_placement\n", []),
    # The class itself is what is missing.
    ("1.15", "2.15", "import tensorflow as tf\nm = tf.contrib.eager.Network()\nm.call()\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ndef go(m):\n  m.fit_generator([])\n",
     [(3, "tf.keras.Model.fit_generator")]),
    # What a function is called with, and what it is annotated with, tells what its parameters are.
    ("1.15", "2.21", "import tensorflow as tf\ndef go(m, n):\n  m.evaluate_generator(n)\n"
     "go(tf.keras.Sequential(), 3)\n", [(3, "tf.keras.Sequential.evaluate_generator")]),
    ("1.15", "2.21", "import tensorflow as tf\ndef go(m: 'tf.keras.Model'):\n  m.evaluate_generator(3)\n",
     [(3, "tf.keras.Model.evaluate_generator")]),
    ("2.15", "1.15", "import tensorflow as tf\ndef go(d):\n  e = d.batch(2)\n  return e.unique()\n"
     "go(d=tf.data.Dataset.range(3))\n", [(4, "tf.data.Dataset.unique")]),
    ("2.15", "1.15", "import tensorflow as tf\nclass T:\n  def go(self, d):\n    return d.unique()\n"
     "  def all(self):\n    return self.go(tf.data.Dataset.range(3))\n",
     [(4, "tf.data.Dataset.unique")]),
    # Not where calls differ, or where others may call it.
    ("1.15", "2.15", "import tensorflow as tf\ndef go(o):\n  o.to_yaml()\nclass O:\n  def to_yaml(self):\n    pass\n"
     "go(tf.keras.Sequential())\ngo(O())\n", []),
    ("2.15", "1.15", "import tensorflow as tf\ndef go(d):\n  return d.unique()\ngo(tf.data.Dataset.range(3))\n"
     "print(map(go, [3]))\n", []),
    ("2.15", "1.15", "import tensorflow as tf\ndef go(d):\n  d = open(d)\n  return d.unique()\n"
     "go(tf.data.Dataset.range(3))\n", []),
    ("2.15", "2.21", "import tensorflow as tf\ndef fit_generator():\n  pass\ndef go(m):\n  m.fit_generator([])\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nimport mine\nmine.fit_generator([])\n", []),
    ("2.15", "2.21", "import tensorflow as tf\nm = tf.keras.Sequential()\nif hasattr(m, 'to_yaml'):\n  m.to_yaml()\n",
     []),
]  # fmt: skip

_METHODS = ("method", "function")


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding where neither the class on the target nor its bases have the method."""
    usage, move = site.usage, site.move
    if not usage.method or usage.guarded or site.before is None:
        return
    if site.before.kind not in _METHODS or site.symbol.rpartition(".")[2].startswith("__"):
        return
    owner, _, name = site.symbol.rpartition(".")
    there = move.destination(owner)
    if there is None or there.outside or not move.on_target(there.path):
        return
    if move.on_target(f"{there.path}.{name}") and site.edits in ((), None):
        return
    message = f"{owner} has no method {name} in {site.there}"
    if usage.likely:
        yield _likely(site, f"if this is a {owner}: {message}")
        return
    found = site.destination
    if found is not None and site.edits:
        fix = site.fix(f"Use {found.path.rpartition('.')[2]}")
        yield site.finding(
            ID, Kind.MOVED, Severity.ERROR,
            f"{message}; {found.path.rpartition('.')[2]} is the same", found.evidence, fix,
        )  # fmt: skip
        return
    fix = Fix(f"Replace {name} by hand", Applicability.MANUAL)
    yield site.finding(ID, Kind.REMOVED, Severity.ERROR, message, site.present(), fix)


def _likely(site: Site, message: str) -> Finding:
    """Compose the finding of a call on an object that is not known."""
    found = site.destination
    fix = Fix(f"Replace {site.symbol.rpartition('.')[2]} by hand", Applicability.MANUAL)
    evidence = f"no other class of TensorFlow has such a method; {site.present()}"
    if found is not None and site.edits:
        fix = replace(
            site.fix(f"Use {found.path.rpartition('.')[2]}"), applicability=Applicability.UNSAFE
        )
    return site.finding(ID, Kind.REMOVED, Severity.WARNING, message, evidence, fix)
