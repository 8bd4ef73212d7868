"""Models are read without TensorFlow; what is broken is one line, and nothing in them is run."""

from __future__ import annotations

import json
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import tfshift
from tfshift import facts
from tfshift.domain.errors import TfshiftError
from tfshift.model import marshalled
from tfshift.model.check import check
from tfshift.model.convert import convert, write
from tfshift.model.formats import all_formats, read_model
from tfshift.model.protos import message

SAMPLES = Path(__file__).parent / "samples"

FORMATS = [
    ("m.ckpt-7", "checkpoint"),
    ("m.ckpt-7.index", "checkpoint"),
    ("m.ckpt-7.data-00000-of-00001", "checkpoint"),
    ("fun.keras", "keras"),
    ("seq.h5", "keras_h5"),
    ("seq.weights.h5", "keras_h5_weights"),
    ("seq.tflite", "tflite"),
]


@pytest.mark.parametrize(("name", "format_"), FORMATS)
def test_a_format_is_told_from_content(name: str, format_: str, tmp_path: Path) -> None:
    model = read_model(SAMPLES / name)
    assert model.format == format_
    json.dumps(model.to_json())
    if "ckpt" not in name:
        other = tmp_path / "renamed"
        shutil.copy(SAMPLES / name, other)
        assert read_model(other).format == format_


def test_what_is_in_them() -> None:
    checkpoint = read_model(SAMPLES / "m.ckpt-7")
    assert [(v.name, v.dtype, v.shape) for v in checkpoint.variables] == [
        ("b", "float32", (3,)),
        ("w", "float32", (4, 3)),
    ]
    keras = read_model(SAMPLES / "fun.keras")
    assert keras.layers.count("Dense") == 3
    assert keras.signatures[0].inputs[0].shape == (None, 4)
    assert (keras.produced_by or "").startswith("keras 3.")
    lite = read_model(SAMPLES / "seq.tflite")
    assert lite.ops.get("FULLY_CONNECTED") == 2


def graph(*nodes: tuple[str, str, tuple[str, ...]]) -> bytes:
    found = message("GraphDef")()
    for name, op, inputs in nodes:
        node = found.node.add()
        node.name, node.op = name, op
        node.input.extend(inputs)
    data: bytes = found.SerializeToString()
    return data


def frozen(folder: Path, *nodes: tuple[str, str, tuple[str, ...]]) -> Path:
    file = folder / "frozen.pb"
    file.write_bytes(graph(*nodes))
    return file


X = ("x", "Placeholder", ())


def verdicts(path: Path) -> dict[str, str]:
    return {
        t.version: t.verdict for t in check(read_model(path), facts.open(), facts.open().minors)
    }


def test_an_op_decides_which_releases_load_a_graph(tmp_path: Path) -> None:
    found = verdicts(frozen(tmp_path, X, ("y", "LeakyRelu", ("x",))))
    assert found["1.15.5"] == "yes"
    assert found["1.4.1"] == "no"
    assert set(verdicts(frozen(tmp_path, X, ("y", "Relu", ("x",)))).values()) == {"yes"}
    assert set(verdicts(frozen(tmp_path, X, ("y", "MyOwnOp", ("x",)))).values()) == {"unknown"}


def test_an_op_whose_kernel_is_gone_decides_too(tmp_path: Path) -> None:
    """It is registered to this day, so that graphs with it are imported; nothing runs it."""
    found = verdicts(frozen(tmp_path, X, ("e", "BoostedTreesEnsembleResourceHandleOp", ("x",))))
    assert (found["2.8.4"], found["2.9.3"], found["2.21.0"]) == ("yes", "no", "no")
    # Without a kernel for processors in any release, and with one of another name in all.
    for op in ("CudnnRNN", "NoOp", "Enter"):
        known = verdicts(frozen(tmp_path, X, ("y", op, ("x",))))
        assert {known["1.15.5"], known["2.15.1"], known["2.21.0"]} == {"yes"}, op


def test_a_conversion_is_exact_or_refused(tmp_path: Path) -> None:
    model = read_model(frozen(tmp_path, X, ("y", "AddV2", ("x", "x"))))
    rewritten, done = convert(model, facts.open(), "1.4")
    assert [n.op for n in rewritten.node] == ["Placeholder", "Add"]
    assert done.verdict == "yes"
    assert [n.op for n in model.content.graph.node] == ["Placeholder", "AddV2"]
    refused = read_model(
        frozen(
            tmp_path, X, ("y", "Bincount", ("x", "x", "x")), ("z", "DenseBincount", ("x", "x", "x"))
        )
    )
    _, done = convert(refused, facts.open(), "1.4")
    assert done.verdict == "no"
    assert "DenseBincount" in {p.name for p in done.problems}


def test_a_refused_conversion_writes_nothing(tmp_path: Path) -> None:
    file = frozen(tmp_path, X, ("z", "DenseBincount", ("x", "x", "x")))
    said = tfshift("model", "convert", file, tmp_path / "out.pb", "--to", "1.4", "--format", "json")
    assert said.code == 1
    assert said.json["verdict"] == "no"
    assert said.json["problems"][0]["name"] == "DenseBincount"
    assert not (tmp_path / "out.pb").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    file = frozen(tmp_path, X, ("y", "Relu", ("x",)))
    model = read_model(file)
    with pytest.raises(TfshiftError, match="already"):
        write(model, model.content.graph, file)


def test_weights_under_a_name_of_the_new_layout() -> None:
    found = verdicts(SAMPLES / "seq.weights.h5")
    assert found["2.15.1"] == "yes"
    assert found["2.8.4"] == "no"


@pytest.mark.parametrize("command", ["inspect", "check"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pb", b"not a graph"),
        ("a.pb", b""),
        ("a.keras", b"PK\x03\x04 broken"),
        ("a.h5", b"\x89HDF\r\n\x1a\n broken"),
        ("a.tflite", b"\x1c\x00\x00\x00TFL3" + b"\xff" * 40),
        ("a.txt", b"hello"),
        ("a.so", b"\x7fELF nothing of TensorFlow's"),
    ],
)
def test_what_is_broken_is_one_line(command: str, name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    more = ["--all"] if command == "check" else []
    said = tfshift("model", command, tmp_path / name, *more)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "name", ["m.ckpt-7.index", "fun.keras", "seq.h5", "seq.tflite", "seq.weights.h5"]
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.integers(0, 4000), flip=st.integers(0, 4000))
def test_a_file_that_was_cut_or_changed_never_ends_in_a_traceback(
    name: str, cut: int, flip: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray((SAMPLES / name).read_bytes())
    data[flip % len(data)] ^= 0x55
    place = tmp_path_factory.mktemp("broken") / name
    place.write_bytes(bytes(data[: len(data) - cut % len(data)]))
    # Anything else than one of ours would be a traceback.
    with suppress(TfshiftError):
        json.dumps(read_model(place).to_json())


def test_a_wrong_checksum_is_found(tmp_path: Path) -> None:
    data = bytearray((SAMPLES / "m.ckpt-7.index").read_bytes())
    data[10] ^= 1
    (tmp_path / "m.ckpt-7.index").write_bytes(bytes(data))
    with pytest.raises(TfshiftError, match="broken"):
        read_model(tmp_path / "m.ckpt-7")


def test_a_missing_data_file_is_told(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "m.ckpt-7.index", tmp_path)
    assert set(verdicts(tmp_path / "m.ckpt-7").values()) == {"no"}


def test_a_configuration_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * (80 << 20))
    with pytest.raises(TfshiftError, match="would be"):
        read_model(tmp_path / "a.keras")


def test_the_python_of_marshalled_code_is_told_without_running_it() -> None:
    import base64
    import marshal
    import sys

    code = base64.b64encode(marshal.dumps((lambda x: x + 1).__code__)).decode()
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert marshalled.family(code) == marshalled.of(here)
    assert marshalled.family("bm90IGNvZGU=") is None


def test_models_are_compared() -> None:
    same = tfshift("model", "diff", SAMPLES / "seq.h5", SAMPLES / "seq.h5", "--format", "json")
    assert (same.code, same.json["equal"]) == (0, True)
    other = tfshift("model", "diff", SAMPLES / "seq.h5", SAMPLES / "fun.keras", "--format", "json")
    assert (other.code, other.json["equal"]) == (1, False)
    assert other.json["differences"]["format"] == ["keras_h5", "keras"]


def test_a_ceiling_names_what_is_too_new(tmp_path: Path) -> None:
    file = frozen(tmp_path, X, ("y", "AddV2", ("x", "x")))
    said = tfshift("model", "check", file, "--ceiling", "1.4", "--format", "json")
    assert said.code == 1
    assert said.json["targets"][0]["problems"][0]["name"] == "AddV2"
    assert said.json["convertible"] == ["1.4.1"]
    assert tfshift("model", "check", file, "--ceiling", "1.15").code == 0


def test_each_format_says_what_it_is() -> None:
    assert all(f.TITLE and isinstance(f.ORDER, int) for f in all_formats())


def test_a_card_tells_when_a_model_has_changed(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "seq.h5", tmp_path / "m.h5")
    path = tmp_path / "m.h5"
    done = tfshift("model", "record", path, "--no-run")
    assert done.code == 0, done.err
    card = json.loads((tmp_path / "m.h5.tfshift.json").read_text())
    assert card["format"] == "keras_h5"
    assert card["loads"]["2.15.1"] == "yes"
    told = json.loads(tfshift("model", "check", str(path), "--to", "2.15", "--format", "json").out)
    assert told["card"] == {"path": "m.h5.tfshift.json", "verdict": "yes", "reasons": []}
    path.write_bytes(path.read_bytes() + b"\0")
    done = tfshift("model", "check", str(path), "--to", "2.15", "--format", "json")
    told = json.loads(done.out)
    assert (done.code, told["card"]["verdict"]) == (1, "no")
    assert told["card"]["reasons"] == ["m.h5 is not the file that was recorded"]
    done = tfshift("model", "check", str(path), "--to", "2.15", "--golden")
    assert (done.code, "it was not to be run" in done.err) == (2, True)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": "other/1"}'])
def test_a_broken_card_is_one_line(text: str, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "seq.h5", tmp_path / "m.h5")
    (tmp_path / "m.h5.tfshift.json").write_text(text)
    done = tfshift("model", "check", str(tmp_path / "m.h5"), "--to", "2.15")
    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 1
