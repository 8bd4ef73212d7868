"""SavedModels with the signatures that a graph of TensorFlow 1.x was exported with.

Written by tfshift into this project. You own this file.
"""

import tensorflow as tf


def save(export_dir, signatures):
    """Write a SavedModel.

    Args:
        export_dir: the folder that is made for it.
        signatures: key -> the function that computes it, its inputs in the function's order, each
            with its shape and type, and the names of its outputs in order.
    """
    module = tf.Module()
    made = {key: _signature(*signature) for key, signature in signatures.items()}
    # What the functions read is saved with them.
    module.held = [variable for function in made.values() for variable in function.graph.variables]
    tf.saved_model.save(module, export_dir, signatures=made)


def _signature(function, inputs, outputs):
    names = list(inputs)

    @tf.function
    def serve(**given):
        values = function(*(given[name] for name in names))
        values = values if isinstance(values, (list, tuple)) and len(outputs) > 1 else [values]
        return dict(zip(outputs, values))

    specs = {
        name: tf.TensorSpec(spec.shape, spec.dtype, name=name) for name, spec in inputs.items()
    }
    return serve.get_concrete_function(**specs)
