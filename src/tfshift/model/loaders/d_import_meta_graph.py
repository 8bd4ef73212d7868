"""``import_meta_graph``: strips attributes at the default that the meta graph's own op list tells."""

from __future__ import annotations

from tfshift.domain.models import Model, Outlook
from tfshift.facts import Facts
from tfshift.model import graphs

TITLE = "tf.compat.v1.train.import_meta_graph"
FORMATS = ("meta_graph",)


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Hold the whole graph, the parts that train among it, against the release."""
    found = graphs.of_meta_graph(model.content.meta_graph, facts, position)
    return Outlook(f"{TITLE}(path)", graphs.merged(found))
