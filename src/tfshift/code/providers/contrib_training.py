"""How tf.contrib.layers and tf.contrib.training made training ops, for every TensorFlow since 1.13.

Written by tfshift into this project because TensorFlow 2 has none of it. Order of ops, names of
variables and summaries, and what is clipped are those of TensorFlow 1.15; tfshift runs both side by
side in its tests. You own this file.
"""

import tensorflow.compat.v1 as tf

OPTIMIZER_CLS_NAMES = {
    "Adagrad": tf.train.AdagradOptimizer,
    "Adam": tf.train.AdamOptimizer,
    "Ftrl": tf.train.FtrlOptimizer,
    "Momentum": lambda learning_rate: tf.train.MomentumOptimizer(learning_rate, momentum=0.9),
    "RMSProp": tf.train.RMSPropOptimizer,
    "SGD": tf.train.GradientDescentOptimizer,
}
OPTIMIZER_SUMMARIES = [
    "learning_rate",
    "loss",
    "gradients",
    "gradient_norm",
    "global_gradient_norm",
]
_GLOBAL_STEP = 0


def _with_values(gradient, change):
    """Change a gradient's values, those of its rows where it is sparse."""
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(change(gradient.values), gradient.indices, gradient.dense_shape)
    return change(gradient)


def _values(gradient):
    return gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient


def _multiplier(multipliers, variable, name):
    """Find what a variable's gradient is multiplied by: variables or names are keys."""
    for key, value in multipliers.items():
        if key is variable or (isinstance(key, str) and key == name):
            return value
    return None


def _after(ops, value):
    with tf.control_dependencies(ops):
        return tf.identity(value)


def _rate(learning_rate):
    if learning_rate is None:
        return None
    if tf.is_tensor(learning_rate) and learning_rate.shape.ndims == 0:
        return learning_rate
    if not isinstance(learning_rate, float):
        raise ValueError(
            "Learning rate should be 0d Tensor or float. Got %s of type %s"
            % (learning_rate, type(learning_rate))
        )
    if learning_rate < 0.0:
        raise ValueError("Invalid learning_rate %s." % learning_rate)
    return tf.get_variable(
        "learning_rate", [], trainable=False, initializer=tf.constant_initializer(learning_rate)
    )


def _optimizer(optimizer, rate):
    if isinstance(optimizer, tf.train.Optimizer):
        return optimizer
    named = isinstance(optimizer, str)
    if named and rate is not None and optimizer not in OPTIMIZER_CLS_NAMES:
        raise ValueError(
            "Optimizer name should be one of [%s], you provided %s."
            % (", ".join(OPTIMIZER_CLS_NAMES), optimizer)
        )
    if named or (isinstance(optimizer, type) and issubclass(optimizer, tf.train.Optimizer)):
        if rate is None:
            raise ValueError(
                "Learning rate is None, but should be specified if optimizer is a name or a class "
                "(%s)." % (optimizer,)
            )
        make = OPTIMIZER_CLS_NAMES[optimizer] if named else optimizer
        return make(learning_rate=rate)
    made = None
    if callable(optimizer):
        made = optimizer() if rate is None else optimizer(rate)
    if not isinstance(made, tf.train.Optimizer):
        raise ValueError(
            "Unrecognized optimizer: should be string, subclass of Optimizer, instance of subclass "
            "of Optimizer or function with one argument. Got %s." % (optimizer,)
        )
    return made


def _noisy(gradient, scale):
    if gradient is None:
        return None
    shape = gradient.dense_shape if isinstance(gradient, tf.IndexedSlices) else gradient.shape
    return gradient + tf.truncated_normal(shape) * scale


def _multiplied(grads_and_vars, multipliers):
    result = []
    for gradient, variable in grads_and_vars:
        factor = _multiplier(multipliers, variable, variable.name)
        if gradient is not None and factor is not None:
            gradient = _with_values(gradient, lambda g, f=factor: g * tf.cast(f, g.dtype))
        result.append((gradient, variable))
    return result


def _clipped(grads_and_vars, clip_gradients):
    if clip_gradients is None:
        return grads_and_vars
    if isinstance(clip_gradients, float):
        gradients, variables = zip(*grads_and_vars)
        return list(zip(tf.clip_by_global_norm(gradients, clip_gradients)[0], variables))
    if callable(clip_gradients):
        return clip_gradients(grads_and_vars)
    raise ValueError("Unknown type %s for clip_gradients" % type(clip_gradients))


def _summarize(grads_and_vars, summaries):
    for gradient, variable in grads_and_vars:
        if gradient is None:
            continue
        name = variable.name.replace(":", "_")
        if "gradients" in summaries:
            tf.summary.histogram("gradients/%s" % name, _values(gradient))
        if "gradient_norm" in summaries:
            tf.summary.scalar("gradient_norm/%s" % name, tf.global_norm([_values(gradient)]))


def optimize_loss(
    loss,
    global_step,
    learning_rate,
    optimizer,
    gradient_noise_scale=None,
    gradient_multipliers=None,
    clip_gradients=None,
    learning_rate_decay_fn=None,
    update_ops=None,
    variables=None,
    name=None,
    summaries=None,
    colocate_gradients_with_ops=False,
    increment_global_step=True,
):
    """Return the loss, as a tensor that updates the variables when it is run."""
    loss = tf.convert_to_tensor(loss)
    if loss.shape.ndims not in (0, None):
        raise ValueError("Expected scalar shape for %s, saw shape: %s." % (loss.name, loss.shape))
    if global_step is None:
        global_step = tf.train.get_global_step()
    else:
        tf.train.assert_global_step(global_step)
    with tf.variable_scope(name, "OptimizeLoss", [loss, global_step]):
        if update_ops is None:
            update_ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        if update_ops:
            loss = _after(list(update_ops), loss)
        rate = _rate(learning_rate)
        if summaries is None:
            summaries = ["loss", "learning_rate", "global_gradient_norm"]
        for one in summaries:
            if one not in OPTIMIZER_SUMMARIES:
                raise ValueError(
                    "Summaries should be one of [%s], you provided %s."
                    % (", ".join(OPTIMIZER_SUMMARIES), one)
                )
        if learning_rate is not None and learning_rate_decay_fn is not None:
            if global_step is None:
                raise ValueError("global_step is required for learning_rate_decay_fn.")
            rate = learning_rate_decay_fn(rate, global_step)
            if "learning_rate" in summaries:
                tf.summary.scalar("learning_rate", rate)
        steps = _optimizer(optimizer, rate)
        pairs = steps.compute_gradients(
            loss,
            tf.trainable_variables() if variables is None else variables,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gradient_noise_scale is not None:
            pairs = [(_noisy(g, gradient_noise_scale), v) for g, v in pairs]
        if gradient_multipliers is not None:
            pairs = _multiplied(pairs, gradient_multipliers)
            if not pairs:
                raise ValueError("Empty list of (gradient, var) pairs encountered.")
        norm = "global_gradient_norm" in summaries or "gradient_norm" in summaries
        if norm:
            tf.summary.scalar("global_norm/gradient_norm", tf.global_norm([g for g, _ in pairs]))
        pairs = _clipped(pairs, clip_gradients)
        if "loss" in summaries:
            tf.summary.scalar("loss", loss)
        _summarize(pairs, summaries)
        if clip_gradients is not None and norm:
            tf.summary.scalar(
                "global_norm/clipped_gradient_norm", tf.global_norm([g for g, _ in pairs])
            )
        updates = steps.apply_gradients(
            pairs, global_step=global_step if increment_global_step else None, name="train"
        )
        return _after([updates], loss)


def add_gradients_summaries(grads_and_vars):
    """Add a histogram and the norm of each gradient to the summaries."""
    summaries = []
    for gradient, variable in grads_and_vars:
        if gradient is None:
            tf.logging.info("Var %s has no gradient", variable.op.name)
            continue
        values = _values(gradient)
        summaries.append(tf.summary.histogram(variable.op.name + "_gradient", values))
        summaries.append(
            tf.summary.scalar(variable.op.name + "_gradient_norm", tf.global_norm([values]))
        )
    return summaries


def clip_gradient_norms(gradients_to_variables, max_norm):
    """Clip each gradient by its own norm."""
    return [
        (None if g is None else _with_values(g, lambda x: tf.clip_by_norm(x, max_norm)), v)
        for g, v in gradients_to_variables
    ]


def clip_gradient_norms_fn(max_norm):
    """Return a function that clips each gradient by its own norm."""
    return lambda gradients_to_variables: clip_gradient_norms(gradients_to_variables, max_norm)


def multiply_gradients(grads_and_vars, gradient_multipliers):
    """Multiply the gradients of some variables, which are keys or are named by keys."""
    if not isinstance(grads_and_vars, list):
        raise ValueError("`grads_and_vars` must be a list.")
    if not gradient_multipliers:
        raise ValueError("`gradient_multipliers` is empty.")
    if not isinstance(gradient_multipliers, dict):
        raise ValueError("`gradient_multipliers` must be a dict.")
    result = []
    for gradient, variable in grads_and_vars:
        factor = _multiplier(gradient_multipliers, variable, variable.op.name)
        if factor is not None:
            if gradient is None:
                raise ValueError("Requested multiple of `None` gradient.")
            gradient = _with_values(
                gradient, lambda g, f=factor: g * tf.convert_to_tensor(f, dtype=g.dtype)
            )
        result.append((gradient, variable))
    return result


def create_train_op(
    total_loss,
    optimizer,
    global_step=_GLOBAL_STEP,
    update_ops=None,
    variables_to_train=None,
    transform_grads_fn=None,
    summarize_gradients=False,
    gate_gradients=tf.train.Optimizer.GATE_OP,
    aggregation_method=None,
    colocate_gradients_with_ops=False,
    check_numerics=True,
):
    """Return the loss, as a tensor that updates the variables when it is run."""
    # Zero itself stands for the graph's own step: None is for none.
    if isinstance(global_step, int) and global_step == _GLOBAL_STEP:
        global_step = tf.train.get_or_create_global_step()
    known = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    update_ops = list(known if update_ops is None else update_ops)
    if any(all(one is not other for other in update_ops) for one in known):
        tf.logging.warning(
            "update_ops in create_train_op does not contain all the update_ops in "
            "GraphKeys.UPDATE_OPS"
        )
    if update_ops:
        with tf.control_dependencies(update_ops):
            barrier = tf.no_op(name="update_barrier")
        total_loss = _after([barrier], total_loss)
    if variables_to_train is None:
        variables_to_train = tf.trainable_variables()
    assert variables_to_train
    pairs = optimizer.compute_gradients(
        total_loss,
        variables_to_train,
        gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
        colocate_gradients_with_ops=colocate_gradients_with_ops,
    )
    if transform_grads_fn:
        pairs = transform_grads_fn(pairs)
    if summarize_gradients:
        with tf.name_scope("summarize_grads"):
            add_gradients_summaries(pairs)
    updates = optimizer.apply_gradients(pairs, global_step=global_step)
    with tf.name_scope("train_op"):
        if check_numerics:
            total_loss = tf.check_numerics(total_loss, "LossTensor is inf or nan")
        train_op = _after([updates], total_loss)
    tf.add_to_collection(tf.GraphKeys.TRAIN_OP, train_op)
    return train_op


def train(
    train_op,
    logdir,
    master="",
    is_chief=True,
    scaffold=None,
    hooks=None,
    chief_only_hooks=None,
    save_checkpoint_secs=600,
    save_summaries_steps=100,
    config=None,
    max_wait_secs=7200,
    run_metadata=None,
):
    """Run a training op in a monitored session until a hook stops it; return its last value."""
    if logdir is None and is_chief and (save_summaries_steps or save_checkpoint_secs):
        raise ValueError(
            "logdir cannot be None when save_summaries_steps or save_checkpoint_secs is not None"
        )
    loss = None
    with tf.train.MonitoredTrainingSession(
        master=master,
        is_chief=is_chief,
        checkpoint_dir=logdir,
        scaffold=scaffold,
        hooks=hooks,
        chief_only_hooks=chief_only_hooks,
        save_checkpoint_secs=save_checkpoint_secs,
        save_summaries_steps=save_summaries_steps,
        config=config,
        max_wait_secs=max_wait_secs,
    ) as session:
        while not session.should_stop():
            loss = session.run(train_op, run_metadata=run_metadata)
    return loss
