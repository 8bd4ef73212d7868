"""Move initial values by some roundings: what comes of it is how exact the program can be at all.

Another release adds up in another order. Where training carries such a difference far, so it does
these: the spread between two runs of one release, one of them moved, is the program's own noise.
"""

from . import initials, stream


class _Mover(object):
    """Moves each element of a value by up to ``size`` of itself."""

    def __init__(self, size):
        self.size = size
        self.random = None

    def moved(self, value):
        """Return the moved value; None where it has no numbers to move."""
        import numpy

        value = numpy.asarray(value)
        if value.dtype.kind != "f" or not value.any():
            return None
        if self.random is None:
            self.random = numpy.random.RandomState(20200101)
        with numpy.errstate(all="ignore"):
            factor = 1 + self.size * self.random.uniform(-1, 1, value.shape)
            result = (value * factor).astype(value.dtype)
        stream.note("initial values were moved by %g of themselves" % self.size, "rounding")
        return result


def prepare(size):
    """Move first values.

    Args:
        size: by how much of itself each element of a trainable variable may move.
    """
    mover = _Mover(size)
    initials.prepare(lambda found: [mover.moved(value) for _, value in found])
