"""Estimators of tf.estimator that bring their model with them: linear ones and deep ones.

Written by tfshift into this project. Losses, metrics, predictions and names in checkpoints are those
of TensorFlow 1.15. You own this file.
"""

import math

import tensorflow as tf
import tfshift_columns_v1 as columns
import tfshift_estimators_v1 as estimators
import tfshift_losses_v1 as losses_v1
import tfshift_metrics_v1 as metrics
import tfshift_models_v1 as models
import tfshift_trainers_v1 as trainers

_BY_NAME = {
    "Adagrad": trainers.AdagradOptimizer,
    "Adam": trainers.AdamOptimizer,
    "Ftrl": trainers.FtrlOptimizer,
    "RMSProp": trainers.RMSPropOptimizer,
    "SGD": trainers.GradientDescentOptimizer,
}


class _Head(object):
    """What is made of logits: predictions, a loss, metrics."""

    def __init__(self, width, weight_column, loss_reduction):
        self.width, self._weights, self._reduction = width, weight_column, loss_reduction

    def weights(self, features):
        """Return what examples count, as a column; 1 where nothing says it."""
        if self._weights is None:
            return 1.0
        name = getattr(self._weights, "key", self._weights)
        value = tf.cast(features[name], tf.float32)
        normalizer = getattr(self._weights, "normalizer_fn", None)
        value = value if normalizer is None else normalizer(value)
        return tf.expand_dims(value, -1) if len(value.shape) == 1 else value

    def total(self, losses, weights):
        """Return the loss that is minimised, of the losses of examples."""
        return losses_v1.compute_weighted_loss(losses, weights, self._reduction)


def _as_column(labels):
    labels = tf.convert_to_tensor(labels)
    return tf.expand_dims(labels, -1) if len(labels.shape) == 1 else labels


class _Classes(_Head):
    """A head of classes, two or more of them."""

    def __init__(self, n_classes, weight_column, label_vocabulary, loss_reduction):
        super(_Classes, self).__init__(
            1 if n_classes == 2 else n_classes, weight_column, loss_reduction
        )
        self._count, self._names = n_classes, label_vocabulary

    def predictions(self, logits):
        """Return what is predicted, by its names."""
        found = {"logits": logits}
        both = logits
        if self._count == 2:
            found["logistic"] = tf.sigmoid(logits)
            both = tf.concat([tf.zeros_like(logits), logits], -1)
        found["probabilities"] = tf.nn.softmax(both)
        ids = tf.expand_dims(tf.argmax(both, -1), -1)
        rows = tf.shape(logits)[0]
        numbers = tf.range(self._count)
        names = tf.strings.as_string(numbers)
        if self._names:
            names = tf.constant(list(self._names))
        found["class_ids"], found["classes"] = ids, tf.gather(names, ids)
        found["all_class_ids"] = tf.tile(numbers[None], [rows, 1])
        found["all_classes"] = tf.tile(names[None], [rows, 1])
        return found

    def _ids(self, labels):
        labels = _as_column(labels)
        if self._names:
            same = tf.equal(labels[..., None], tf.constant(list(self._names)))
            return tf.argmax(tf.cast(same, tf.int32), -1)
        return tf.cast(labels, tf.int64)

    def losses(self, labels, logits):
        """Return the loss of each example, and its label as metrics take it."""
        ids = self._ids(labels)
        if self._count == 2:
            ids = tf.cast(ids, tf.float32)
            return tf.nn.sigmoid_cross_entropy_with_logits(labels=ids, logits=logits), ids
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.squeeze(ids, -1), logits=logits
        )
        return tf.expand_dims(losses, -1), ids

    def metrics(self, predictions, labels, losses, weights):
        """Return the metrics of an evaluation."""
        found = {
            "average_loss": metrics.mean(losses, weights, name="average_loss"),
            "accuracy": metrics.accuracy(labels, predictions["class_ids"], weights),
        }
        if self._count > 2:
            return found
        classes, logistic = predictions["class_ids"], predictions["logistic"]

        def baseline(total, count):
            share = tf.math.divide_no_nan(total, count)
            return tf.maximum(share, 1.0 - share)

        found.update({
            "precision": metrics.precision(labels, classes, weights),
            "recall": metrics.recall(labels, classes, weights),
            "prediction/mean": metrics.mean(logistic, weights, name="prediction_mean"),
            "label/mean": metrics.mean(labels, weights, name="label_mean"),
            "accuracy_baseline": metrics.mean_of("accuracy_baseline", labels, weights, baseline),
            "auc": metrics.auc(labels, logistic, weights),
            "auc_precision_recall": metrics.auc(labels, logistic, weights, curve="PR"),
        })  # fmt: skip
        return found


class _Numbers(_Head):
    """A head of numbers."""

    def predictions(self, logits):
        """Return what is predicted, by its names."""
        return {"predictions": logits}

    def losses(self, labels, logits):
        """Return the loss of each example, and its label as metrics take it."""
        labels = tf.cast(_as_column(labels), tf.float32)
        return tf.math.squared_difference(labels, logits), labels

    def metrics(self, predictions, labels, losses, weights):
        """Return the metrics of an evaluation."""
        values = predictions["predictions"]
        return {
            "average_loss": metrics.mean(losses, weights, name="average_loss"),
            "prediction/mean": metrics.mean(values, weights, name="prediction_mean"),
            "label/mean": metrics.mean(labels, weights, name="label_mean"),
        }


class _Linear(object):
    """A linear model of feature columns."""

    scope = "linear"

    def __init__(self, feature_columns, optimizer, rate, sparse_combiner):
        self._columns, self._combiner = list(feature_columns), sparse_combiner
        self.optimizer, self.rate = optimizer, min(rate, 1.0 / math.sqrt(len(self._columns)))

    def logits(self, features, width, mode):
        """Return the logits for features."""
        with models.variable_scope(self.scope):
            return columns.linear_model(features, self._columns, width, self._combiner)


class _Deep(object):
    """Layers of neurons over feature columns."""

    scope = "dnn"

    def __init__(
        self, hidden_units, feature_columns, optimizer, activation, dropout, batch_norm, rate=0.05
    ):
        self._units, self._columns = list(hidden_units), list(feature_columns)
        self._activation, self._dropout, self._norm = activation, dropout, batch_norm
        self.optimizer, self.rate = optimizer, rate

    def logits(self, features, width, mode):
        """Return the logits for features."""
        training = mode == estimators.ModeKeys.TRAIN
        with models.variable_scope(self.scope):
            with models.variable_scope("input_from_feature_columns"):
                net = columns.input_layer(features, self._columns)
            for number, units in enumerate(self._units):
                net = models.dense(net, units, self._activation, name="hiddenlayer_%d" % number)
                if self._dropout is not None and training:
                    net = models.dropout(net, rate=self._dropout, training=True)
                if self._norm:
                    name = "hiddenlayer_%d/batchnorm_%d" % (number, number)
                    net = models.batch_normalization(
                        net, momentum=0.999, training=training, name=name
                    )
            return models.dense(net, width, name="logits")


class _Canned(estimators.Estimator):
    """An estimator of a head and of the models whose logits are added."""

    combined = False

    def __init__(self, head, parts, model_dir, config):
        def model_fn(features, labels, mode):
            logits = [part.logits(features, head.width, mode) for part in parts]
            logits = logits[0] if len(logits) == 1 else tf.add_n(logits)
            predictions = head.predictions(logits)
            if mode == estimators.ModeKeys.PREDICT:
                return estimators.EstimatorSpec(mode, predictions)
            losses, labels = head.losses(labels, logits)
            weights = head.weights(features)
            loss = head.total(losses, weights)
            if mode == estimators.ModeKeys.EVAL:
                weights = None if isinstance(weights, float) else weights
                found = head.metrics(predictions, labels, losses, weights)
                return estimators.EstimatorSpec(mode, predictions, loss, eval_metric_ops=found)
            updates = models.get_collection(models.GraphKeys.UPDATE_OPS)
            with models.control_dependencies(updates):
                _train(loss, parts, self.combined)
            return estimators.EstimatorSpec(mode, predictions, loss)

        super(_Canned, self).__init__(model_fn, model_dir, config)
        # A partitioned variable's slots have a part of its name before theirs, what is left of one
        # where the scope's name is taken off.
        if not self.combined:
            self._slot_parts = {"linear/": "/part_0", "dnn/": "/t_0"}


class _Combined(_Canned):
    """An estimator whose models are not alone, even if it is given the columns of one only."""

    combined = True


def _train(loss, parts, combined):
    """Train each part with its optimizer, by gradients of the same values, and count the step."""
    variables = models.trainable_variables()
    found = []
    for part in parts:
        optimizer = part.optimizer
        if isinstance(optimizer, str):
            optimizer = _BY_NAME[optimizer](part.rate)
        elif callable(optimizer):
            optimizer = optimizer()
        store = models.current()
        own = [v for v in variables if store.key_of(v).startswith(part.scope + "/")]
        found.append((part, optimizer, optimizer.compute_gradients(loss, own)))
    for part, optimizer, gradients in found:
        # What is kept beside the variables is under the head, which is below a model that is alone.
        scope = "head" if combined else part.scope + "/head"
        with models.current().within(scope):
            optimizer.apply_gradients(gradients)
    models.get_global_step().assign_add(1)


class LinearClassifier(_Canned):
    """tf.estimator.LinearClassifier."""

    def __init__(
        self,
        feature_columns,
        model_dir=None,
        n_classes=2,
        weight_column=None,
        label_vocabulary=None,
        optimizer="Ftrl",
        config=None,
        loss_reduction="weighted_sum",
        sparse_combiner="sum",
    ):
        head = _Classes(n_classes, weight_column, label_vocabulary, loss_reduction)
        part = _Linear(feature_columns, optimizer, 0.2, sparse_combiner)
        super(LinearClassifier, self).__init__(head, [part], model_dir, config)


class LinearRegressor(_Canned):
    """tf.estimator.LinearRegressor."""

    def __init__(
        self,
        feature_columns,
        model_dir=None,
        label_dimension=1,
        weight_column=None,
        optimizer="Ftrl",
        config=None,
        loss_reduction="weighted_sum",
        sparse_combiner="sum",
    ):
        head = _Numbers(label_dimension, weight_column, loss_reduction)
        part = _Linear(feature_columns, optimizer, 0.2, sparse_combiner)
        super(LinearRegressor, self).__init__(head, [part], model_dir, config)


class DNNClassifier(_Canned):
    """tf.estimator.DNNClassifier."""

    def __init__(
        self,
        hidden_units,
        feature_columns,
        model_dir=None,
        n_classes=2,
        weight_column=None,
        label_vocabulary=None,
        optimizer="Adagrad",
        activation_fn=tf.nn.relu,
        dropout=None,
        config=None,
        loss_reduction="weighted_sum",
        batch_norm=False,
    ):
        head = _Classes(n_classes, weight_column, label_vocabulary, loss_reduction)
        part = _Deep(hidden_units, feature_columns, optimizer, activation_fn, dropout, batch_norm)
        super(DNNClassifier, self).__init__(head, [part], model_dir, config)


class DNNRegressor(_Canned):
    """tf.estimator.DNNRegressor."""

    def __init__(
        self,
        hidden_units,
        feature_columns,
        model_dir=None,
        label_dimension=1,
        weight_column=None,
        optimizer="Adagrad",
        activation_fn=tf.nn.relu,
        dropout=None,
        config=None,
        loss_reduction="weighted_sum",
        batch_norm=False,
    ):
        head = _Numbers(label_dimension, weight_column, loss_reduction)
        part = _Deep(hidden_units, feature_columns, optimizer, activation_fn, dropout, batch_norm)
        super(DNNRegressor, self).__init__(head, [part], model_dir, config)


def _both(
    linear, linear_optimizer, combiner, deep, deep_optimizer, units, activation, dropout, norm
):
    """Return the parts of a model that is linear and deep, those of which there are columns."""
    parts = []
    if deep:
        parts.append(_Deep(units, deep, deep_optimizer, activation, dropout, norm, 0.001))
    if linear:
        parts.append(_Linear(linear, linear_optimizer, 0.005, combiner))
    return parts


class DNNLinearCombinedClassifier(_Combined):
    """tf.estimator.DNNLinearCombinedClassifier."""

    def __init__(
        self,
        model_dir=None,
        linear_feature_columns=None,
        linear_optimizer="Ftrl",
        dnn_feature_columns=None,
        dnn_optimizer="Adagrad",
        dnn_hidden_units=None,
        dnn_activation_fn=tf.nn.relu,
        dnn_dropout=None,
        n_classes=2,
        weight_column=None,
        label_vocabulary=None,
        config=None,
        loss_reduction="weighted_sum",
        batch_norm=False,
        linear_sparse_combiner="sum",
    ):
        head = _Classes(n_classes, weight_column, label_vocabulary, loss_reduction)
        parts = _both(
            linear_feature_columns, linear_optimizer, linear_sparse_combiner, dnn_feature_columns,
            dnn_optimizer, dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm,
        )  # fmt: skip
        super(DNNLinearCombinedClassifier, self).__init__(head, parts, model_dir, config)


class DNNLinearCombinedRegressor(_Combined):
    """tf.estimator.DNNLinearCombinedRegressor."""

    def __init__(
        self,
        model_dir=None,
        linear_feature_columns=None,
        linear_optimizer="Ftrl",
        dnn_feature_columns=None,
        dnn_optimizer="Adagrad",
        dnn_hidden_units=None,
        dnn_activation_fn=tf.nn.relu,
        dnn_dropout=None,
        label_dimension=1,
        weight_column=None,
        config=None,
        loss_reduction="weighted_sum",
        batch_norm=False,
        linear_sparse_combiner="sum",
    ):
        head = _Numbers(label_dimension, weight_column, loss_reduction)
        parts = _both(
            linear_feature_columns, linear_optimizer, linear_sparse_combiner, dnn_feature_columns,
            dnn_optimizer, dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm,
        )  # fmt: skip
        super(DNNLinearCombinedRegressor, self).__init__(head, parts, model_dir, config)
