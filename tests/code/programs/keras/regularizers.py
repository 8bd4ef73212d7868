import tensorflow as tf
from tensorflow import keras

print(float(keras.regularizers.l2(0.1)(tf.constant([1.0, 2.0]))), keras.regularizers.l1_l2(l1=0.1, l2=0.2).get_config()["l1"])
