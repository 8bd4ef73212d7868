import tensorflow as tf
from tensorflow import keras

v = tf.Variable(2.0)
o = keras.optimizers.SGD(0.1)
o.minimize(lambda: v * v, var_list=[v])
print(float(v))
