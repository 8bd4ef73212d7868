"""Write the descriptors of the messages that models are made of: python -m protos OUT.

OUT is JSON with the serialized FileDescriptorSet in base64. Standard library, protobuf and
TensorFlow only.
"""

import base64
import json
import os
import sys

WANTED = (
    "tensorflow.core.protobuf.saved_model_pb2",
    "tensorflow.core.protobuf.saved_object_graph_pb2",
    "tensorflow.core.protobuf.trackable_object_graph_pb2",
    "tensorflow.core.protobuf.meta_graph_pb2",
    "tensorflow.core.protobuf.tensor_bundle_pb2",
    "tensorflow.core.protobuf.config_pb2",
    "tensorflow.core.protobuf.fingerprint_pb2",
    "tensorflow.core.framework.graph_pb2",
    "tensorflow.core.util.saved_tensor_slice_pb2",
)


def main(out):
    import importlib

    from google.protobuf import descriptor_pb2

    found = descriptor_pb2.FileDescriptorSet()
    seen = set()

    def add(file):
        if file.name in seen:
            return
        seen.add(file.name)
        for other in file.dependencies:
            add(other)
        file.CopyToProto(found.file.add())

    for name in WANTED:
        try:
            add(importlib.import_module(name).DESCRIPTOR)
        except ImportError:  # later releases have further ones
            continue
    text = base64.b64encode(found.SerializeToString(deterministic=True)).decode()
    with open(out, "w") as stream:
        json.dump({"descriptors": text}, stream)


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)
