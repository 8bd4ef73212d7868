import tensorflow as tf


@tf.function
def power(x, n):
    result = tf.ones_like(x)
    for _ in tf.range(n):
        result *= x
    if tf.reduce_sum(result) > 10.0:
        result = -result
    return result


print(power(tf.constant([1.0, 2.0]), tf.constant(3)).numpy().tolist())
print(power(tf.constant([2.0, 3.0]), tf.constant(3)).numpy().tolist())


class Scaler(tf.Module):
    def __init__(self):
        self.scale = tf.Variable(2.0, name="scale")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x):
        return x * self.scale


module = Scaler()
print(module(tf.constant([1.0, 2.0])).numpy().tolist(), [v.name for v in module.variables])
