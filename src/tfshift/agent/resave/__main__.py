"""Load a Keras model and save it again: python -m resave MODEL OUT TOLD.

OUT decides the form: ``.h5``, ``.keras``, ``.tflite`` (MODEL may be a SavedModel then), or a folder
for a SavedModel. TOLD is a JSON file with
``error``, null where it went well. Standard library and TensorFlow only; Python 3.5 and newer.
"""

import json
import os
import sys
import warnings


def saved_model(tf, model, out):
    """Write a SavedModel in the way of the release's own Keras."""
    if (
        not hasattr(tf.keras, "__version__")
        and hasattr(tf, "saved_model")
        and hasattr(model, "save")
    ):
        try:
            # Keras 2 keeps what it knows of the model beside the functions.
            model.save(out, save_format="tf")
            return
        except (TypeError, ValueError, NotImplementedError):
            pass
    if hasattr(model, "export"):
        model.export(out)
    elif hasattr(tf, "contrib") and hasattr(tf.contrib, "saved_model"):
        tf.contrib.saved_model.save_keras_model(model, out)
    else:
        inputs = dict((t.op.name, t) for t in model.inputs)
        outputs = dict((t.op.name, t) for t in model.outputs)
        tf.saved_model.simple_save(tf.keras.backend.get_session(), out, inputs, outputs)


def archive(model, out):
    """Write a .keras archive; 2.12 has to be told, later ones take the name for it."""
    try:
        model.save(out, save_format="keras")
    except (TypeError, ValueError):
        model.save(out)


def converter(tf):
    """Return the class that converts to TFLite, wherever the release has it."""
    lite = getattr(tf, "lite", None)
    if lite is None or not hasattr(lite, "TFLiteConverter"):
        lite = tf.contrib.lite
    return getattr(lite, "TFLiteConverter", None) or lite.TocoConverter


def tflite(tf, path, out):
    """Write TFLite by the release's own converter."""
    kind = converter(tf)
    if os.path.isdir(path):
        made = kind.from_saved_model(path)
    elif hasattr(kind, "from_keras_model"):
        made = kind.from_keras_model(tf.keras.models.load_model(path, compile=False))
    else:
        made = kind.from_keras_model_file(path)
    data = made.convert()
    with open(out, "wb") as stream:
        stream.write(data)


def save(tf, model, out):
    """Write a Keras model in the form that the name asks for."""
    if out.endswith(".h5"):
        model.save(out)
    elif out.endswith(".keras"):
        archive(model, out)
    else:
        saved_model(tf, model, out)


def main(path, out, told):
    warnings.simplefilter("ignore")
    import tensorflow as tf

    error = None
    try:
        if out.endswith(".tflite"):
            tflite(tf, path, out)
        else:
            save(tf, tf.keras.models.load_model(path, compile=False), out)
    except Exception as problem:
        # A converter's console is in its message, the reason at the end.
        text = " ".join(str(problem).split())
        error = "%s: %s" % (type(problem).__name__, text if len(text) <= 400 else text[-400:])
    with open(told, "w") as stream:
        json.dump({"error": error}, stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)
