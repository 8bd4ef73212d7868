import tensorflow as tf

x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
values = [
    tf.reduce_sum(x, reduction_indices=[0]),
    tf.reduce_mean(x, axis=1, keep_dims=True),
    tf.argmax(x, dimension=1),
    tf.reduce_max(x, 0),
    tf.squeeze(x[:, :1], squeeze_dims=[1]),
    tf.expand_dims(x, dim=0),
    tf.nn.softmax(x, dim=0),
    tf.to_int32(x),
    tf.to_float(tf.argmin(x, 0)),
    tf.div(7, 2),
    tf.mod(7, 4),
    tf.log(x),
    tf.is_nan(x),
    tf.matrix_inverse(x),
    tf.ceil(tf.sqrt(x)),
    tf.count_nonzero(x, keep_dims=False),
    tf.norm(x, axis=0, keep_dims=True),
    tf.sparse_tensor_to_dense(tf.SparseTensor([[0, 1]], [5], [2, 2])),
    tf.string_split(["a b"]).values,
    tf.confusion_matrix([0, 1], [1, 1]),
    tf.cumsum(x, axis=1),
    tf.segment_sum(x, [0, 0]),
    tf.lin_space(0.0, 1.0, 3),
    tf.space_to_depth(tf.ones([1, 2, 2, 1]), 2),
    tf.nn.l2_normalize(x, dim=1),
]
with tf.Session() as sess:
    for value in sess.run(values):
        print(getattr(value, "tolist", lambda: value)())
