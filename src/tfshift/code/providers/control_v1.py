"""Loops of tensors as tf.while_loop of TensorFlow 1.x gives them.

Written by tfshift into this project, because the loop of TensorFlow 2.x gives a list where that of 1.x
gives its only tensor. You own this file.
"""

import tensorflow as tf


def while_loop(
    cond,
    body,
    loop_vars,
    shape_invariants=None,
    parallel_iterations=10,
    back_prop=True,
    swap_memory=False,
    name=None,
    maximum_iterations=None,
    return_same_structure=False,
):
    """Repeat ``body`` as long as ``cond`` is true.

    Args:
        cond: given the tensors, tells whether to go on.
        body: given the tensors, gives them anew.
        loop_vars: the tensors to begin with.
        shape_invariants: what of their shapes stays.
        parallel_iterations: how many rounds may be on their way at once.
        back_prop: whether gradients go through the loop.
        swap_memory: whether tensors may wait in the memory of the host.
        name: what the loop is called.
        maximum_iterations: how many rounds there are at most.
        return_same_structure: whether a single tensor is given in a list, too.
    """
    listed = isinstance(loop_vars, (list, tuple))
    single = listed and len(loop_vars) == 1 and not return_same_structure

    def packed(*given):
        found = body(*given)
        return found if isinstance(found, (list, tuple)) or not single else type(loop_vars)([found])

    found = tf.while_loop(
        cond,
        packed,
        loop_vars,
        shape_invariants=shape_invariants,
        parallel_iterations=parallel_iterations,
        swap_memory=swap_memory,
        maximum_iterations=maximum_iterations,
        name=name,
    )
    if not back_prop:
        found = tf.nest.map_structure(tf.stop_gradient, found)
    return found[0] if single else found
