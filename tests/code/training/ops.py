"""Training ops: optimizers, clipping, summaries, errors."""

import tempfile

from shared import INPUTS, WANTED, case, names, optimize_loss, optimizers, simple, tf, training


def trained(make, sparse):
    """Train a small model four steps; return losses, names, ends and summaries."""
    kernel = tf.get_variable("k", [3, 1], initializer=tf.constant_initializer(0.3))
    bias = tf.get_variable("bias", [1], initializer=tf.constant_initializer(0.1))
    said = tf.matmul(INPUTS, kernel) + bias
    if sparse:
        rows = tf.get_variable("rows", [5, 1], initializer=tf.constant_initializer(0.2))
        said += tf.nn.embedding_lookup(rows, [1, 2, 1, 4])
    loss = tf.reduce_mean((said - WANTED) ** 2)
    moved = tf.get_variable("moved", [], trainable=False, initializer=tf.zeros_initializer())
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, moved.assign_add(1.0))
    op = make(loss, [kernel, bias])
    summaries = names(tf.get_collection(tf.GraphKeys.SUMMARIES))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        losses = [float(session.run(op)) for _ in range(4)]
        ends = [value.tolist() for value in session.run(tf.global_variables())]
        told = []
        if summaries:
            merged = tf.Summary.FromString(session.run(tf.summary.merge_all()))
            told = sorted([one.tag, one.simple_value] for one in merged.value)
    kept = len(tf.get_collection(tf.GraphKeys.TRAIN_OP))
    return [losses, names(tf.global_variables()), ends, summaries, told, kept]


def both(name, make):
    """Add a case with dense gradients and one with sparse ones as well."""
    simple(name, lambda: trained(make, sparse=False))
    simple(name + "_sparse", lambda: trained(make, sparse=True))


def loss_cases(case_name, rate=0.1, optimizer="SGD", **more):
    def make(loss, variables):
        given = dict(more)
        if given.pop("first_alone", False):
            given["variables"] = variables[:1]
        step = tf.train.get_or_create_global_step()
        return optimize_loss(loss, step, rate, optimizer, **given)

    both("loss_" + case_name, make)


EVERYTHING = ["loss", "gradients", "gradient_norm", "global_gradient_norm", "learning_rate"]
for known in ("SGD", "Adam", "Momentum", "RMSProp", "Adagrad", "Ftrl"):
    loss_cases(known, optimizer=known)
loss_cases("clipped", optimizer="Adam", clip_gradients=0.5)
loss_cases("summaries", clip_gradients=0.5, summaries=EVERYTHING)
loss_cases(
    "decay",
    learning_rate_decay_fn=lambda rate, step: tf.train.exponential_decay(rate, step, 2, 0.5),
)
loss_cases("named", name="mine")
loss_cases("no_step", increment_global_step=False)
loss_cases("function", None, lambda: tf.train.GradientDescentOptimizer(0.2))
loss_cases("function_of_rate", 0.2, lambda rate: tf.train.MomentumOptimizer(rate, 0.5))
loss_cases("class", 0.2, tf.train.AdamOptimizer)
loss_cases(
    "multiplied", None, tf.train.GradientDescentOptimizer(0.2), gradient_multipliers={"k:0": 0.5}
)
loss_cases("own_clipping", clip_gradients=lambda pairs: [(g, v) for g, v in pairs if "k" in v.name])
loss_cases("no_updates", update_ops=[])
loss_cases("noise", gradient_noise_scale=0.1)
loss_cases("first_variable", first_alone=True)
loss_cases("whole_rate", 1)
loss_cases("negative_rate", -0.1)
loss_cases("unknown_name", optimizer="Nothing")
loss_cases("name_without_rate", None)
loss_cases("class_without_rate", None, tf.train.AdamOptimizer)
loss_cases("no_optimizer", optimizer=3)
loss_cases("wrong_function", optimizer=lambda rate: rate)
loss_cases("unknown_summary", summaries=["x"])
loss_cases("wrong_clipping", clip_gradients=1)
both(
    "loss_rate_as_tensor",
    lambda loss, _: optimize_loss(loss, tf.train.create_global_step(), tf.constant(0.1), "SGD"),
)
both("loss_without_step", lambda loss, _: optimize_loss(loss, None, 0.1, "SGD"))
simple("loss_of_a_vector", lambda: optimize_loss(tf.get_variable("k", [3]), None, 0.1, "SGD"))
simple("optimizer_names", lambda: sorted(optimizers))


def op_cases(name, **more):
    both(
        "op_" + name,
        lambda loss, _: training.create_train_op(
            loss, tf.train.GradientDescentOptimizer(0.1), **more
        ),
    )


op_cases("plain")
op_cases("no_step", global_step=None)
op_cases("clipped", transform_grads_fn=lambda pairs: training.clip_gradient_norms(pairs, 0.1))
op_cases(
    "summaries", transform_grads_fn=training.clip_gradient_norms_fn(0.2), summarize_gradients=True
)
op_cases(
    "multiplied", transform_grads_fn=lambda pairs: training.multiply_gradients(pairs, {"k": 0.5})
)
op_cases(
    "multiplied_by_variable",
    transform_grads_fn=lambda pairs: training.multiply_gradients(pairs, {pairs[0][1]: 0.25}),
)
op_cases("unchecked", check_numerics=False, update_ops=[])
op_cases("no_variables", variables_to_train=[])
simple("multiplied_no_list", lambda: training.multiply_gradients((), {"k": 1.0}))
simple("multiplied_nothing", lambda: training.multiply_gradients([], {}))
simple("multiplied_no_names", lambda: training.multiply_gradients([], [1.0]))
simple(
    "multiplied_none",
    lambda: training.multiply_gradients([(None, tf.get_variable("k", [1]))], {"k": 1.0}),
)
simple(
    "summaries_of_none",
    lambda: training.add_gradients_summaries([(None, tf.get_variable("k", [1]))]),
)


def monitored(logdir, steps):
    kernel = tf.get_variable("k", [3, 1], initializer=tf.constant_initializer(0.3))
    loss = tf.reduce_mean((tf.matmul(INPUTS, kernel) - WANTED) ** 2)
    op = training.create_train_op(loss, tf.train.GradientDescentOptimizer(0.1))
    hooks = [tf.train.StopAtStepHook(steps)]
    return float(training.train(op, logdir, hooks=hooks, save_summaries_steps=None))


@case
def monitored_training():
    return monitored(tempfile.mkdtemp(), 5)


@case
def monitored_training_without_folder():
    return monitored(None, 5)
