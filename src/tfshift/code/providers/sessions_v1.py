"""What a session of TensorFlow 1.x begins with: variables as they were made, optimizers that know nothing.

Written by tfshift into this project, because a method that makes a session of its own and initialises
the variables there begins anew each time that it is called. You own this file.
"""

import tensorflow as tf

_first = {}


def begin(variables, optimizers=()):
    """Give variables the values that they were made with, and let optimizers begin anew.

    Numbers that are drawn without a seed were other ones in each session; here they stay.

    Args:
        variables: all that a session initialises, in the same order each time.
        optimizers: those that train them.
    """
    key = id(variables[0])
    if key not in _first:
        # Nothing has changed them yet.
        _first[key] = (variables, [variable.numpy() for variable in variables])
        return
    for variable, value in zip(*_first[key]):
        variable.assign(value)
    for optimizer in optimizers:
        _restart(optimizer)


def _restart(optimizer):
    if hasattr(optimizer, "restart"):
        optimizer.restart()
        return
    start = optimizer.get_config().get("initial_accumulator_value", 0.0)
    held = optimizer.variables
    for variable in held() if callable(held) else held:
        path = getattr(variable, "path", variable.name)
        if "learning_rate" in path:
            continue
        value = 0 if "iter" in path else start
        variable.assign(tf.fill(tf.shape(variable), tf.cast(value, variable.dtype)))
