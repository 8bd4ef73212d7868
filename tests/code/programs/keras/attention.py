import numpy as np
from tensorflow.keras import backend as K
from tensorflow.keras.layers import Layer, Input, Dense
from tensorflow.keras.models import Model
class Attention(Layer):
    def __init__(self, **kwargs):
        super(Attention, self).__init__(**kwargs)
    def build(self, input_shape):
        self.W = self.add_weight("att_weight", (input_shape[-1], 1), initializer="ones")
        self.b = self.add_weight("att_bias", (input_shape[1], 1), initializer="zeros")
        super(Attention, self).build(input_shape)
    def call(self, x):
        e = K.squeeze(K.tanh(K.dot(x, self.W) + self.b), axis=-1)
        a = K.expand_dims(K.softmax(e), axis=-1)
        return K.sum(x * a, axis=1)
    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1])
i = Input(shape=(3, 2))
m = Model(inputs=i, outputs=Dense(1, kernel_initializer="ones")(Attention()(i)))
print(m.predict(np.arange(12.0).reshape(2, 3, 2), verbose=0).round(3).tolist())
