"""Keras: ``load_model`` of HDF5 and .keras files, ``load_weights`` of weights alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tfshift.domain.models import Model, Outlook, Problem
from tfshift.domain.versions import parse_minor
from tfshift.facts import Facts
from tfshift.model import graphs, keras_configs, marshalled
from tfshift.model.edges import passed
from tfshift.model.keras_rewrites import objects
from tfshift.model.keras_rewrites.e_functional import histories, models_within
from tfshift.model.keras_rewrites.f_built_shapes import BUILT_FROM

TITLE = "tf.keras.models.load_model"
FORMATS = ("keras_h5", "keras", "keras_h5_weights")
# What every layer takes, as its base class does.
_BASE = {"name", "trainable", "dtype", "batch_input_shape", "input_shape", "input_dtype"}
_MODELS = {"Sequential", "Model", "Functional"}
_ENGINE = {"Functional", "Model"}


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Hold the configuration of each layer against what the release's classes take."""
    if not facts.exists("tf.keras.models", facts.minors[position]):
        return None
    if model.format == "keras_h5_weights":
        return Outlook("model.load_weights(path)", graphs.merged(_weights(model, facts, position)))
    found = list(_container(model, facts, position))
    if not found:
        found = list(_configured(model, facts, position))
    return Outlook(f"{TITLE}(path, compile=False)", graphs.merged(found))


def _weights(model: Model, facts: Facts, position: int) -> Iterator[Problem]:
    """The name of the file decides which layout is expected."""
    new = passed(facts, position, "weights-layout")
    content = model.content
    named = content.path.name.endswith(".weights.h5")
    if content.new_layout and not new:
        yield Problem(
            "keras",
            "layout",
            1,
            f"{facts.minors[position]} does not know the layout of weights that came with 2.12",
        )
    elif content.new_layout and not named:
        yield Problem("keras", "layout", 1, "weights in the new layout are only read from a file named *.weights.h5",
                      f"mv {content.path.name} {content.path.stem}.weights.h5")  # fmt: skip
    elif not content.new_layout and named and new:
        yield Problem("keras", "layout", 1, "from 2.12 on a file named *.weights.h5 is read in the new layout; this is the old one",
                      f"mv {content.path.name} {content.path.name.replace('.weights.h5', '.h5')}")  # fmt: skip


def _container(model: Model, facts: Facts, position: int) -> Iterator[Problem]:
    minor, keras_3 = facts.minors[position], passed(facts, position, "keras-3")
    version = str(model.content.keras_version or "")
    three = version.startswith("3")
    if model.format == "keras" and not passed(facts, position, "keras-archive"):
        yield Problem(
            "keras", ".keras", 1, f"{minor} cannot read .keras files: they came with 2.12"
        )
    elif model.format == "keras" and three != keras_3:
        other = "Keras 3" if keras_3 else "Keras 2"
        yield Problem("keras", "Keras major", 1, f"it was saved by Keras {version}, and {minor} brings {other}: "
                      "its classes lie in other modules",
                      "pip install tf_keras; TF_USE_LEGACY_KERAS=1" if keras_3 else "")  # fmt: skip
    elif model.format == "keras" and not three and _series(version) > parse_minor(minor):
        yield Problem(
            "keras", "Keras minor", 1,
            f"it was saved by Keras {version}: older ones look for its classes and weights elsewhere",
        )  # fmt: skip


def _series(version: str) -> tuple[int, int]:
    try:
        return parse_minor(version)
    except ValueError:
        return (0, 0)


def _configured(model: Model, facts: Facts, position: int) -> Iterator[Problem]:
    config = model.content.config
    classes = Classes(facts, position)
    yield from _outer(config, facts, position)
    for entry in keras_configs.layer_configs(config):
        yield from _layer(entry, classes)
    for entry in objects(config):
        yield from _calls(entry, classes)


def _calls(entry: dict[str, Any], classes: Classes) -> Iterator[Problem]:
    """Keras 3 counts the calls of an inner model from 0, Keras 2 from 1: either waits for ever."""
    inner = entry["config"]
    if entry["class_name"] not in ("Functional", "Model") or not isinstance(inner, dict):
        return
    models = models_within(inner.get("layers", ()))
    first = 0 if classes.three else 1
    found = {h[0]: h[1] for h in histories(inner) if h[0] in models}
    low = {name: min(h[1] for h in histories(inner) if h[0] == name) for name in found}
    for name, call in sorted(low.items()):
        if call != first:
            yield Problem(
                "keras", f"{name}: call {call}", 1,
                f"{classes.minor} counts the calls of a model within the model from {first}, the file from {call}",
            )  # fmt: skip


def _outer(config: Mapping[str, Any], facts: Facts, position: int) -> Iterator[Problem]:
    minor, keras_3 = facts.minors[position], passed(facts, position, "keras-3")
    kind, inner = config.get("class_name"), config.get("config")
    if kind == "Sequential":
        if isinstance(inner, list) and keras_3:
            yield Problem(
                "keras",
                "Sequential",
                1,
                f"Keras 3 in {minor} does not read the list of layers that Sequential was saved as until 1.8",
            )
        if isinstance(inner, list) and passed(facts, position, "sequential-list-refused"):
            yield Problem(
                "keras", "Sequential", 1,
                f"{minor} does not read the list of layers that Sequential was saved as until 1.8",
            )  # fmt: skip
        if isinstance(inner, Mapping) and not passed(facts, position, "sequential-as-dict"):
            yield Problem(
                "keras",
                "Sequential",
                1,
                f"{minor} expects Sequential's layers as a list: it says 'Unknown layer: name'",
            )
        first = next(iter(keras_configs.entries(config)), {})
        if isinstance(inner, Mapping) and keras_3 and first.get("class_name") != "InputLayer":
            yield Problem(
                "keras",
                "Sequential",
                1,
                f"Keras 3 in {minor} takes a Sequential that begins without InputLayer for one with another shape",
            )
    if kind == "Functional" and not passed(facts, position, "functional-class"):
        yield Problem(
            "keras",
            "Functional",
            1,
            f"{minor} does not know the class Functional: it came with 2.3",
        )


class Classes:
    """The classes of a release's Keras with what their constructors take.

    Args:
        facts: the opened facts.
        position: the release's place.
        from_three: whether Keras 3 wrote what is held against them.
    """

    def __init__(self, facts: Facts, position: int, *, from_three: bool = False) -> None:
        self.from_three = from_three
        self.minor = facts.minors[position]
        self.three = passed(facts, position, "keras-3")
        self.has_glorot = passed(facts, position, "glorot-classes")
        self.takes_axis_lists = passed(facts, position, "batch-norm-axis-list")
        # A plain installation brings the newest Keras 3, whatever the release's own age.
        self.facts = facts.of("keras") if self.three else facts
        self.position = len(self.facts.minors) - 1 if self.three else position
        self.root = "keras" if self.three else "tf.keras"
        self.sequential_as_dict = passed(facts, position, "sequential-as-dict")
        self.layers_as_activations = passed(facts, position, "layers-as-activations")
        self.functional = passed(facts, position, "functional-class")
        # The names of VarianceScaling's distributions are longer where the plain ones are old.
        self.long_distributions = passed(facts, position, "glorot-classes")

    def default_anywhere(self, name: str, key: str) -> str | None:
        """Return how the newest Keras spells the default of a layer's argument; None if it has none."""
        keras = self.facts.of("keras")
        found = keras.resolve(f"keras.layers.{name}", len(keras.minors) - 1)
        parameter = found.signature.parameter(key) if found and found.signature else None
        return None if parameter is None else parameter.default

    def is_layer(self, name: str) -> bool:
        """Tell whether any Keras 3 has a layer, or model, of this name."""
        return name in _MODELS or bool(self.facts.of("keras").present(f"keras.layers.{name}"))

    def called_with(self, name: str) -> tuple[str, ...]:
        """Return the names of what a layer is called with, in order; empty where not known."""
        found = self.facts.resolve(f"{self.root}.layers.{name}.call", self.position)
        if found is None or found.signature is None:
            return ()
        return tuple(n for n in found.signature.names if n != "self")

    def takes(self, places: tuple[str, ...], name: str) -> set[str] | None:
        """Return what a class's constructor takes, None where there is no such class."""
        for place in places:
            found = self.facts.resolve(f"{self.root}.{place}.{name}", self.position)
            if found is not None and found.kind in ("class", "function"):
                signature = found.signature
                if signature is None:
                    return {"*"}
                names = set(signature.names) | set(signature.further or ())
                anything = not signature.further and "kwargs" in signature.names
                return names | ({"*"} if anything else set())
        return None


def _layer(entry: Mapping[str, Any], classes: Classes) -> Iterator[Problem]:
    name, inner = str(entry.get("class_name")), entry.get("config")
    if name in _MODELS or name == "TensorFlowOpLayer":
        return
    if name == "Lambda":
        yield from _lambda(inner, classes)
        return
    takes = classes.takes(("layers",), name)
    if takes is None:
        known = any(f.startswith("tf.keras.layers.") for f in _elsewhere(name, classes))
        if known:
            yield Problem("keras", name, 1, f"{classes.minor} has no layer {name}")
        else:
            yield Problem("custom", name, 1, f"{name} is no layer of Keras: it is a class of yours",
                          f"custom_objects={{'{name}': {name}}}", undecided=True)  # fmt: skip
        return
    if not isinstance(inner, Mapping):
        return
    if classes.three and "score_mode" in inner and "module" not in entry:
        yield Problem("keras", f"{name}.score_mode", 1,
                      f"Keras 3 in {classes.minor} takes {name}'s score_mode for a function where no module stands beside")  # fmt: skip
    yield from _keys(name, inner, takes, classes)
    if (
        name == "BatchNormalization"
        and isinstance(inner.get("axis"), list)
        and not classes.takes_axis_lists
    ):
        yield Problem(
            "keras",
            "BatchNormalization.axis",
            1,
            f"{classes.minor} takes a number for axis, not a list",
        )
    activation = inner.get("activation")
    used = activation.get("class_name") if isinstance(activation, Mapping) else None
    if isinstance(used, str) and classes.is_layer(used) and not classes.layers_as_activations:
        yield Problem(
            "keras",
            f"{name}.activation",
            1,
            f"{classes.minor} takes no layer for an activation, and here it is {used}",
        )
    for kind, config in keras_configs.nested(dict(inner)):
        yield from _object(kind, config, classes)


def _elsewhere(name: str, classes: Classes) -> list[str]:
    found = [f"tf.keras.layers.{name}"]
    return [f for f in found if classes.facts.of("tf").present(f)]


def _keys(
    name: str, inner: Mapping[str, Any], takes: set[str], classes: Classes
) -> Iterator[Problem]:
    if isinstance(inner.get("dtype"), Mapping) and not classes.three:
        yield Problem(
            "keras",
            "dtype policy",
            1,
            f"{classes.minor} does not read the data type policies that Keras 3 writes",
        )
    if "*" in takes:
        return
    built = set() if classes.three else set(BUILT_FROM.get(name, ()))
    for key in sorted(built - set(inner)):
        yield Problem("keras", f"{name}.{key}", 1, f"{name} of {classes.minor} wants {key}")
    for key in sorted(set(inner) - takes - _BASE - built):
        yield Problem("keras", f"{name}.{key}", 1, f"{name} of {classes.minor} takes no {key}")


_PLACES = (
    "initializers",
    "regularizers",
    "constraints",
    "layers",
    "activations",
    "optimizers.schedules",
)


def _object(kind: str, config: Mapping[str, Any], classes: Classes) -> Iterator[Problem]:
    """Hold an initializer, regularizer or the like against the release."""
    if kind in _MODELS or kind in (
        "DTypePolicy",
        "Policy",
        "__tensor__",
        "__tuple__",
        "__keras_tensor__",
    ):
        return
    if kind in ("GlorotUniform", "GlorotNormal") and not classes.three:
        if not classes.has_glorot:
            yield Problem(
                "keras", kind, 1, f"{classes.minor} has no {kind}: it is VarianceScaling there"
            )
        for key in sorted(set(config) - {"seed", "dtype", "name"}):
            yield Problem("keras", f"{kind}.{key}", 1, f"{kind} of {classes.minor} takes no {key}")
        return
    takes = classes.takes(_PLACES, kind)
    if takes is None:
        tensorflow = classes.facts.of("tf")
        if any(tensorflow.present(f"tf.keras.{place}.{kind}") for place in _PLACES[:3]):
            yield Problem("keras", kind, 1, f"{classes.minor} has no {kind}")
        return
    if "*" in takes:
        return
    # Keras 2 takes a data type out of an initializer's configuration by itself.
    spare = _BASE if not classes.three else {"name"}
    for key in sorted(set(config) - takes - spare):
        yield Problem("keras", f"{kind}.{key}", 1, f"{kind} of {classes.minor} takes no {key}")


def _lambda(inner: Any, classes: Classes) -> Iterator[Problem]:
    """Lambda layers hold code of the Python that wrote them."""
    code = inner.get("function") if isinstance(inner, Mapping) else None
    if isinstance(code, Mapping):
        code = (code.get("config") or {}).get("code")
    if isinstance(code, list) and code:
        code = code[0]
    family = marshalled.family(code) if isinstance(code, str) else None
    release = classes.facts.of("tf").release(classes.minor)
    if family is None:
        yield Problem(
            "lambda",
            "Lambda",
            1,
            "a Lambda layer names a function of yours",
            "custom_objects",
            undecided=True,
        )
        return
    if not any(marshalled.of(p) == family for p in release.pythons):
        yield Problem(
            "lambda",
            "Lambda",
            1,
            f"its code is that of {family}, and {classes.minor} runs on Python {', '.join(release.pythons)}",
        )
    elif parse_minor(classes.minor) in ((1, 15), (2, 0)):
        yield Problem(
            "lambda",
            "Lambda",
            1,
            f"{classes.minor} cannot load Lambda layers from HDF5, not even its own",
        )
