import numpy as np
import tensorflow as tf
from tensorflow.keras import backend as K
from tensorflow.keras.layers import Dense, Input, LSTM
from tensorflow.keras.models import Model

K.set_learning_phase(0)
inputs = Input((4, 2))
outputs = Dense(2, kernel_initializer="ones")(LSTM(3, kernel_initializer="ones", recurrent_initializer="zeros")(inputs))
model = Model(inputs, outputs)
print(np.round(model.predict(np.ones((1, 4, 2))), 4).tolist())
print(K.int_shape(outputs), [layer.__class__.__name__ for layer in model.layers])
sess = K.get_session()
print(np.round(sess.run(outputs, {inputs: np.zeros((1, 4, 2))}), 4).tolist())
