"""A model function of layers, moving averages, metrics and a rate that decays."""

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)
flags = tf.app.flags
flags.DEFINE_integer("steps", 12, "how many steps")
FLAGS = flags.FLAGS
rng = np.random.RandomState(3)
images = rng.rand(24, 8, 8, 1).astype("f4")
labels = rng.randint(0, 2, 24)


def small(shape, dtype=None, partition_info=None):
    return tf.constant(np.sin(np.arange(np.prod(shape))).reshape(shape) * 0.2, tf.float32)


def model_fn(features, labels, mode, params):
    training = mode == tf.estimator.ModeKeys.TRAIN
    net = tf.reshape(features["x"], [-1, 8, 8, 1])
    with tf.variable_scope("body"):
        net = tf.layers.conv2d(inputs=net, filters=3, kernel_size=[3, 3], padding="same", activation=tf.nn.relu, kernel_initializer=small)
        net = tf.layers.max_pooling2d(inputs=net, pool_size=[2, 2], strides=2)
        net = tf.layers.conv2d(net, 4, 3, strides=(2, 2), use_bias=False, kernel_initializer=small, name="second")
        net = tf.layers.batch_normalization(net, training=training)
    net = tf.contrib.layers.flatten(net)
    net = tf.contrib.layers.fully_connected(net + 2.0, 6, weights_initializer=tf.constant_initializer(0.3))
    net = tf.contrib.layers.fully_connected(net, 5, activation_fn=None, biases_initializer=None, weights_initializer=tf.constant_initializer(0.1), scope="plain")
    net = tf.layers.dropout(inputs=net, rate=0.0, training=training)
    with tf.variable_scope("top"):
        w = tf.get_variable("w", [net.shape[1], 2], initializer=tf.constant_initializer(0.1))
        b = tf.get_variable("b", initializer=tf.constant([0.2, -0.2]))
        logits = tf.nn.softmax(tf.matmul(net, w) + b, name="soft") * 2.0
    logits = tf.layers.dense(logits, 2, kernel_initializer=small, kernel_regularizer=tf.keras.regularizers.l2(0.1))
    predictions = {"classes": tf.argmax(input=logits, axis=1), "probabilities": tf.nn.softmax(logits, name="softmax_tensor")}
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode=mode, predictions=predictions)
    loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
    loss += tf.losses.get_regularization_loss()
    if training:
        rate = tf.train.exponential_decay(params.get("rate", 0.1), tf.train.get_or_create_global_step(), 5, 0.5, staircase=True)
        optimizer = tf.train.MomentumOptimizer(learning_rate=rate, momentum=0.9)
        update_ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        with tf.control_dependencies(update_ops):
            train_op = optimizer.minimize(loss=loss, global_step=tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode=mode, loss=loss, train_op=train_op)
    eval_metric_ops = {
        "accuracy": tf.metrics.accuracy(labels=labels, predictions=predictions["classes"]),
        "recall": tf.metrics.recall(labels, predictions["classes"]),
        "auc": tf.metrics.auc(labels, predictions["probabilities"][:, 1]),
        "rmse": tf.metrics.root_mean_squared_error(tf.cast(labels, tf.float32), predictions["probabilities"][:, 1]),
    }
    return tf.estimator.EstimatorSpec(mode=mode, loss=loss, eval_metric_ops=eval_metric_ops)


def main(unused_argv):
    classifier = tf.estimator.Estimator(model_fn=model_fn, params={"rate": 0.2}, config=tf.estimator.RunConfig(save_summary_steps=5))
    train_input_fn = tf.estimator.inputs.numpy_input_fn(x={"x": images}, y=labels, batch_size=10, num_epochs=None, shuffle=False)
    eval_input_fn = tf.estimator.inputs.numpy_input_fn(x={"x": images}, y=labels, num_epochs=1, shuffle=False)
    hook = tf.train.LoggingTensorHook(tensors={"probabilities": "softmax_tensor"}, every_n_iter=50)
    classifier.train(input_fn=train_input_fn, steps=FLAGS.steps, hooks=[hook])
    found = classifier.evaluate(input_fn=eval_input_fn)
    print(sorted((key, round(float(value), 4)) for key, value in found.items()))
    print([p["probabilities"].round(4).tolist() for p in classifier.predict(input_fn=eval_input_fn)][:3])
    train = tf.estimator.TrainSpec(input_fn=train_input_fn, max_steps=20)
    found, _ = tf.estimator.train_and_evaluate(classifier, train, tf.estimator.EvalSpec(input_fn=eval_input_fn, steps=None))
    print(sorted((key, round(float(value), 4)) for key, value in found.items()))
    print([(name, classifier.get_variable_value(name).shape) for name in classifier.get_variable_names()])


if __name__ == "__main__":
    tf.app.run()
