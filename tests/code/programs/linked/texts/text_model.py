import tensorflow as tf


class Config(object):
    length = 6
    words = 20
    classes = 3
    filters = [2, 3]
    rate = 0.3


class TextModel(object):
    """Convolutions over words, as the classifiers of the time had them."""

    def __init__(self, config):
        self.config = config
        self.input_x = tf.placeholder(tf.int32, [None, self.config.length], name="input_x")
        self.input_y = tf.placeholder(tf.float32, [None, self.config.classes], name="input_y")
        self.keep_prob = tf.placeholder(tf.float32, name="keep_prob")
        self.cnn()

    def cnn(self):
        """Build it."""
        with tf.device("/cpu:0"):
            embedding = tf.get_variable("embedding", [self.config.words, 5])
            inputs = tf.nn.embedding_lookup(embedding, self.input_x)
        with tf.name_scope("cnn"):
            conv = tf.layers.conv1d(inputs, 4, 3, name="conv")
            gmp = tf.reduce_max(conv, reduction_indices=[1], name="gmp")
        with tf.name_scope("score"):
            fc = tf.layers.dense(gmp, 8, name="fc1")
            fc = tf.contrib.layers.dropout(fc, self.keep_prob)
            fc = tf.nn.relu(fc)
            self.logits = tf.layers.dense(fc, self.config.classes, name="fc2")
            self.y_pred_cls = tf.argmax(tf.nn.softmax(self.logits), 1)
        with tf.name_scope("optimize"):
            cross = tf.nn.softmax_cross_entropy_with_logits(logits=self.logits, labels=self.input_y)
            self.loss = tf.reduce_mean(cross)
            self.optim = tf.train.GradientDescentOptimizer(self.config.rate).minimize(self.loss)
        with tf.name_scope("accuracy"):
            correct = tf.equal(tf.argmax(self.input_y, 1), self.y_pred_cls)
            self.acc = tf.reduce_mean(tf.cast(correct, tf.float32))
