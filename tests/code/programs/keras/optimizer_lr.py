import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras import backend as K

m = keras.Sequential([layers.Input((3,)), layers.Dense(1, kernel_initializer="ones")])
m.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
print(float(K.get_value(m.optimizer.lr)))
K.set_value(m.optimizer.lr, 0.5)
print(float(m.optimizer.learning_rate))
m.optimizer.lr = 0.25
print(float(m.optimizer.learning_rate.numpy()))
