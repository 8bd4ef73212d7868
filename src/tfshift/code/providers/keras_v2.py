"""What Keras 2 has and Keras 3 has no more: functions between tensors of a model, steps of optimizers.

Written by tfshift into this project; you own this file.
"""

import numpy as np
import tensorflow as tf


def _numbers(value):
    """Give arrays for tensors, numbers for those of no axis."""
    if isinstance(value, dict):
        return {name: _numbers(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_numbers(one) for one in value]
    array = np.asarray(value)
    return array if array.ndim else array[()]


def function(inputs, outputs, updates=None, name=None, **kwargs):
    """tf.keras.backend.function: what a model computes between some of its tensors, as a function.

    Args:
        inputs: symbolic tensors.
        outputs: symbolic tensors that are computed from them; one alone, or several.
        updates: must be empty; models update what they have to themselves.
        name: of the model.
        **kwargs: must be empty; they were for sessions.

    Returns:
        A function of a list of arrays that gives arrays.
    """
    if updates or kwargs:
        raise ValueError("updates and arguments of sessions have no meaning any more")
    model = tf.keras.Model(inputs=inputs, outputs=outputs, name=name)

    def run(values):
        given = values
        if isinstance(values, (list, tuple)):
            given = [tf.convert_to_tensor(one) for one in values]
            given = given[0] if len(given) == 1 else given
        found = model(given)
        if isinstance(outputs, (list, tuple)) and not isinstance(found, (list, tuple)):
            found = [found]
        return _numbers(found)

    return run


def minimize(optimizer, loss, var_list):
    """``optimizer.minimize``: one step along the gradients of what a function computes.

    Args:
        optimizer: one of Keras 3.
        loss: a function of nothing.
        var_list: the variables, or a function of nothing that gives them.

    Returns:
        How many steps the optimizer has made.
    """
    with tf.GradientTape() as tape:
        value = loss()
    variables = list(var_list() if callable(var_list) else var_list)
    optimizer.apply_gradients(zip(tape.gradient(value, variables), variables))
    return optimizer.iterations
