import tensorflow as tf

tf.enable_eager_execution()
x = tf.Variable(2.0)
with tf.GradientTape() as tape:
    y = x * x
print(tape.gradient(y, x).numpy(), tf.executing_eagerly())
for batch in tf.data.Dataset.range(4).batch(2):
    print(batch.numpy().tolist())
layer = tf.keras.layers.Dense(2, kernel_initializer="ones")
print(layer(tf.ones([1, 3])).numpy().tolist(), tf.add(1, 2).numpy())
optimizer = tf.train.GradientDescentOptimizer(0.1)
optimizer.apply_gradients([(tf.constant(1.0), x)])
print(round(float(x.numpy()), 4))
