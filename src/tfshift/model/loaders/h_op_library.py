"""``tf.load_op_library``: the framework library's name and its string layout must be the library's."""

from __future__ import annotations

from tfshift import elf
from tfshift.domain.models import Model, Outlook, Problem
from tfshift.facts import Facts

TITLE = "tf.load_op_library"
FORMATS = ("op_library",)


def outlook(model: Model, facts: Facts, position: int) -> Outlook | None:
    """Hold what the library asks for against the release's build."""
    asked = elf.library(model.content.path)
    release = facts.releases[position]
    framework = release.extra.get("framework")
    linked = [n for n in asked.needed if n.startswith("libtensorflow_framework")]
    problems: list[Problem] = []
    remedy = "build it again against this TensorFlow"
    if linked and framework and framework not in linked:
        problems.append(
            Problem(
                "custom",
                linked[0],
                1,
                f"it is linked to {linked[0]}; {release.minor} has {framework}",
                remedy,
            )
        )
    abi = release.cxx11_abi
    if asked.cxx11_abi is not None and abi is not None and asked.cxx11_abi != abi:
        problems.append(
            Problem(
                "custom",
                "_GLIBCXX_USE_CXX11_ABI",
                1,
                f"it was built with the string ABI {asked.cxx11_abi}; {release.minor} with {abi}",
                remedy,
            )
        )
    if not problems:
        problems.append(
            Problem(
                "custom",
                model.content.path.name,
                1,
                "name and ABI fit; whether all symbols are there only the installed release tells",
                f"tfshift doctor --library {model.content.path.name}",
                undecided=True,
            )
        )
    return Outlook(f"{TITLE}(path)", tuple(problems))
