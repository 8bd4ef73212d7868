"""Idiomatic TensorFlow 2: eager execution, tf.function, a tape, Keras layers and metrics."""

import numpy as np
import tensorflow as tf

tf.random.set_seed(5)


class Regression(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(16, activation="tanh")
        self.out = tf.keras.layers.Dense(1)

    def call(self, x):
        return self.out(self.hidden(x))


xs = np.linspace(-2, 2, 128, dtype=np.float32).reshape(-1, 1)
ys = np.sin(2 * xs)
dataset = tf.data.Dataset.from_tensor_slices((xs, ys)).batch(32).prefetch(tf.data.AUTOTUNE)

model = Regression()
optimizer = tf.keras.optimizers.SGD(learning_rate=0.05)


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.math.squared_difference(model(x), y))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


for epoch in range(8):
    losses = [float(step(x, y)) for x, y in dataset]
    print(f"epoch {epoch + 1}: loss {np.mean(losses):.5f}")

print("sin(1) is about", round(float(model(tf.constant([[0.5]]))[0, 0]), 4))
