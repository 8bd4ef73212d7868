import tensorflow as tf

graph = tf.Graph()
with graph.as_default():
    x = tf.compat.v1.placeholder(tf.float32, [None])
    y = tf.compat.v1.layers.flatten(tf.reshape(x, [1, -1, 1])) * 2
with tf.compat.v1.Session(graph=graph) as session:
    print(session.run(y, {x: [1.0, 2.0]}).tolist())
print(tf.math.log(1.0).numpy(), tf.random.uniform([2], seed=1).shape, tf.io.gfile.exists("/nope"))
