"""Keep the first values of trainable variables, or put those of another recording in their places.

Two releases draw other initial values by design; with the same ones the computation is compared.
"""

import json
import re

from . import initials, stream

_END = re.compile(r":\d+$")


def keep():
    """Write each first value to the stream."""

    def visit(found):
        for name, value in found:
            _write(name, value)
        return [None] * len(found)

    initials.prepare(visit)


def _write(name, value):
    import numpy

    array = numpy.ascontiguousarray(value)
    if array.dtype.kind == "f":
        record = {"t": "initial", "name": _END.sub("", name), "stored": array.dtype.name}
        record["shape"] = list(array.shape)
        stream.write(record, array.tobytes())


class Transplant(object):
    """Hands out recorded values: by name and shape first, else the next of that shape in order.

    Args:
        names: the name of each value, in the order in which they were recorded.
        arrays: the values.
    """

    def __init__(self, names, arrays):
        self.free = list(zip(names, arrays))
        self.by_name = self.by_order = 0

    def visit(self, found):
        """Return the values for some variables at once, None for those that have none."""
        given = [self._named(_END.sub("", name), value.shape) for name, value in found]
        self.by_name += sum(value is not None for value in given)
        for place, (name, value) in enumerate(found):
            if given[place] is None and value.dtype.kind == "f":
                given[place] = self._next(value.shape)
                if given[place] is None:
                    text = "%s kept its own initial value: no value of shape %s is left"
                    stream.note(text % (_END.sub("", name), list(value.shape)), "transplant")
                self.by_order += given[place] is not None
        return [
            None if new is None else new.astype(value.dtype)
            for new, (_, value) in zip(given, found)
        ]

    def _named(self, name, shape):
        for place, (other, array) in enumerate(self.free):
            if other == name and array.shape == shape:
                return self.free.pop(place)[1]
        return None

    def _next(self, shape):
        for place, (_, array) in enumerate(self.free):
            if array.shape == shape:
                return self.free.pop(place)[1]
        return None


def prepare(names, path):
    """Put recorded values in the places of first values.

    Args:
        names: path of a JSON list of the values' names.
        path: the archive that holds them, under "0", "1" and so on.
    """
    state = []

    def visit(found):
        if not state:
            import numpy

            with open(names) as file:
                titles = json.load(file)
            with numpy.load(path) as archive:
                state.append(Transplant(titles, [archive[str(n)] for n in range(len(titles))]))
        before = state[0].by_order
        given = state[0].visit(found)
        stream.note("initial values were taken from another recording", "transplant")
        if state[0].by_order > before:
            stream.note("some of them by order and shape, their names are others", "transplant")
        return given

    initials.prepare(visit)
