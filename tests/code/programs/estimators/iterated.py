"""A model function over feature columns, input functions that return what iterators give."""

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)


def my_model(features, labels, mode, params):
    net = tf.feature_column.input_layer(features, params['feature_columns'])
    for units in params['hidden_units']:
        net = tf.layers.dense(net, units=units, activation=tf.nn.relu, kernel_initializer=tf.constant_initializer(0.05))
    logits = tf.layers.dense(net, params['n_classes'], activation=None, kernel_initializer=tf.zeros_initializer())
    predicted_classes = tf.argmax(logits, 1)
    if mode == tf.estimator.ModeKeys.PREDICT:
        predictions = {
            'class_ids': predicted_classes[:, tf.newaxis],
            'probabilities': tf.nn.softmax(logits),
            'logits': logits,
        }
        return tf.estimator.EstimatorSpec(mode, predictions=predictions)
    loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
    accuracy = tf.metrics.accuracy(labels=labels, predictions=predicted_classes, name='acc_op')
    metrics = {'accuracy': accuracy}
    tf.summary.scalar('accuracy', accuracy[1])
    if mode == tf.estimator.ModeKeys.EVAL:
        return tf.estimator.EstimatorSpec(mode, loss=loss, eval_metric_ops=metrics)
    assert mode == tf.estimator.ModeKeys.TRAIN
    optimizer = tf.train.AdagradOptimizer(learning_rate=0.1)
    train_op = optimizer.minimize(loss, global_step=tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def train_input_fn(features, labels, batch_size):
    dataset = tf.data.Dataset.from_tensor_slices((dict(features), labels))
    dataset = dataset.repeat().batch(batch_size)
    return dataset


def eval_input_fn(features, labels, batch_size):
    features = dict(features)
    inputs = features if labels is None else (features, labels)
    dataset = tf.data.Dataset.from_tensor_slices(inputs)
    dataset = dataset.batch(batch_size)
    return dataset.make_one_shot_iterator().get_next()


def main(argv):
    rng = np.random.RandomState(0)
    x = {'a': rng.rand(30).astype('f4'), 'b': rng.rand(30).astype('f4')}
    y = (x['a'] * 3).astype('i4')
    columns = [tf.feature_column.numeric_column(key=key) for key in x]
    classifier = tf.estimator.Estimator(model_fn=my_model, params={
        'feature_columns': columns, 'hidden_units': [10, 10], 'n_classes': 3})
    classifier.train(input_fn=lambda: train_input_fn(x, y, 8), steps=50)
    result = classifier.evaluate(input_fn=lambda: eval_input_fn(x, y, 7))
    print('\nTest set accuracy: {accuracy:0.3f} {loss:.5f} {global_step}\n'.format(**result))
    for p, expected in zip(classifier.predict(input_fn=lambda: eval_input_fn(x, None, 5)), y):
        print('%d %.4f %d' % (p['class_ids'][0], p['probabilities'][p['class_ids'][0]], expected))
    print(classifier.get_variable_names())


if __name__ == '__main__':
    tf.app.run(main)
