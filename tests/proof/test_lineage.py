"""What a different output is computed from is named, and what is the release's own affair is not."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tfshift.proof.account import to_json, to_lines
from tfshift.proof.compare import compare
from tfshift.proof.lineage import feeds
from tfshift.proof.recording import Recording

from .made_recordings import recording

GRAPH: dict[str, list[Any]] = {
    "x": ["Placeholder", [], None, {}],
    "w": ["VariableV2", [], None, {}],
    "w/read": ["Identity", ["w"], None, {}],
    "MatMul": ["MatMul", ["x", "w/read"], None, {"transpose_a": False}],
    "half": ["Const", [], "0.5", {}],
    "mul": ["Mul", ["MatMul", "half"], None, {}],
    "loss": ["Mean", ["mul", "axis"], None, {"keep_dims": False}],
    "axis": ["Const", [], "[0, 1]", {}],
    "gradients/mul_grad/Sum": ["Sum", ["mul"], None, {"keep_dims": False}],
    "rate": ["Const", [], "0.1", {}],
    "step": ["ApplyGradientDescent", ["w", "rate", "gradients/mul_grad/Sum"], None, {}],
}


def made(operations: dict[str, list[Any]]) -> Recording:
    return recording([1.0], operations=operations)


def changed(**by_name: dict[int, Any]) -> Recording:
    other = {name: list(parts) for name, parts in GRAPH.items()}
    for name, parts in by_name.items():
        for place, value in parts.items():
            other[name][place] = value
    return made(other)


def named(after: Recording, output: str = "loss:0") -> list[tuple[str, str, str, str]]:
    return [(f.name, f.what, f.before, f.after) for f in feeds(made(GRAPH), after, output)]


def test_a_constant_that_is_another_is_named() -> None:
    assert named(changed(half={2: "0.6"})) == [("half", "value", "0.5", "0.6")]
    assert named(changed(axis={2: "[0]"})) == [("axis", "value", "[0, 1]", "[0]")]


def test_an_operation_and_an_attribute_that_are_others_are_named() -> None:
    assert named(changed(mul={0: "AddV2"})) == [("mul", "type", "Mul", "AddV2")]
    assert named(changed(loss={3: {"keep_dims": True}})) == [("loss", "keep_dims", "False", "True")]


def test_what_updates_the_variables_comes_after_what_computes_the_output() -> None:
    both = changed(half={2: "0.6"}, rate={2: "0.2"})
    assert [name for name, *_ in named(both)] == ["half", "rate"]


def test_what_is_one_operation_in_two_ages_is_the_same() -> None:
    other = changed(w={0: "VarHandleOp"}, step={0: "ResourceApplyGradientDescent"})
    other.operations["w/read"][0] = "ReadVariableOp"
    other.operations["mul"][0] = "MulV2"
    other.operations["gradients/mul_grad/Sum"][3] = {"keep_dims": True}
    other.operations["half"][2] = "0.50000001"
    assert named(other) == []


def test_nothing_is_said_of_what_one_side_does_not_have() -> None:
    assert named(made({})) == []
    assert named(made(GRAPH), "stdout:3") == []
    assert named(changed(half={2: None})) == []


def test_what_is_printed_may_come_from_anywhere() -> None:
    assert [name for name, *_ in named(changed(rate={2: "0.2"}), "stdout:3")] == ["rate"]


def test_layers_are_named_by_their_places() -> None:
    layers = {
        "layer 1": ["Dense", [], None, {"units": 4}],
        "layer 2": ["Dropout", ["layer 1"], None, {"rate": 0.5}],
        "optimizer": ["SGD", [], None, {"learning_rate": 0.1}],
        "model 1": ["Model", ["layer 2", "optimizer"], None, {}],
    }
    other = {**layers, "layer 2": ["Dropout", ["layer 1"], None, {"rate": 0.4}]}
    found = list(feeds(made(layers), made(other), "keras.fit loss"))
    assert [(f.name, f.what, f.before, f.after) for f in found] == [
        ("layer 2", "rate", "0.5", "0.4")
    ]


def test_a_comparison_tells_it() -> None:
    before = recording([1.0], operations=GRAPH)
    after = recording([2.0], operations=changed(half={2: "0.6"}).operations)
    for one in (before, after):
        one.steps[0].outputs[0].__dict__["label"] = "loss:0"
    result = compare(before, after)
    assert to_json(result)["feeds"] == [
        {"name": "half", "what": "value", "before": "0.5", "after": "0.6"}
    ]
    assert "it is computed from half, whose value was 0.5 and is 0.6" in to_lines(result)
    assert to_json(compare(before, before))["feeds"] == []


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
@settings(max_examples=60, deadline=None)
def test_nothing_differs_from_itself_whatever_the_graph(graph: dict[str, list[str]]) -> None:
    one = made({name: ["Add", before, None, {}] for name, before in graph.items()})
    assert all(not list(feeds(one, one, f"{name}:0")) for name in graph)
