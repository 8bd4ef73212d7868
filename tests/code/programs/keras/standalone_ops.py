import numpy as np
import tensorflow as tf
from tensorflow.keras import backend as K
def dice(y_true, y_pred, smooth=1.0):
    a = K.flatten(y_true)
    b = K.flatten(y_pred)
    i = K.sum(a * b)
    return (2.0 * i + smooth) / (K.sum(a) + K.sum(b) + smooth)
def focal(y_true, y_pred, gamma=2.0, alpha=0.25):
    pt = tf.where(tf.equal(y_true, 1), y_pred, tf.ones_like(y_pred))
    return -K.mean(alpha * K.pow(1.0 - pt, gamma) * K.log(K.clip(pt, K.epsilon(), 1.0)))
y, p = np.array([[1.0, 0.0], [1.0, 1.0]], "float32"), np.array([[0.9, 0.2], [0.4, 0.7]], "float32")
print(round(float(dice(tf.constant(y), tf.constant(p))), 4), round(float(focal(tf.constant(y), tf.constant(p))), 4))
m = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(2,), kernel_initializer="ones", activation="sigmoid")])
m.compile(optimizer="sgd", loss=lambda a, b: 1 - dice(a, b), metrics=[dice])
print([round(float(v), 4) for v in m.evaluate(y, y, verbose=0)])
