import tensorflow as tf


class Scale(tf.layers.Layer):
    def build(self, shape):
        self.scale = self.add_variable("scale", [int(shape[-1])], initializer=tf.ones_initializer())
        super(Scale, self).build(shape)

    def call(self, inputs):
        return inputs * self.scale * 2


class Cell(tf.nn.rnn_cell.RNNCell):
    state_size = 2
    output_size = 2

    def call(self, inputs, state):
        return inputs + state, state + 1


def twice(x):
    return [x * 2, x.dtype.name == "float32"]


x = tf.placeholder(tf.float32, [None, 3, 2])
scaled = Scale(name="mine")(x)
run, _ = tf.nn.dynamic_rnn(Cell(), x, dtype=tf.float32)
called = tf.py_func(twice, [x], [tf.float32, tf.bool])
print(int(x.shape[1]), x.get_shape().as_list(), x.shape[2].value, [d.value for d in x.shape[1:]])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([scaled, run, called[0], called[1]], {x: [[[1, 2], [3, 4], [5, 6]]]}))
print([v.name for v in tf.global_variables()])
