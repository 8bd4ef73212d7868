# ruff: noqa
"""A SavedModel that resizes images by the centres of pixels: python resizing.py FOLDER, under 1.15."""

import json
import os
import sys

import tensorflow as tf


def main(folder):
    x = tf.placeholder(tf.float32, [None, 4, 4, 1], name="x")
    y = tf.image.resize_bilinear(x, [7, 7], half_pixel_centers=True)
    with tf.Session() as session:
        tf.saved_model.simple_save(session, os.path.join(folder, "model"), {"x": x}, {"y": y})
    return {}


if __name__ == "__main__":
    print("\n" + json.dumps(main(*sys.argv[1:])))
