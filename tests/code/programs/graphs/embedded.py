import tensorflow as tf

ids = tf.placeholder(tf.int32, [None])
table = tf.Variable([[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]])
found = tf.nn.embedding_lookup(table, ids)
cost = tf.reduce_sum(tf.square(found - 1.0))
train = tf.train.AdamOptimizer(0.1).minimize(cost)
other = tf.train.AdagradOptimizer(0.1).minimize(tf.reduce_sum(tf.gather(table, ids)))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(5):
        _, c = sess.run([train, cost], {ids: [0, 0, 2, 0]})
        sess.run(other, {ids: [1, 1, 2]})
        print("%.5f" % c)
    print(sess.run(table).tolist())
