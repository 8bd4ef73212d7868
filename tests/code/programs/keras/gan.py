import numpy as np
import tensorflow as tf
from tensorflow.keras import layers
g = tf.keras.Sequential([layers.Dense(3, use_bias=False, input_shape=(2,), kernel_initializer="ones"), layers.LeakyReLU(alpha=0.2)])
d = tf.keras.Sequential([layers.Dense(1, input_shape=(3,), kernel_initializer="ones")])
bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
go, do = tf.keras.optimizers.Adam(1e-2), tf.keras.optimizers.Adam(1e-2)
ck = tf.train.Checkpoint(go=go, do=do, g=g, d=d)
@tf.function
def step(real, noise):
    with tf.GradientTape() as gt, tf.GradientTape() as dt:
        fake = g(noise, training=True)
        ro, fo = d(real, training=True), d(fake, training=True)
        gl = bce(tf.ones_like(fo), fo)
        dl = bce(tf.ones_like(ro), ro) + bce(tf.zeros_like(fo), fo)
    go.apply_gradients(zip(gt.gradient(gl, g.trainable_variables), g.trainable_variables))
    do.apply_gradients(zip(dt.gradient(dl, d.trainable_variables), d.trainable_variables))
    return gl, dl
for _ in range(3):
    a, b = step(tf.ones((2, 3)), tf.constant([[0.1, 0.2], [0.3, -0.4]]))
    print(round(float(a), 4), round(float(b), 4))
