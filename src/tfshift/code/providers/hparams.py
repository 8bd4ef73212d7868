"""Hyperparameters as tf.contrib.training.HParams held, parsed and checked them.

Written by tfshift into this project, because tf.contrib has gone and TensorFlow has nothing in its
place. Values, errors and their texts are those of TensorFlow 1.15; protocol messages are not read or
written. Nothing of TensorFlow is needed. You own this file.
"""

import json
import numbers
import re

_ASSIGNMENT = re.compile(
    r"(?P<name>[a-zA-Z][\w.]*)"
    r"(?:\[\s*(?P<index>\d+)\s*\])?"
    r"\s*=\s*"
    r"(?:\[(?P<many>[^\]]*)\]|(?P<one>[^,\[]*))"
    r"(?:,\s*|$)"
)
_TRUTH = {"true": True, "True": True, "false": False, "False": False}


def _read(name, kind, text, whole):
    """Read one value of a known type."""
    try:
        if kind is bool:
            return _TRUTH[text] if text in _TRUTH else bool(int(text))
        return kind(text)
    except ValueError:
        raise ValueError(
            "Could not parse hparam '%s' of type '%s' with value '%s' in %s"
            % (name, kind.__name__, text, whole)
        ) from None


def parse_values(values, type_map, ignore_unknown=False):
    """Read assignments such as ``a=1,b=[2,3],c[0]=4``.

    Args:
        values: the text.
        type_map: name -> type of its value, or of its elements.
        ignore_unknown: whether names that are not in ``type_map`` are left out.

    Returns:
        Name -> value, list, or index -> value.

    Raises:
        ValueError: if the text cannot be read, or a name is unknown or assigned twice.
    """
    found = {}
    at = 0
    while at < len(values):
        match = _ASSIGNMENT.match(values, at)
        if match is None:
            raise ValueError("Malformed hyperparameter value: %s" % values[at:])
        at = match.end()
        name, index = match.group("name"), match.group("index")
        if name not in type_map:
            if ignore_unknown:
                continue
            raise ValueError("Unknown hyperparameter type for %s" % name)
        _assign(found, name, index, type_map[name], match, values)
    return found


def _assign(found, name, index, kind, match, whole):
    """Note one assignment, once."""
    if match.group("many") is not None:
        if index is not None:
            raise ValueError("Assignment of a list to a list index.")
        parts = [part for part in re.split("[ ,]", match.group("many")) if part]
        value = [_read(name, kind, part, whole) for part in parts]
    else:
        value = _read(name, kind, match.group("one"), whole)
    if index is None:
        if name in found:
            raise ValueError("Multiple assignments to variable '%s' in %s" % (name, whole))
        found[name] = value
        return
    elements = found.setdefault(name, {})
    if not isinstance(elements, dict):
        raise ValueError("Multiple assignments to variable '%s' in %s" % (name, whole))
    if int(index) in elements:
        raise ValueError("Multiple assignments to variable '%s[%s]' in %s" % (name, index, whole))
    elements[int(index)] = value


def _cast(name, kind, value):
    """Return a value as the type that a hyperparameter began with; None may become anything."""
    if issubclass(kind, type(None)):
        return value
    text = issubclass(kind, (str, bytes)) and not isinstance(value, (str, bytes))
    truth = issubclass(kind, bool) != isinstance(value, bool)
    whole = issubclass(kind, numbers.Integral) and not isinstance(value, numbers.Integral)
    number = issubclass(kind, numbers.Number) and not isinstance(value, numbers.Number)
    if text or truth or whole or number:
        raise ValueError(
            "Could not cast hparam '%s' of type '%s' from value %r" % (name, kind, value)
        )
    return kind(value)


class HParams(object):
    """Named values whose types stay.

    Args:
        hparam_def: protocol messages are not read here: only None.
        model_structure: whatever goes along.
        **kwargs: names and values; a list has the type of its first element.
    """

    def __init__(self, hparam_def=None, model_structure=None, **kwargs):
        self._hparam_types = {}
        self._model_structure = model_structure
        if hparam_def is not None:
            raise NotImplementedError("hparam_def: there is no protocol message for it any more")
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name, value):
        """Add a name.

        Raises:
            ValueError: if there is one, or the value is an empty list.
        """
        if getattr(self, name, None) is not None:
            raise ValueError("Hyperparameter name is reserved: %s" % name)
        if isinstance(value, (list, tuple)):
            if not value:
                raise ValueError("Multi-valued hyperparameters cannot be empty: %s" % name)
            self._hparam_types[name] = (type(value[0]), True)
        else:
            self._hparam_types[name] = (type(value), False)
        setattr(self, name, value)

    def set_hparam(self, name, value):
        """Give a name another value of its type.

        Raises:
            KeyError: if there is no such name.
            ValueError: if the type does not fit.
        """
        kind, many = self._hparam_types[name]
        if isinstance(value, list):
            if not many:
                raise ValueError("Must not pass a list for single-valued parameter: %s" % name)
            setattr(self, name, [_cast(name, kind, element) for element in value])
            return
        if many:
            raise ValueError("Must pass a list for multi-valued parameter: %s." % name)
        setattr(self, name, _cast(name, kind, value))

    def del_hparam(self, name):
        """Take a name away where there is one."""
        if hasattr(self, name):
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values):
        """Take over assignments such as ``a=1,b=[2,3]``; return this object.

        Raises:
            ValueError: if they cannot be read or do not fit.
        """
        kinds = {name: kind for name, (kind, _) in self._hparam_types.items()}
        return self.override_from_dict(parse_values(values, kinds))

    def override_from_dict(self, values_dict):
        """Take over values by name; return this object."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def parse_json(self, values_json):
        """Take over the values of a JSON object; return this object."""
        return self.override_from_dict(json.loads(values_json))

    def to_json(self, indent=None, separators=None, sort_keys=False):
        """Spell the values as a JSON object."""
        return json.dumps(self.values(), indent=indent, separators=separators, sort_keys=sort_keys)

    def values(self):
        """Return name -> value."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key, default=None):
        """Return a value, or a default where there is no such name.

        Raises:
            ValueError: if the default is not of the value's type.
        """
        if key not in self._hparam_types:
            return default
        if default is not None:
            self._compare(key, default)
        return getattr(self, key)

    def _compare(self, key, default):
        kind, many = self._hparam_types[key]
        said = "Hparam '%s' of type '%s' is incompatible with default=%s" % (
            key,
            "list<%s>" % kind if many else kind,
            default,
        )
        if many != isinstance(default, list):
            raise ValueError(said)
        try:
            for element in default if many else [default]:
                _cast(key, kind, element)
        except ValueError as error:
            raise ValueError("%s. %s" % (said, error)) from None

    def set_model_structure(self, model_structure):
        """Set what goes along."""
        self._model_structure = model_structure

    def get_model_structure(self):
        """Return what goes along."""
        return self._model_structure

    def __contains__(self, key):
        return key in self._hparam_types

    def __str__(self):
        return ",".join("%s=%s" % (name, value) for name, value in sorted(self.values().items()))

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__, sorted(self.values().items()))
