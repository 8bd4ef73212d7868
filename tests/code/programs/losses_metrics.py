import tensorflow as tf

labels, logits = tf.constant([[0.0, 1.0], [1.0, 0.0]]), tf.constant([[0.2, 0.3], [2.0, -1.0]])
values = {
    "a": tf.losses.softmax_cross_entropy(labels, logits, label_smoothing=0.1),
    "b": tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits),
    "c": tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits),
    "d": tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 0], logits=logits),
    "e": tf.losses.huber_loss(labels, logits, weights=2.0),
    "f": tf.losses.absolute_difference(labels, logits, reduction=tf.losses.Reduction.SUM),
    "g": tf.losses.get_total_loss(),
    "h": tf.losses.log_loss(labels, tf.sigmoid(logits)),
    "i": tf.nn.weighted_cross_entropy_with_logits(targets=labels, logits=logits, pos_weight=2.0),
}
accuracy, update = tf.metrics.accuracy(tf.argmax(labels, 1), tf.argmax(logits, 1))
auc = tf.metrics.auc(labels, tf.sigmoid(logits))
with tf.Session() as sess:
    sess.run(tf.local_variables_initializer())
    for name, value in sorted(sess.run(values).items()):
        print(name, value.round(4).tolist())
    print(sess.run([update, auc[1]]), sess.run(accuracy))
