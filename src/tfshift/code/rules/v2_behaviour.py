"""The 1.x API under a 2.x release, or the reverse: what ``import tensorflow`` means."""

from __future__ import annotations

from collections.abc import Iterator

from tfshift.code.destinations import is_tensorflow
from tfshift.code.site import Site
from tfshift.code.switch import switch_edits
from tfshift.domain.findings import Applicability, Finding, Fix, Kind, Severity

ID = "v2-behaviour"
TITLE = "import tensorflow means another API on the other side of 2.0"
EXAMPLES = [
    ("1.15", "2.15", "import tensorflow as tf\nprint(tf.constant(1))\n", [(1, "tf")]),
    ("2.15", "1.15", "import tensorflow as tf\nprint(tf.constant(1))\n", [(1, "tf")]),
    ("1.15", "2.15", "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n", []),
    ("1.8", "1.15", "import tensorflow as tf\nprint(tf.constant(1))\n", []),
    ("2.8", "2.15", "import tensorflow as tf\nprint(tf.constant(1))\n", []),
    ("1.15", "2.15", "import numpy as np\nprint(np.ones(1))\n", []),
]  # fmt: skip


def findings(site: Site) -> Iterator[Finding]:
    """Yield one finding for each import of TensorFlow whose meaning changes on the target."""
    move, usage = site.move, site.usage
    if usage.statement is None or move.crossing is None or not is_tensorflow(usage.symbol):
        return
    if site.after is None and site.destination is None:
        return  # what is gone on both sides is another rule's
    switch = switch_edits(site.spelling) if _first(site) else ()
    edits = site.edits
    if edits and usage.symbol != "tf" and not _differs(site):
        edits = ()
    if (not edits and not switch) or (edits is None and site.after is None):
        return
    side = "2.x" if move.crossing == "up" else "1.x"
    message = (
        f"in TensorFlow {move.target_release.version} this import means the {side} API "
        f"and {'eager execution' if move.crossing == 'up' else 'graphs'} by default"
    )
    evidence = f"{move.root} holds the API of {move.origin_release.minor} there"
    title = f"Import {move.root.replace('tf', 'tensorflow', 1)}"
    if switch:
        title += f" and call {'disable' if move.crossing == 'up' else 'enable'}_v2_behavior()"
    found = site.destination
    provided = (found.provider,) if found is not None and found.provider is not None else ()
    if move.root == "tf" and edits and provided:
        fix = Fix(
            f"Import {provided[0]}, written beside the file", Applicability.SAFE, edits, provided
        )
    elif move.root == "tf":
        fix = Fix("Rewrite for the other API", Applicability.MANUAL)
    elif site.after is None or edits is None:
        fix = Fix(title, Applicability.SAFE, switch)
    else:
        fix = Fix(title, Applicability.SAFE, (*edits, *switch), provided)
    yield site.finding(ID, Kind.BEHAVIOUR, Severity.WARNING, message, evidence, fix)


def _differs(site: Site) -> bool:
    """A name that is one object in both APIs may stay where it is."""
    found = site.destination
    return found is None or not site.move.same_on_target(site.symbol, found.path)


def _first(site: Site) -> bool:
    """Only one import of a file carries the switch."""
    imports = [u for u in site.file.names.usages if u.statement is not None]
    return bool(imports) and imports[0] is site.usage
