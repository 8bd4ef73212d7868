import numpy as np
import tensorflow as tf
i = tf.keras.Input((2,))
x = tf.keras.layers.Dropout(0.5)(i, training=False)
x = tf.keras.layers.BatchNormalization(momentum=0.9, renorm=False)(x)
m = tf.keras.Model(i, tf.math.sigmoid(x))
print(m(np.ones((1, 2), "float32"), training=False).numpy().round(4).tolist())
