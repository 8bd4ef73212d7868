# ruff: noqa
"""TensorFlow 2 as it is meant: GradientTape, tf.function, an exported module."""

import tensorflow as tf


class Line(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.random.normal([3, 1]))
        self.b = tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def __call__(self, x):
        return tf.matmul(x, self.w) + self.b


line = Line()
x = tf.random.uniform([32, 3])
y = tf.reduce_sum(x, 1, keepdims=True)


@tf.function
def train():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(line(x) - y))
    variables = [line.w, line.b]
    for variable, gradient in zip(variables, tape.gradient(loss, variables)):
        variable.assign_sub(0.1 * gradient)
    return loss


for step in range(20):
    loss = train()
print("loss", float(loss))
print(line(x[:2]).numpy())
tf.saved_model.save(line, "line")
again = tf.saved_model.load("line")
print(again.signatures["serving_default"](x=x[:2]))
