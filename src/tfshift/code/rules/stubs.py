"""A symbol that the target still has, but only to say that it is gone."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.code.site import Site
from tfshift.domain.findings import Applicability, Finding, Fix, Kind, Severity

ID = "stub"
TITLE = "The target has this symbol only to raise"
EXAMPLES = [
    ("2.10", "2.21", "import tensorflow as tf\no = tf.keras.optimizers.legacy.Adagrad()\n",
     [(2, "tf.keras.optimizers.legacy.Adagrad")]),
    ("2.10", "2.21", "from tensorflow.keras.optimizers.legacy import Adagrad\n",
     [(1, "tf.keras.optimizers.legacy.Adagrad")]),
    ("2.10", "2.21", "from tensorflow.keras.optimizers import Adagrad\n", []),
    ("2.10", "2.15", "import tensorflow as tf\no = tf.keras.optimizers.legacy.Adagrad()\n", []),
    ("2.10", "2.21", "import tensorflow as tf\no = tf.keras.optimizers.Adagrad()\n", []),
    ("2.10", "2.21", "import tensorflow as tf\ntry:\n    o = tf.keras.optimizers.legacy.Adagrad()\n"
     "except Exception:\n    o = None\n", []),
]  # fmt: skip


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding where the name exists and raises, and did not in the origin."""
    usage, after = site.usage, site.after
    if after is None or after.raises is None or usage.guarded or usage.stored:
        return
    if site.before is not None and site.before.raises:
        return
    if usage.statement is not None and not site.edits:
        # Where the import has nowhere to go it fails where the name is called.
        return
    target = site.move.target_release.version
    found = site.destination
    message = f"{site.symbol} is there in {site.there}, but only raises {after.raises}"
    fix = Fix(f"Replace {site.symbol} by hand", Applicability.MANUAL)
    if found is not None and found.path != site.symbol and site.edits is not None:
        message += f"; {found.path} is the same"
        fix = site.fix(f"Use {found.path}")
    evidence = f"its code in {target} does nothing but raise {after.raises}"
    # A name that is only handed on fails where it is called.
    severity = Severity.ERROR if usage.call is not None else Severity.WARNING
    yield site.finding(ID, Kind.REMOVED, severity, message, evidence, fix)
