"""The loader of TensorFlow 1, which 2.x has in ``compat.v1``: imports the graph, restores variables."""

from __future__ import annotations

from tfshift.domain.models import Model, Outlook
from tfshift.domain.versions import parse_minor
from tfshift.facts import Facts
from tfshift.model import graphs
from tfshift.model.loaders.e_checkpoint import compressed

TITLE = "tf.compat.v1.saved_model.loader.load"
FORMATS = ("saved_model",)


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Hold the whole graph, and the functions that it calls, against the release."""
    meta_graph = model.content.meta_graph
    found = graphs.of_meta_graph(meta_graph, facts, position)
    found += graphs.unseen_assets(meta_graph, facts, position)
    found += compressed(model.content.index, facts.minors[position])
    two = parse_minor(facts.minors[position])[0] > 1
    loader = TITLE if two else "tf.saved_model.loader.load"
    return Outlook(f'{loader}(session, ["serve"], path)', graphs.merged(found))
