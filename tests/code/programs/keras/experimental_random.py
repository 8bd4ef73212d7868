import tensorflow as tf

l = tf.keras.layers.experimental.preprocessing.RandomFlip()
print(l.name)
