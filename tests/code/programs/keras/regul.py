import numpy as np
import tensorflow as tf
from tensorflow.keras import regularizers
m = tf.keras.Sequential([tf.keras.layers.Dense(2, input_dim=3, kernel_initializer="ones", kernel_regularizer=regularizers.l2(0.01), activity_regularizer=regularizers.l1(0.01))])
m.compile(loss="mse", optimizer="sgd")
print(round(m.evaluate(np.ones((2, 3)), np.zeros((2, 2)), verbose=0), 4), len(m.losses))
