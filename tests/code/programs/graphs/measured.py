import numpy as np
import tensorflow as tf
np.random.seed(0)
data = np.random.rand(32, 4).astype("float32")
labels = (data.sum(1) > 2).astype("int32")
x = tf.placeholder(tf.float32, [None, 4], name="x")
y = tf.placeholder(tf.int32, [None], name="y")

w = tf.Variable(tf.ones([4, 2]) * 0.1, name="w")
b = tf.Variable(tf.zeros([2]), name="b")
logits = tf.add(tf.matmul(x, w), b, name="logits")
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits), name="loss")
train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)

precision, precision_op = tf.metrics.precision(y, tf.argmax(logits, 1))
recall, recall_op = tf.metrics.recall(labels=y, predictions=tf.argmax(logits, 1))
area, area_op = tf.metrics.auc(y, tf.nn.softmax(logits)[:, 1], num_thresholds=50)
iou, iou_update = tf.metrics.mean_iou(y, tf.argmax(logits, 1), num_classes=2)
accuracy, update_accuracy = tf.metrics.accuracy(y, tf.argmax(logits, 1))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(2):
        sess.run(tf.local_variables_initializer())
        for i in range(3):
            sess.run(train, feed_dict={x: data[i:], y: labels[i:]})
            feed = {x: data[:20 - i], y: labels[:20 - i]}
            sess.run([precision_op, recall_op, area_op, iou_update], feed_dict=feed)
            print("%.4f" % sess.run(update_accuracy, feed_dict=feed))
        print("%.4f %.4f" % (sess.run(precision), sess.run(recall)))
        print(["%.4f" % v for v in sess.run([area, iou, accuracy])])
