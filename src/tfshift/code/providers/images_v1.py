"""Images of another size as TensorFlow 1.x makes them: corners, not centres of pixels, are matched.

Written by tfshift into this project, because tf.image.resize of TensorFlow 2.x computes other pixels.
You own this file.
"""

import tensorflow as tf


def resize_bilinear(images, size, align_corners=False, name=None, half_pixel_centers=False):
    """Return images of another size, pixels between others mixed of four."""
    return tf.raw_ops.ResizeBilinear(
        images=images,
        size=size,
        align_corners=align_corners,
        half_pixel_centers=half_pixel_centers,
        name=name,
    )


def resize_nearest_neighbor(images, size, align_corners=False, name=None, half_pixel_centers=False):
    """Return images of another size, each pixel one of theirs."""
    return tf.raw_ops.ResizeNearestNeighbor(
        images=images,
        size=size,
        align_corners=align_corners,
        half_pixel_centers=half_pixel_centers,
        name=name,
    )


def resize_bicubic(images, size, align_corners=False, name=None, half_pixel_centers=False):
    """Return images of another size, pixels between others mixed of sixteen."""
    return tf.raw_ops.ResizeBicubic(
        images=images,
        size=size,
        align_corners=align_corners,
        half_pixel_centers=half_pixel_centers,
        name=name,
    )


def resize_area(images, size, align_corners=False, name=None):
    """Return images of another size, each pixel the mean of an area."""
    return tf.raw_ops.ResizeArea(images=images, size=size, align_corners=align_corners, name=name)


_METHODS = {
    0: resize_bilinear,
    1: resize_nearest_neighbor,
    2: resize_bicubic,
    3: resize_area,
    "bilinear": resize_bilinear,
    "nearest": resize_nearest_neighbor,
    "bicubic": resize_bicubic,
    "area": resize_area,
}


def resize_images(
    images, size, method=0, align_corners=False, preserve_aspect_ratio=False, name=None
):
    """Return one image or several of another size.

    Args:
        images: of shape [height, width, channels], or several of them.
        size: height and width.
        method: 0 or tf.image.ResizeMethod.BILINEAR, and so on.
        align_corners: whether the middles of the corner pixels stay where they are.
        preserve_aspect_ratio: whether they grow or shrink alike both ways, up to the size.
        name: what the operation is called.
    """
    images = tf.convert_to_tensor(images)
    one = images.shape.rank == 3
    if one:
        images = images[None]
    size = tf.convert_to_tensor(size, tf.int32)
    if preserve_aspect_ratio:
        now = tf.cast(tf.shape(images)[1:3], tf.float32)
        scale = tf.reduce_min(tf.cast(size, tf.float32) / now)
        size = tf.cast(tf.round(scale * now), tf.int32)
    known = tf.get_static_value(size)
    # What has the size already stays in its own type, too.
    if known is None or list(images.shape[1:3]) != [int(length) for length in known]:
        images = _METHODS[method](images, size, align_corners=align_corners, name=name)
    return images[0] if one else images


# Another name of it.
resize = resize_images
