import numpy as np
import tensorflow as tf

tf.set_random_seed(5)
ones = tf.constant_initializer(0.1)
x = tf.placeholder(tf.float32, [None, 6])
image = tf.placeholder(tf.float32, [2, 8, 8, 1])
n = tf.placeholder(tf.int32, [None])

# Layers that are called where they are made, those of Keras among them.
hidden = tf.layers.Dense(4, activation=tf.nn.tanh, kernel_initializer=ones)(x)
out = tf.keras.layers.Dense(3, kernel_initializer=ones)(hidden)
convolution = tf.keras.layers.Conv2D(2, 3, padding="same", kernel_initializer=ones)
pooled = tf.keras.layers.MaxPool2D(2)(convolution(image))
flat = tf.layers.Flatten()(pooled)

# Regularisers as functions of what they are about.
weight = tf.get_variable("weight", [6, 2], initializer=ones)
other = tf.get_variable("other", [2], initializer=tf.constant_initializer([-1.0, 2.0]))
RATE = 0.5
penalty = tf.contrib.layers.l2_regularizer(RATE)
penalties = penalty(weight) + penalty(other)
tf.add_to_collection("losses", tf.contrib.layers.l1_regularizer(0.1)(other))
tf.add_to_collection("losses", tf.contrib.layers.l2_regularizer(scale=0.01)(weight))
total = tf.add_n(tf.get_collection("losses"))

# Elements of iterators that have no name.
a = tf.data.Dataset.from_tensor_slices(np.arange(6.0, dtype="float32")).repeat().batch(2).make_one_shot_iterator().get_next()
sums = tf.reduce_sum(a)

# What Keras computes of tensors.
means = tf.keras.backend.mean(tf.keras.backend.square(out), axis=1)
error = tf.keras.losses.binary_crossentropy(tf.nn.relu(hidden), tf.nn.sigmoid(hidden))
chances = tf.keras.losses.categorical_crossentropy(
    tf.contrib.layers.one_hot_encoding(n, 3), tf.keras.activations.softmax(out)
)

# Functions that take other arguments in 2.x.
largest, places = tf.nn.max_pool_with_argmax(image, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
counts = tf.random_poisson([2.0, 30.0], [3], seed=4)
table = tf.get_variable("table", initializer=np.arange(12.0, dtype="float32").reshape(4, 3))
rows = tf.nn.embedding_lookup(table, n, partition_strategy="div")
ids = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([1, 3, 2], tf.int64), [2, 2])
combined = tf.nn.embedding_lookup_sparse(table, ids, None, combiner="sum")
logits = tf.get_variable("logits", initializer=np.sin(np.arange(40.0, dtype="float32")).reshape(5, 2, 4))
labels = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([1, 1, 2], tf.int32), [2, 2])
lost = tf.nn.ctc_loss(labels, logits, [5, 4])
swapped = tf.nn.ctc_loss(labels, tf.transpose(logits, [1, 0, 2]), [5, 4], time_major=False)
paths, scores = tf.nn.ctc_beam_search_decoder(logits, [5, 4], beam_width=4, merge_repeated=False)
decoded = tf.sparse_tensor_to_dense(paths[0], default_value=-1)
loss = tf.reduce_mean(lost) + penalties + total
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
finite = tf.verify_tensor_all_finite(out, "not a number")

feed = {x: np.linspace(-1, 1, 12).reshape(2, 6), n: [2, 0]}
pictures = np.cos(np.arange(128.0)).reshape(2, 8, 8, 1)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([hidden, finite], feed))
    print(sess.run(flat, {image: pictures}).round(3)[:, :6])
    print(sess.run([penalties, total]))
    print([sess.run(sums).tolist() for _ in range(4)])
    print(np.round(sess.run([means, error, chances], feed), 4).tolist())
    print(sess.run([largest, places], {image: pictures})[1].ravel()[:8])
    print(sess.run(counts).tolist(), sess.run(counts).tolist())
    print(sess.run(rows, feed).tolist(), sess.run(combined).tolist())
    print(np.round(sess.run([lost, swapped]), 4).tolist())
    print(sess.run(decoded).tolist(), sess.run(scores).round(3).tolist())
    for step in range(3):
        _, value = sess.run([train, loss])
        print(step, value)
    print(sess.run(logits)[0].round(4).tolist())
