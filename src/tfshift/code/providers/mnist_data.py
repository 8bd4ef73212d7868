"""What tensorflow.examples.tutorials.mnist.input_data did, for releases that no longer have it.

Written by tfshift into this project. Batches, shuffles and dtypes are those of TensorFlow 1.15's
module. Files that lie in the folder are read; where they are missing, the digits come from Keras'
own copy of the same data set, which Keras downloads once. You own this file.
"""

from __future__ import print_function

import collections
import gzip
import os

import numpy
import tensorflow as tf

try:
    # The seeds that operations get: the shuffles follow them, as they always did.
    from tensorflow.python.framework import random_seed as _seeds
except ImportError:
    _seeds = tf.compat.v1

Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])

_FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
_IMAGES, _LABELS = 2051, 2049


def _read(stream, magic, kind):
    """Read an idx file: its magic number, the size of each dimension, then bytes."""
    print("Extracting", stream.name)
    with gzip.GzipFile(fileobj=stream) as plain:
        found = int.from_bytes(plain.read(4), "big")
        if found != magic:
            raise ValueError(
                "Invalid magic number %d in MNIST %s file: %s" % (found, kind, stream.name)
            )
        shape = [int.from_bytes(plain.read(4), "big") for _ in range(magic % 256)]
        size = int(numpy.prod(shape))
        return numpy.frombuffer(plain.read(size), dtype=numpy.uint8).reshape(shape)


def extract_images(f):
    """Return the images of an open idx file as a uint8 array [index, y, x, depth]."""
    return _read(f, _IMAGES, "image")[..., numpy.newaxis]


def extract_labels(f, one_hot=False, num_classes=10):
    """Return the labels of an open idx file, as numbers or as rows with one hot entry."""
    labels = _read(f, _LABELS, "label")
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense, num_classes):
    """Turn class numbers into rows with one hot entry."""
    rows = numpy.zeros((labels_dense.shape[0], num_classes))
    rows[numpy.arange(labels_dense.shape[0]), labels_dense.ravel()] = 1
    return rows


class DataSet(object):
    """Images and labels that are handed out in shuffled batches, epoch after epoch."""

    def __init__(
        self,
        images,
        labels,
        fake_data=False,
        one_hot=False,
        dtype=tf.float32,
        reshape=True,
        seed=None,
    ):
        first, second = _seeds.get_seed(seed)
        numpy.random.seed(first if seed is None else second)
        dtype = tf.as_dtype(dtype).base_dtype
        if dtype not in (tf.uint8, tf.float32):
            raise TypeError("Invalid image dtype %r, expected uint8 or float32" % dtype)
        self.one_hot = one_hot
        if fake_data:
            self._num_examples = 10000
        else:
            assert images.shape[0] == labels.shape[0]
            self._num_examples = images.shape[0]
            if reshape:
                assert images.shape[3] == 1
                images = images.reshape(images.shape[0], images.shape[1] * images.shape[2])
            if dtype == tf.float32:
                images = numpy.multiply(images.astype(numpy.float32), 1.0 / 255.0)
        self._images, self._labels = images, labels
        self._epochs_completed = 0
        self._index_in_epoch = 0

    @property
    def images(self):
        """All images, in the order of the running epoch."""
        return self._images

    @property
    def labels(self):
        """Their labels."""
        return self._labels

    @property
    def num_examples(self):
        """How many there are."""
        return self._num_examples

    @property
    def epochs_completed(self):
        """How often all were handed out."""
        return self._epochs_completed

    def _shuffle(self):
        order = numpy.arange(self._num_examples)
        numpy.random.shuffle(order)
        self._images, self._labels = self._images[order], self._labels[order]

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """Return the next images and labels; a batch may reach into the next epoch."""
        if fake_data:
            label = [1] + [0] * 9 if self.one_hot else 0
            return [[1] * 784 for _ in range(batch_size)], [label for _ in range(batch_size)]
        start = self._index_in_epoch
        if self._epochs_completed == 0 and start == 0 and shuffle:
            self._shuffle()
        if start + batch_size <= self._num_examples:
            self._index_in_epoch = start + batch_size
            return self._images[start : start + batch_size], self._labels[
                start : start + batch_size
            ]
        self._epochs_completed += 1
        rest = self._images[start:], self._labels[start:]
        if shuffle:
            self._shuffle()
        self._index_in_epoch = batch_size - (self._num_examples - start)
        new = self._images[: self._index_in_epoch], self._labels[: self._index_in_epoch]
        return (
            numpy.concatenate((rest[0], new[0]), axis=0),
            numpy.concatenate((rest[1], new[1]), axis=0),
        )


def _arrays(folder, part, one_hot):
    """Return images and labels of a part, from the folder's files or else from Keras' copy."""
    paths = [os.path.join(folder, name) for name in _FILES[part]]
    if all(tf.io.gfile.exists(path) for path in paths):
        with open(paths[0], "rb") as images, open(paths[1], "rb") as labels:
            return extract_images(images), extract_labels(labels, one_hot=one_hot)
    loaded = tf.keras.datasets.mnist.load_data()
    images, labels = loaded[0 if part == "train" else 1]
    return images[..., numpy.newaxis], dense_to_one_hot(labels, 10) if one_hot else labels


def read_data_sets(
    train_dir,
    fake_data=False,
    one_hot=False,
    dtype=tf.float32,
    reshape=True,
    validation_size=5000,
    seed=None,
    source_url=None,
):
    """Return train, validation and test sets; source_url is not asked any more."""
    named = {"dtype": dtype, "reshape": reshape, "seed": seed}
    if fake_data:
        made = [DataSet([], [], fake_data=True, one_hot=one_hot, dtype=dtype, seed=seed)
                for _ in range(3)]  # fmt: skip
        return Datasets(*made)
    images, labels = _arrays(train_dir, "train", one_hot)
    test_images, test_labels = _arrays(train_dir, "test", one_hot)
    if not 0 <= validation_size <= len(images):
        raise ValueError(
            "Validation size should be between 0 and %d. Received: %d."
            % (len(images), validation_size)
        )
    return Datasets(
        DataSet(images[validation_size:], labels[validation_size:], **named),
        DataSet(images[:validation_size], labels[:validation_size], **named),
        DataSet(test_images, test_labels, **named),
    )


def load_mnist(train_dir="MNIST-data"):
    """Return the three sets as numbers and flat images."""
    return read_data_sets(train_dir)
