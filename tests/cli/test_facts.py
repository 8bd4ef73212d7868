"""The facts commands: the contract's JSON, text for people, exit codes."""

from __future__ import annotations

import pytest

from tfshift import __version__, facts

from .running import tfshift


def test_show() -> None:
    said = tfshift("facts", "show", "tensorflow.nn.relu", "--format", "json")
    payload = said.json
    assert said.code == 0
    assert payload["schema"] == "tfshift.facts.show/1"
    assert payload["tfshift"] == __version__
    assert payload["facts"] == facts.version()
    assert payload["symbol"] == "tf.nn.relu"
    assert payload["kind"] == "function"
    assert payload["present"] == [[facts.open().minors[0], facts.open().minors[-1]]]
    assert "tf.compat.v1.nn.relu" in payload["aliases"]
    names = [p["name"] for p in payload["signatures"][-1]["parameters"]]
    assert names == ["features", "name"]
    assert set(payload["signatures"][0]["parameters"][0]) == {"name", "kind", "default"}
    assert isinstance(payload["changes"], list)


def test_show_what_is_gone_and_why() -> None:
    payload = tfshift("facts", "show", "tf.contrib.layers", "--format", "json").json
    assert payload["present"][-1][1] == "1.15"
    assert "contrib-layers" in [c["id"] for c in payload["changes"]]


def test_show_a_deprecation() -> None:
    payload = tfshift("facts", "show", "tf.to_float", "--format", "json").json
    assert payload["deprecated"]["since"] in facts.open().minors
    assert tfshift("facts", "show", "tf.nn.relu", "--format", "json").json["deprecated"] is None


def test_diff() -> None:
    payload = tfshift("facts", "diff", "1.15", "2.15", "--under", "tf.nn", "--format", "json").json
    assert (payload["from"], payload["to"]) == tuple(
        facts.open().release(v).version for v in ("1.15", "2.15")
    )
    assert "tf.nn.softmax_cross_entropy_with_logits_v2" in payload["removed"]
    kinds = {c["kind"] for c in payload["changed"]}
    assert kinds <= {"parameters", "default", "kind", "behaviour"}
    assert all({"symbol", "kind", "before", "after"} == set(c) for c in payload["changed"])


def test_op() -> None:
    payload = tfshift("facts", "op", "MaxPool", "--format", "json").json
    assert payload["op"] == "MaxPool"
    attrs = {a["name"]: a for a in payload["versions"][-1]["attrs"]}
    assert {"name", "type", "default", "allowed"} <= attrs["padding"].keys()
    assert "SAME" in attrs["padding"]["allowed"]
    assert payload["versions"][-1]["inputs"]


def test_release() -> None:
    payload = tfshift("facts", "release", "1.15", "--format", "json").json
    wanted = "version date pythons distributions requires constraints cuda cudnn min_driver"
    assert {*wanted.split(), "graph_producer", "cxx11_abi", "cpu_features"} <= payload.keys()
    assert payload["version"].startswith("1.15.")
    assert "3.7" in payload["pythons"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "tf.nn.rellu6"], "near ones are tf.nn.relu6"),
        (["show", "numpy.zeros_like_no_such"], "unknown symbol"),
        (["op", "Addd"], "near ones are Add"),
        (["diff", "1.15", "9.9"], "unknown TensorFlow version '9.9'"),
        (["diff", "x", "1.15"], "should look like 1.15"),
        (["release", "2.99"], "near ones are"),
        (["show"], "Missing argument"),
        (["nonsense"], "No such command"),
        (["show", "tf.nn.relu", "--format", "yaml"], "--format"),
        (["show", "tf.nn.relu", "--format", "sarif"], ""),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], said: str) -> None:
    outcome = tfshift("facts", *arguments)
    if arguments[-1] == "sarif":
        assert outcome.code in (0, 2)
        return
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert said in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [["show", "tf.Session"], ["op", "Add"], ["release", "2.15"], ["diff", "1.14", "1.15"]],
)
def test_people_get_text_and_files_get_written(arguments: list[str], tmp_path: object) -> None:
    outcome = tfshift("facts", *arguments)
    assert outcome.code == 0
    assert not outcome.out.startswith("{")
    target = f"{tmp_path}/sub/out.txt"
    assert tfshift("facts", *arguments, "-o", target).out == ""
    with open(target) as stream:  # noqa: PTH123
        assert stream.read() == outcome.out


def test_patches_are_told_apart() -> None:
    first = tfshift("facts", "release", "1.15.0", "--format", "json").json
    newest = tfshift("facts", "release", "1.15", "--format", "json").json
    assert (first["version"], first["date"]) == ("1.15.0", "2019-10-16")
    assert newest["version"] == "1.15.5"
    assert first["requires"] != newest["requires"]
    # Of 1.15 only the first patch is built for GPUs under the plain name.
    built = {version: row["cuda_build"] for version, row in newest["patches"].items()}
    assert [version for version, cuda in built.items() if cuda] == ["1.15.0"]
    said = tfshift("facts", "release", "1.15.9")
    assert said.code == 2
    assert "TensorFlow 1.15.9 has no wheels" in said.err
