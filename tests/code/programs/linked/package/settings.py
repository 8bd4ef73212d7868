import tensorflow as tf

flags = tf.app.flags
flags.DEFINE_float("learning_rate", 0.2, "How far a step goes.")
flags.DEFINE_integer("steps", 40, "How many there are.")
FLAGS = flags.FLAGS
