import numpy as np
from tensorflow import keras
import tensorflow.keras.backend as K
from tensorflow.keras.layers import Input, Dense, Lambda
def euclid(vects):
    a, b = vects
    return K.sqrt(K.maximum(K.sum(K.square(a - b), axis=1, keepdims=True), K.epsilon()))
def shape(shapes):
    return (shapes[0][0], 1)
def contrastive(y_true, y_pred):
    return K.mean(y_true * K.square(y_pred) + (1 - y_true) * K.square(K.maximum(1 - y_pred, 0)))
base = keras.models.Sequential([Dense(3, activation="relu", input_shape=(4,), kernel_initializer="ones"), Dense(2, kernel_initializer="ones")])
a, b = Input((4,)), Input((4,))
d = Lambda(euclid, output_shape=shape)([base(a), base(b)])
m = keras.Model([a, b], d)
m.compile(loss=contrastive, optimizer=keras.optimizers.RMSprop(lr=0.001) if False else keras.optimizers.RMSprop(0.001), metrics=[lambda t, p: K.mean(K.equal(t, K.cast(p < 0.5, t.dtype)))])
x = np.linspace(0, 1, 8).reshape(2, 4).astype("float32")
print([round(float(v), 4) for v in m.evaluate([x, x[::-1]], np.array([[1.0], [0.0]], "float32"), verbose=0)])
