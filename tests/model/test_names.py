"""Tensors find their names in another checkpoint, or are left open; no guess is taken."""

from __future__ import annotations

import itertools
import json
import shutil
import struct
import tempfile
from pathlib import Path

import cramjam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.running import tfshift
from tfshift.model import bundles
from tfshift.model.checkpoints import MAGIC, _table, crc32c, masked, read_index
from tfshift.model.formats import read_model
from tfshift.model.name_map import NameMap, Tensor, infer

SAMPLES = Path(__file__).parent / "samples"
SAVED = SAMPLES / "linear"
OBJECT = "/.ATTRIBUTES/VARIABLE_VALUE"


def tensors(**shapes: tuple[int, ...]) -> list[Tensor]:
    return [Tensor(n.replace("__", "/"), "float32", shape) for n, shape in shapes.items()]


def pairs(source: list[Tensor], target: list[Tensor], **given: str) -> dict[str, str]:
    return infer(source, target, given).of


def test_the_same_names_are_the_same_tensors() -> None:
    side = tensors(a__kernel=(2, 3), a__bias=(3,), b__kernel=(2, 3), b__bias=(3,))
    assert pairs(side, side) == {t.name: t.name for t in side}


def test_the_form_of_a_name_does_not_count() -> None:
    ours = tensors(dense__kernel=(2, 3))
    theirs = [Tensor(f"model/kernel{OBJECT}", "float32", (2, 3), alias="dense/kernel")]
    assert pairs(ours, theirs) == {theirs[0].name: "dense/kernel"}


def test_another_scope_and_other_words() -> None:
    ours = tensors(net__conv1__weights=(3, 3, 1, 4), net__conv1__biases=(4,), net__out__biases=(4,))
    theirs = tensors(m__conv1__kernel=(3, 3, 1, 4), m__conv1__bias=(4,), m__out__bias=(4,))
    assert pairs(ours, theirs) == {
        "m/conv1/kernel": "net/conv1/weights",
        "m/conv1/bias": "net/conv1/biases",
        "m/out/bias": "net/out/biases",
    }


def test_numbers_give_an_order() -> None:
    ours = tensors(conv1__w=(3, 3), conv2__w=(3, 3), conv10__w=(3, 3))
    theirs = tensors(dense__kernel=(3, 3), dense_1__kernel=(3, 3), dense_2__kernel=(3, 3))
    assert pairs(ours, theirs) == {
        "dense/kernel": "conv1/w",
        "dense_1/kernel": "conv2/w",
        "dense_2/kernel": "conv10/w",
    }


def test_numbers_that_begin_elsewhere_are_no_names() -> None:
    """A second model of one run begins with dense_2: its dense_3 is not the dense_3 of another."""
    ours = tensors(dense_2__kernel=(3, 3), dense_3__kernel=(3, 3))
    theirs = tensors(dense_3__kernel=(3, 3), dense_4__kernel=(3, 3))
    assert pairs(ours, theirs) == {
        "dense_3/kernel": "dense_2/kernel",
        "dense_4/kernel": "dense_3/kernel",
    }


def test_two_of_one_shape_without_an_order_are_left_open() -> None:
    found = infer(
        tensors(left__w=(3, 3), right__w=(3, 3)), tensors(up__kernel=(3, 3), down__kernel=(3, 3))
    )
    assert found.of == {}
    assert found.ambiguous["up/kernel"] == ["left/w", "right/w"]


def test_what_the_user_says_decides_the_rest() -> None:
    ours = tensors(left__w=(3, 3), right__w=(3, 3))
    theirs = tensors(up__kernel=(3, 3), down__kernel=(3, 3))
    assert pairs(ours, theirs, **{"left/w": "down/kernel"}) == {
        "down/kernel": "left/w",
        "up/kernel": "right/w",
    }


def test_equal_bytes_are_the_same_tensor() -> None:
    ours = [Tensor(n, "float32", (3, 3), content=n) for n in ("a", "b")]
    theirs = [Tensor(n, "float32", (3, 3), content=c) for n, c in (("x", "b"), ("y", "a"))]
    assert pairs(ours, theirs) == {"x": "b", "y": "a"}


def test_only_a_variance_has_no_negative_values() -> None:
    ours = tensors(p=(4,), q=(4,))
    theirs = tensors(bn__moving_mean=(4,), bn__moving_variance=(4,))
    spread = {"p": (0.1, 2.0), "q": (-1.0, 1.0)}
    found = infer(ours, theirs, None, lambda name: spread[name])
    assert found.of == {"bn/moving_variance": "p", "bn/moving_mean": "q"}
    spread["q"] = (0.2, 1.0)
    assert infer(ours, theirs, None, lambda name: spread[name]).of == {}


def test_a_tensor_of_another_shape_is_missing() -> None:
    found = infer(tensors(a__w=(3, 4)), tensors(b__kernel=(4, 3)))
    assert (found.of, found.missing, found.unused) == ({}, ["b/kernel"], ["a/w"])


def test_an_optimizers_state_goes_with_its_variable() -> None:
    ours = tensors(conv1__w=(3, 3), conv1__w__Adam=(3, 3), conv1__w__Adam_1=(3, 3))
    theirs = tensors(dense__kernel=(3, 3), dense__kernel__Adam=(3, 3), dense__kernel__Adam_1=(3, 3))
    assert pairs(ours, theirs) == {
        "dense/kernel": "conv1/w",
        "dense/kernel/Adam": "conv1/w/Adam",
        "dense/kernel/Adam_1": "conv1/w/Adam_1",
    }


SIZES = st.integers(min_value=1, max_value=3)
WORDS = st.sampled_from([("weights", "biases"), ("w", "b"), ("kernel", "bias")])


@settings(max_examples=150)
@given(
    widths=st.lists(SIZES, min_size=2, max_size=7),
    words=WORDS,
    first=st.integers(min_value=0, max_value=3),
    scope=st.sampled_from(["", "net/", "a/b/"]),
)
def test_a_chain_of_layers_is_found_right_or_not_at_all(
    widths: list[int], words: tuple[str, str], first: int, scope: str
) -> None:
    ours, theirs, right = [], [], {}
    for n, (a, b) in enumerate(itertools.pairwise(widths)):
        for old, new, shape in ((words[0], "kernel", (a, b)), (words[1], "bias", (b,))):
            ours.append(Tensor(f"{scope}fc{n + first}/{old}", "float32", shape))
            theirs.append(Tensor(f"layer_with_weights-{n}/{new}{OBJECT}", "float32", shape))
            right[theirs[-1].name] = ours[-1].name
    found = infer(ours, theirs)
    assert found.of == right
    shuffled = infer(ours[::-1], theirs)
    assert shuffled.of == right


@given(st.lists(st.tuples(SIZES, SIZES), min_size=1, max_size=8), st.randoms())
def test_without_names_nothing_wrong_is_taken(
    shapes: list[tuple[int, int]], random: object
) -> None:
    """Names without meaning: only a shape of its own tells which is which."""
    ours = [Tensor("acdefghi"[n], "float32", shape) for n, shape in enumerate(shapes)]
    theirs = [Tensor("opqrstuy"[n], "float32", shape) for n, shape in enumerate(shapes)]
    random.shuffle(theirs)  # type: ignore[attr-defined]
    found: NameMap = infer(ours, theirs)
    for tensor in theirs:
        alone = shapes.count(tensor.shape) == 1  # type: ignore[arg-type]
        assert (tensor.name in found.of) == alone
        assert (tensor.name in found.ambiguous) != alone


KEYS = st.dictionaries(st.binary(min_size=1, max_size=40), st.binary(max_size=200), max_size=150)


@settings(max_examples=60)
@given(KEYS)
def test_a_table_is_read_as_it_was_written(rows: dict[bytes, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table"
        file.write_bytes(bundles.table(rows))
        assert _table(file) == (rows, False)


def packed(rows: dict[bytes, bytes]) -> bytes:
    """A table as it was written where snappy was at hand: of compressed blocks."""
    out = bytearray()

    def add(block: bytes) -> bytes:
        data = bytes(cramjam.snappy.compress_raw(block)) + b"\1"
        handle = bundles._varint(len(out)) + bundles._varint(len(data) - 1)
        out.extend(data + struct.pack("<I", masked(crc32c(data))))
        return handle

    first = add(bundles._block(sorted(rows.items())))
    meta, index = add(bundles._block([])), add(bundles._block([(max(rows), first)]))
    return bytes(out + (meta + index).ljust(40, b"\0") + struct.pack("<Q", MAGIC))


def test_a_compressed_index_is_written_plain_where_that_matters(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(SAVED, model)
    file = model / "variables" / "variables.index"
    file.write_bytes(packed(_table(file)[0]))
    verdict = {
        v: tfshift("model", "check", model, "--to", v, "--format", "json").json["targets"][0]
        for v in ("1.4", "1.15")
    }
    assert (verdict["1.4"]["verdict"], verdict["1.15"]["verdict"]) == ("no", "yes")
    for target, plain in (("1.4", True), ("1.15", False)):
        out = tmp_path / target
        assert tfshift("model", "convert", model, out, "--to", target).code == 0
        index = read_index(out / "variables" / "variables")
        assert index.compressed is not plain
        assert index.variables == read_index(SAVED / "variables" / "variables").variables


def test_tensors_are_renamed_and_their_bytes_copied(tmp_path: Path) -> None:
    names = tmp_path / "names.json"
    names.write_text(json.dumps({"w": "net/kernel", "b": "net/bias"}))
    out = tmp_path / "new.ckpt"
    said = tfshift(
        "model", "convert", SAMPLES / "m.ckpt-7", out, "--to", "2.15", "--names", names,
        "--format", "json",
    )  # fmt: skip
    assert said.code == 0, said.err
    before, after = read_index(SAMPLES / "m.ckpt-7"), read_index(out)
    assert [v.name for v in after.variables] == ["net/bias", "net/kernel"]
    assert (bundles.value(after, "net/kernel") == bundles.value(before, "w")).all()
    assert sorted(f.name for f in tmp_path.iterdir()) == [
        "names.json", "new.ckpt.data-00000-of-00001", "new.ckpt.index",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "cannot be read"),
        ('{"w": 3}', "cannot be read"),
        ('{"nothing": "x"}', "no such tensor"),
        ('{"w": "b"}', "one name"),
    ],
)
def test_names_that_cannot_be_given(text: str, why: str, tmp_path: Path) -> None:
    names = tmp_path / "names.json"
    names.write_text(text)
    said = tfshift(
        "model", "convert", SAMPLES / "m.ckpt-7", tmp_path / "new", "--to", "2.15", "--names", names
    )
    assert said.code == 2
    assert why in said.err
    assert [f.name for f in tmp_path.iterdir()] == ["names.json"]


def test_names_are_for_checkpoints_and_weights(tmp_path: Path) -> None:
    names = tmp_path / "names.json"
    names.write_text("{}")
    said = tfshift(
        "model", "convert", SAMPLES / "seq.h5", tmp_path / "a.h5", "--to", "2.8", "--names", names
    )
    assert (said.code, "names are given to" in said.err) == (2, True)


def test_weights_under_a_name_that_is_read(tmp_path: Path) -> None:
    out = tmp_path / "other.weights.h5"
    assert tfshift("model", "convert", SAMPLES / "seq.weights.h5", out, "--to", "2.15").code == 0
    assert out.read_bytes() == (SAMPLES / "seq.weights.h5").read_bytes()
    said = tfshift("model", "convert", SAMPLES / "seq.weights.h5", tmp_path / "x.h5", "--to", "2.8")
    assert said.code == 1
    assert "--like" in said.out
    assert not (tmp_path / "x.h5").exists()


def test_weights_in_the_layout_of_others(tmp_path: Path) -> None:
    """The new layout's weights go where the whole model of the old one has them, and back."""
    old, back = tmp_path / "old.h5", tmp_path / "back.weights.h5"
    like = ["--like", str(SAMPLES / "seq.h5")]
    said = tfshift("model", "convert", SAMPLES / "seq.weights.h5", old, "--to", "2.8", *like)
    assert said.code == 0, said.out + said.err
    assert read_model(old).content.new_layout is False
    like = ["--like", str(SAMPLES / "seq.weights.h5")]
    assert tfshift("model", "convert", old, back, "--to", "2.15", *like).code == 0
    import h5py

    with h5py.File(back) as one, h5py.File(SAMPLES / "seq.weights.h5") as other:
        names: list[str] = []
        other.visititems(lambda n, o: names.append(n) if isinstance(o, h5py.Dataset) else None)
        assert names
        assert all((one[n][...] == other[n][...]).all() for n in names)
