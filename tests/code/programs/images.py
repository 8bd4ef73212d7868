import numpy as np
import tensorflow as tf

image = tf.constant(np.arange(48).reshape(1, 4, 4, 3), tf.float32)
values = [
    tf.image.resize_images(image, [2, 2]),
    tf.image.resize_bilinear(image, [3, 3], align_corners=True),
    tf.image.resize_nearest_neighbor(image, [2, 2]),
    tf.image.resize_image_with_crop_or_pad(image, 2, 2),
    tf.image.rgb_to_grayscale(image),
    tf.image.flip_left_right(image[0]),
    tf.image.per_image_standardization(image[0]),
    tf.nn.conv2d(image, tf.ones([2, 2, 3, 1]), [1, 1, 1, 1], "VALID"),
    tf.nn.max_pool(image, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
    tf.nn.avg_pool(image, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="VALID"),
    tf.nn.conv2d_transpose(image, tf.ones([2, 2, 1, 3]), [1, 8, 8, 1], [1, 2, 2, 1]),
    tf.extract_image_patches(image, [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID"),
]
with tf.Session() as sess:
    for value in sess.run(values):
        print(value.shape, value.sum().round(2), value.ravel()[:4].round(3).tolist())
