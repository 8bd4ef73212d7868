"""Feature columns as model functions of TensorFlow 1.x apply them: a layer of inputs, a linear model.

Written by tfshift into this project, because Keras 3 has no layer for them. You own this file.
"""

import tensorflow as tf
import tfshift_models_v1 as models


class _Features(object):
    """What columns make of features, each once.

    Args:
        features: name -> a tensor of a batch; one of rank 1 counts as one of one column.
    """

    def __init__(self, features):
        self._features, self._made = features, {}

    def get(self, key, state_manager, *unused):
        """Return the feature of a name, or what a column makes of it."""
        if key not in self._made:
            if isinstance(key, str):
                self._made[key] = _with_columns(self._features[key])
            else:
                self._made[key] = key.transform_feature(self, state_manager)
        return self._made[key]


def _with_columns(value):
    if isinstance(value, (tf.SparseTensor, tf.RaggedTensor)):
        return value
    value = tf.convert_to_tensor(value)
    return tf.expand_dims(value, -1) if len(value.shape) == 1 else value


class _State(object):
    """Where columns keep their variables and tables, under the names of TensorFlow 1.x."""

    def __init__(self, scope):
        self._scope, self._store = scope, models.current()

    def create_variable(
        self, column, name, shape, dtype=None, trainable=True, use_resource=True, initializer=None
    ):
        with self._store.scope(self._scope), self._store.scope(column.name):
            return models.get_variable(
                name, shape, dtype or tf.float32, initializer, trainable=trainable
            )

    def get_variable(self, column, name):
        with self._store.scope(self._scope), self._store.scope(column.name):
            return self._store.variables[self._store.prefix() + name]

    def add_resource(self, column, name, resource):
        self._store.tables[column.name, name] = resource

    def has_resource(self, column, name):
        return (column.name, name) in self._store.tables

    def get_resource(self, column, name):
        return self._store.tables[column.name, name]


def _listed(feature_columns):
    if not isinstance(feature_columns, (list, tuple, set)):
        feature_columns = [feature_columns]
    return sorted(feature_columns, key=lambda column: column.name)


def input_layer(
    features, feature_columns, weight_collections=None, trainable=True, cols_to_vars=None
):
    """Return what columns make of features, one beside the other in the order of their names."""
    cache, state = _Features(features), _State("input_layer")
    parts = []
    for column in _listed(feature_columns):
        if hasattr(column, "create_state"):
            column.create_state(state)
        value = column.get_dense_tensor(cache, state)
        width = value.shape[1:].num_elements()
        parts.append(tf.reshape(value, [-1, width]))
    return tf.concat(parts, 1)


def linear_model(
    features,
    feature_columns,
    units=1,
    sparse_combiner="sum",
    weight_collections=None,
    trainable=True,
    cols_to_vars=None,
):
    """Return the sum of what columns make of features times weights, and a bias."""
    cache, state = _Features(features), _State("linear_model")
    store = models.current()
    zeros = tf.zeros_initializer()
    sums = []
    with store.scope("linear_model"):
        for column in _listed(feature_columns):
            with store.scope(column.name):
                if hasattr(column, "num_buckets"):
                    shape = [column.num_buckets, units]
                    weights = models.get_variable("weights", shape, initializer=zeros)
                    sums.append(_sparse(column, cache, state, weights, sparse_combiner))
                    continue
                value = column.get_dense_tensor(cache, state)
                width = value.shape[1:].num_elements()
                weights = models.get_variable("weights", [width, units], initializer=zeros)
                sums.append(tf.matmul(tf.reshape(value, [-1, width]), weights))
        bias = models.get_variable("bias_weights", [units], initializer=zeros)
    return tf.nn.bias_add(tf.add_n(sums), bias)


def _sparse(column, cache, state, weights, combiner):
    pair = column.get_sparse_tensors(cache, state)
    ids = pair.id_tensor
    first = tf.shape(ids, tf.int64)[:1]
    rest = tf.math.reduce_prod(tf.shape(ids, tf.int64)[1:], keepdims=True)
    shape = tf.concat([first, rest], 0)
    ids = tf.sparse.reshape(ids, shape)
    own = pair.weight_tensor
    if own is not None:
        own = tf.sparse.reshape(own, shape)
    return tf.nn.safe_embedding_lookup_sparse(weights, ids, own, combiner=combiner)
