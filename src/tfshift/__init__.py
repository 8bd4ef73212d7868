"""tfshift: move TensorFlow code, environments and models between any two versions, with proof."""

__version__ = "0.1.0"
