import tensorflow as tf
from tensorflow import keras

v = tf.Variable(2.0)
o = keras.optimizers.Adam(0.1)
with tf.GradientTape() as tape:
    loss = v * v
o.minimize(loss, [v], tape=tape)
print(round(float(v), 5))
