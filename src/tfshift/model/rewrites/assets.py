"""Assets are named in the meta graph; releases before 1.13 look for them in a collection."""

from __future__ import annotations

from tfshift.model import graphs
from tfshift.model.rewrites import Work

TITLE = "assets -> a collection of them"
ORDER = 60
EXAMPLES = ("asset_file_def -> collection_def['saved_model_assets']",)
_TYPE = "type.googleapis.com/tensorflow.AssetFileDef"


def rewrite(work: Work) -> int:
    """Write the collection where there are assets and none is there."""
    meta, registry = work.meta_graph, work.registry
    if meta is None or not any(graphs.unseen_assets(meta, registry.facts, registry.position)):
        return 0
    collection = meta.collection_def[graphs.ASSETS_COLLECTION].any_list
    for asset in meta.asset_file_def:
        collection.value.add(type_url=_TYPE, value=asset.SerializeToString(deterministic=True))
    return len(meta.asset_file_def)
