"""Choosing variables, making them, giving them values."""

import numpy as np
from shared import CHECKPOINT, case, layers, names, parted, simple, tf, variables, world


def after(assign, wanted):
    """Return what variables hold after an assignment: a function of the session, or op and feed."""
    with tf.Session() as session:
        if callable(assign):
            assign(session)
        else:
            session.run(*assign)
        return [value.tolist() for value in session.run(wanted)]


@case
def by_suffix():
    world()
    with tf.variable_scope("c") as scope:
        pass
    find = variables.get_variables_by_suffix
    return [names(find("w")), names(find("w:0")), names(find("w", "a")), names(find("w", scope))]


@case
def by_name():
    world()
    tf.get_variable("w", [1])
    find = variables.get_variables_by_name
    return [names(find("w")), names(find("w", "c")), names(find("nothing"))]


@case
def the_only_one():
    world()
    return variables.get_unique_variable("a/w").name


@case
def the_only_one_of_none():
    world()
    return variables.get_unique_variable("nothing").name


@case
def the_only_one_of_a_scope():
    world()
    return variables.get_unique_variable("a").name


@case
def to_restore():
    world()
    tf.train.get_or_create_global_step()
    choose = variables.get_variables_to_restore
    return [
        names(choose()),
        names(choose(include=["a"])),
        names(choose(exclude=["a/b", "global_step"])),
        names(choose(["a", "c"], ["c"])),
    ]


simple("to_restore_a_string", lambda: variables.get_variables_to_restore(include="a"))
simple("to_restore_without_a_string", lambda: variables.get_variables_to_restore(exclude="a"))


@case
def full_names():
    return [variables.get_variable_full_name(one) for one in [*world(), *parted()]]


@case
def filtered():
    there, choose = list(world()), variables.filter_variables
    return [
        names(choose(there, ["w"])),
        names(choose(there, None, ["c"])),
        names(choose(there, ["a"], ["b"], reg_search=False)),
        names(choose(there)),
    ]


@case
def made():
    local = variables.local_variable(3.0, name="l")
    plain = variables.global_variable([1, 2])
    variables.add_model_variable(plain)
    variables.add_model_variable(plain)
    collections = [tf.local_variables(), tf.global_variables(), tf.model_variables()]
    return [local.name, str(plain.dtype), [names(one) for one in collections]]


@case
def named_scope():
    with tf.name_scope("a"), tf.name_scope("b"):
        inner = variables.get_name_scope()
    return [inner, variables.get_name_scope()]


@case
def from_values():
    wanted = world()
    given = {"a/w": np.arange(4.0).reshape(2, 2), "c/a/w": np.array([[7.0], [8.0]])}
    op, feed = variables.assign_from_values(given)
    assert sorted(one.name for one in feed) == ["placeholder/a/w:0", "placeholder/c/a/w:0"]
    with tf.Session() as session:
        session.run(op, feed)
        variables.assign_from_values_fn({"a/b": np.ones(2)})(session)
        return [value.tolist() for value in session.run(wanted)]


@case
def from_values_of_none():
    world()
    return variables.assign_from_values({"nothing": np.ones(2)})


@case
def from_values_of_a_scope():
    world()
    return variables.assign_from_values({"a": np.ones(2)})


@case
def from_values_of_a_prefix():
    wanted = [tf.get_variable("w", [2])]
    tf.get_variable("w2", [2])
    return after(variables.assign_from_values({"w": np.ones(2)}), wanted)


@case
def from_checkpoint():
    weights, _, other = world()
    wanted = [weights, other, *parted()]
    return after(variables.assign_from_checkpoint(CHECKPOINT, wanted), wanted)


@case
def from_checkpoint_by_name():
    wanted = [tf.get_variable(name, [2]) for name in "xyz"]
    given = {"c/a/w": wanted[0], "a/b": wanted[1:]}
    return after(variables.assign_from_checkpoint(CHECKPOINT, given), wanted)


simple(
    "from_checkpoint_without_it",
    lambda: variables.assign_from_checkpoint(CHECKPOINT, [tf.get_variable("x", [2])]),
)


@case
def from_checkpoint_if_there():
    wanted = [tf.get_variable("x", [2])]
    op, feed = variables.assign_from_checkpoint(CHECKPOINT, wanted, ignore_missing_vars=True)
    return [op.type, len(feed)]


simple(
    "from_checkpoint_of_another_shape",
    lambda: variables.assign_from_checkpoint(CHECKPOINT, {"a/b": tf.get_variable("x", [3])}),
)


@case
def restored():
    weights, _, other = world()
    wanted = [weights, other]
    return after(variables.assign_from_checkpoint_fn(CHECKPOINT, wanted), wanted)


@case
def restored_if_there():
    other = world()[2]
    asked = [other, tf.get_variable("x", [2])]
    restore = variables.assign_from_checkpoint_fn(CHECKPOINT, asked, ignore_missing_vars=True)
    return after(restore, [other])


@case
def restored_in_another_shape():
    wanted = tf.get_variable("x", [2, 1])
    given = {"a/b": wanted}
    restore = variables.assign_from_checkpoint_fn(CHECKPOINT, given, reshape_variables=True)
    return after(restore, [wanted])


simple(
    "restored_of_none",
    lambda: variables.assign_from_checkpoint_fn(
        CHECKPOINT, [tf.get_variable("x", [2])], ignore_missing_vars=True
    ),
)
simple("restored_nothing", lambda: variables.assign_from_checkpoint_fn(CHECKPOINT, []))


@case
def scoped():
    both = [layers.model_variable, layers.variable]
    with layers.arg_scope(both, device="/cpu:0", collections=["mine"]):
        one = layers.model_variable("x", [2], regularizer=tf.reduce_sum)
        layers.variable("y", [3], dtype=tf.float64, trainable=False)
    plain = layers.variable("z", initializer=tf.constant([1, 2]))
    collections = [tf.global_variables(), tf.model_variables(), tf.trainable_variables()]
    collections += [tf.get_collection("mine"), tf.losses.get_regularization_losses()[1:]]
    return [one.device, str(one.dtype), str(plain.dtype), [names(found) for found in collections]]


@case
def own_getter():
    def getter(*arguments, **named):
        assert named.pop("reuse") is False
        return tf.get_variable(*arguments, **named)

    return layers.variable("x", [2], custom_getter=getter).name
