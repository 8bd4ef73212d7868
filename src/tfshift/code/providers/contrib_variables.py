"""What tf.contrib.framework did with variables, for every TensorFlow since 1.13.

Written by tfshift into this project because TensorFlow 2 has no such functions: choosing variables
by scope and name, and giving them values that are given or stand in a checkpoint. What they choose,
assign and raise is what TensorFlow 1.15's did; tfshift runs both side by side in its tests.
You own this file.
"""

import re

import tensorflow.compat.v1 as tf


def _matching(scope=None, suffix=None):
    if isinstance(scope, tf.VariableScope):
        scope = scope.name
    if suffix is not None:
        scope = (scope or "") + ".*" + suffix + ("" if ":" in suffix else ":")
    return tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope)


def add_model_variable(var):
    """Add a variable to those of the model, once."""
    if not any(one is var for one in tf.get_collection(tf.GraphKeys.MODEL_VARIABLES)):
        tf.add_to_collection(tf.GraphKeys.MODEL_VARIABLES, var)


def get_variables_by_suffix(suffix, scope=None):
    """Return the variables whose names end so."""
    return _matching(scope, suffix)


def get_variables_by_name(given_name, scope=None):
    """Return the variables of that name in whatever scope."""
    return _matching(scope, "/" + given_name + ":|^" + given_name + ":")


def get_unique_variable(var_op_name):
    """Return the one variable of that full name."""
    found = _matching(var_op_name)
    if not found:
        raise ValueError("Couldn't find variable %s" % var_op_name)
    for one in found:
        if one.op.name == var_op_name:
            return one
    raise ValueError("Variable %s does not uniquely identify a variable" % var_op_name)


def get_variables_to_restore(include=None, exclude=None):
    """Return the variables of the scopes in include without those of the scopes in exclude."""
    for given, name in ((include, "include"), (exclude, "exclude")):
        if given is not None and not isinstance(given, (list, tuple)):
            raise TypeError("%s is provided but is not a list or a tuple." % name)
    wanted = _matching() if include is None else [v for scope in include for v in _matching(scope)]
    left = {v.name for scope in exclude or () for v in _matching(scope)}
    return [v for v in wanted if v.name not in left]


def get_variable_full_name(var):
    """Return the name under which a checkpoint keeps a variable, or what it is a slice of."""
    part = getattr(var, "_save_slice_info", None)
    return part.full_name if part else var.op.name


def filter_variables(var_list, include_patterns=None, exclude_patterns=None, reg_search=True):
    """Choose variables by patterns of their names: first what to take, then what to leave."""
    found = re.search if reg_search else re.match
    taken = [
        v
        for v in var_list
        if include_patterns is None or any(found(pattern, v.name) for pattern in include_patterns)
    ]
    return [v for v in taken if not any(found(p, v.name) for p in exclude_patterns or ())]


def _untrained(collection, initial_value, validate_shape, name, use_resource):
    return tf.Variable(
        initial_value,
        trainable=False,
        collections=[collection],
        validate_shape=validate_shape,
        name=name,
        use_resource=use_resource,
    )


def local_variable(initial_value, validate_shape=True, name=None, use_resource=None):
    """Make a variable that no checkpoint keeps."""
    collection = tf.GraphKeys.LOCAL_VARIABLES
    return _untrained(collection, initial_value, validate_shape, name, use_resource)


def global_variable(initial_value, validate_shape=True, name=None, use_resource=None):
    """Make a variable that is not trained."""
    collection = tf.GraphKeys.GLOBAL_VARIABLES
    return _untrained(collection, initial_value, validate_shape, name, use_resource)


def assign_from_values(var_names_to_values):
    """Return an op that gives variables values, by name, and what to feed it."""
    assigned, feed = [], {}
    for name, value in var_names_to_values.items():
        found = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, name)
        if not found:
            raise ValueError("Variable %s wasn't found" % name)
        if len(found) > 1:
            # A collection is asked for names that begin so.
            exact = [one for one in found if one.op.name == name]
            if len(exact) != 1:
                raise ValueError("Variable %s doesn't uniquely identify a variable" % name)
            found = exact
        given = tf.placeholder(
            found[0].dtype.base_dtype, found[0].shape, name="placeholder/" + found[0].op.name
        )
        assigned.append(found[0].assign(given))
        feed[given] = value.reshape(found[0].shape.as_list())
    return tf.group(*assigned), feed


def assign_from_values_fn(var_names_to_values):
    """Return a function of a session that gives variables values."""
    assign, feed = assign_from_values(var_names_to_values)
    return lambda session: session.run(assign, feed)


def assign_from_checkpoint(model_path, var_list, ignore_missing_vars=False):
    """Return an op that gives variables a checkpoint's values, and what to feed it."""
    by_name = {}
    if isinstance(var_list, (tuple, list)):
        for one in var_list:
            by_name.setdefault(get_variable_full_name(one), []).append(one)
    else:
        for name, value in var_list.items():
            by_name[name] = value if isinstance(value, (tuple, list)) else [value]
    reader = tf.train.NewCheckpointReader(model_path)
    assigned, feed = [], {}
    for name, variables in by_name.items():
        if not reader.has_tensor(name):
            if not ignore_missing_vars:
                raise ValueError("Checkpoint is missing variable [%s]" % name)
            tf.logging.warning("Checkpoint is missing variable [%s]", name)
            continue
        value = reader.get_tensor(name)
        for one in variables:
            given = tf.placeholder(one.dtype.base_dtype, one.shape, "placeholder/" + one.op.name)
            assigned.append(one.assign(given))
            part = getattr(one, "_save_slice_info", None)
            if part:
                where = zip(part.var_offset, part.var_shape)
                feed[given] = value[tuple(slice(at, at + size) for at, size in where)]
            elif one.shape.as_list() == list(value.shape):
                feed[given] = value
            else:
                raise ValueError(
                    "Total size of new array must be unchanged for %s lh_shape: [%s], "
                    "rh_shape: [%s]" % (name, value.shape, one.shape)
                )
    return tf.group(*assigned), feed


def assign_from_checkpoint_fn(
    model_path, var_list, ignore_missing_vars=False, reshape_variables=False
):
    """Return a function of a session that restores variables; None where none can be."""
    if not var_list:
        raise ValueError("var_list cannot be empty")
    if ignore_missing_vars:
        reader = tf.train.NewCheckpointReader(model_path)
        if not isinstance(var_list, dict):
            var_list = {one.op.name: one for one in var_list}
        missing = [name for name in var_list if not reader.has_tensor(name)]
        for name in missing:
            tf.logging.warning("Variable %s missing in checkpoint %s", name, model_path)
        var_list = {n: one for n, one in var_list.items() if n not in missing}
    if not var_list:
        tf.logging.warning("No Variables to restore")
        return None
    saver = tf.train.Saver(var_list, reshape=reshape_variables, write_version=tf.train.SaverDef.V1)
    return lambda session: saver.restore(session, model_path)


def get_name_scope():
    """Return the name scope in which ops are made just now; empty outside of all."""
    return tf.get_default_graph().get_name_scope()
