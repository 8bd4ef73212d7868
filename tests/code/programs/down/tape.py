import tensorflow as tf

x = tf.Variable([1.0, 2.0])
with tf.GradientTape() as tape:
    y = tf.reduce_sum(x**3)
print(tape.gradient(y, x).numpy(), y.shape, tf.executing_eagerly())
print(tf.nn.softmax(tf.constant([[1.0, 2.0]])).numpy().round(4), tf.argmax([1, 3, 2]).numpy())
optimizer = tf.keras.optimizers.SGD(0.1, momentum=0.9)
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(x - 3.0))
    optimizer.apply_gradients(zip(tape.gradient(loss, [x]), [x]))
print(x.numpy().round(4).tolist())
