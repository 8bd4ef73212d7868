"""The TFLite interpreter: which versions of which operators it knows."""

from __future__ import annotations

from tfshift.domain.models import Model, Outlook, Problem
from tfshift.domain.versions import parse_minor
from tfshift.facts import Facts

TITLE = "tf.lite.Interpreter"
FORMATS = ("tflite",)
_PLACES = ("tf.lite.Interpreter", "tf.contrib.lite.Interpreter")


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Compare with the least runtime that the converter wrote down; custom operators are the user's."""
    minor = facts.minors[position]
    place = next((p for p in _PLACES if facts.exists(p, minor)), None)
    if place is None:
        problem = Problem("op", "Interpreter", 1, f"TensorFlow {minor} has no TFLite interpreter")
        return Outlook(TITLE, (problem,))
    problems: list[Problem] = []
    least = model.content.least
    if least and least[:1].isdigit() and parse_minor(least) > parse_minor(minor):
        problems.append(
            Problem(
                "op",
                "builtin versions",
                1,
                f"its operators need a runtime of {least} or newer, as its converter noted",
            )
        )
    for name in model.custom:
        # The interpreter of the full TensorFlow links the Flex delegate, which runs Flex operators.
        if not name.startswith("Flex"):
            message = f"operator {name} is a custom one"
            problems.append(Problem("custom", name, 1, message, "register it", undecided=True))
    return Outlook(f"{place}(model_path=path)", tuple(problems))
