"""Sequential.predict_classes and predict_proba, which models have no more from TensorFlow 2.6 on.

Written by tfshift into this project; you own this file.
"""


def predict_proba(model, x, batch_size=None, verbose=0):
    """Compute what a model gives for some inputs.

    Args:
        model: a Keras model.
        x: its inputs.
        batch_size: how many are computed at once; 32 if None.
        verbose: whether the progress is shown.

    Returns:
        An array with one row for each input.
    """
    return model.predict(x, batch_size=batch_size, verbose=verbose)


def predict_classes(model, x, batch_size=None, verbose=0):
    """Compute the class of each input: the likeliest of several, or whether the one is likely.

    Args:
        model: a Keras model that ends in a softmax over classes, or in one sigmoid.
        x: its inputs.
        batch_size: how many are computed at once; 32 if None.
        verbose: whether the progress is shown.

    Returns:
        An array of int64, (inputs,), for several classes; of int32, (inputs, 1), for one.
    """
    found = model.predict(x, batch_size=batch_size, verbose=verbose)
    return found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")
