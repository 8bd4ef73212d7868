import numpy as np
import tensorflow as tf
from tensorflow.keras import backend as K
m = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,), kernel_initializer="ones", name="a"), tf.keras.layers.Dense(1, kernel_initializer="ones")])
get = K.function([m.layers[0].input], [m.layers[-1].output])
print(get([np.ones((1, 3))])[0].tolist())
feat = tf.keras.models.Model(m.inputs, [m.get_layer("a").output, m.output])
print([t.numpy().tolist() for t in feat(np.ones((1, 3), "float32"))])
