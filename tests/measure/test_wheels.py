"""Reading wheels on an index by ranges, and what their build for GPUs needs."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tfshift.domain.errors import TfshiftError
from tfshift.measure import gpu, wheels
from tfshift.measure.published import pip_needed
from tfshift.measure.registry import Published

FACTS = Path(__file__).parents[2] / "facts"
NAME = "/tensorflow-9.9.0-cp39-cp39-manylinux2014_x86_64.whl"


class Index:
    """An index on this machine that counts what it sends."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.ranges = True
        self.sent = 0
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                self.answer(body=True)

            def answer(self, *, body: bool) -> None:
                data = index.files.get(self.path)
                if data is None:
                    self.send_error(404)
                    return
                asked = self.headers.get("Range") if index.ranges else None
                if asked:
                    first, last = asked.removeprefix("bytes=").split("-")
                    data = data[int(first) : int(last) + 1]
                self.send_response(206 if asked else 200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if body:
                    index.sent += len(data)
                    self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def index() -> Iterator[Index]:
    made = Index()
    yield made
    made.server.shutdown()
    made.server.server_close()


def wheel(**members: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def found(index: Index, version: str, name: str = "tensorflow") -> dict[str, Published]:
    one = Published(
        name, version, "2020-01-01", ("3.9",), ("manylinux2014_x86_64",), (), (index.url + NAME,)
    )
    return {"tensorflow": one, name: one}


def test_a_member_is_read_without_fetching_the_rest(index: Index) -> None:
    import random

    rest = random.Random(1).randbytes(8 << 20)
    index.files[NAME] = wheel(**{"a/large.so": rest, "a/small.py": "x = 1\n"})
    with wheels.open_wheel(index.url + NAME) as opened:
        assert opened.read("a/small.py") == b"x = 1\n"
        assert index.sent < 1 << 20
        assert wheels.beginning(opened, "a/large.so", 4096) == rest[:4096]
    assert index.sent < 2 << 20


def test_what_is_not_there_or_gives_no_ranges_is_one_line(index: Index) -> None:
    with pytest.raises(TfshiftError, match="cannot read a wheel"):
        wheels.open_wheel(index.url + NAME)
    index.files[NAME], index.ranges = wheel(a="b"), False
    with pytest.raises(TfshiftError, match="ranges"):
        wheels.open_wheel(index.url + NAME)


def test_what_the_build_states_comes_first(index: Index) -> None:
    info = "build_info = {'cuda_version': '11.2', 'cudnn_version': '8'}"
    index.files[NAME] = wheel(**{"tensorflow/python/platform/build_info.py": info})
    told = gpu.requirements(found(index, "2.10.1"), FACTS)
    assert told["cuda"] == "11.2"
    assert told["min_driver"] == "450.80.02"
    assert "build_info.py" in told["gpu_evidence"]["cuda"]
    # The wheel names the major alone, the makers the minor of it.
    assert told["cudnn"] == "8.1"
    assert "tested build configurations" in told["gpu_evidence"]["cudnn"]


def test_else_the_libraries_that_it_is_linked_to(index: Index) -> None:
    library = b"\x7fELF...\0libcudart.so.9.0\0libcublas.so.9.0\0libcudnn.so.7\0"
    index.files[NAME] = wheel(**{"x/tensorflow/python/_pywrap_tensorflow_internal.so": library})
    told = gpu.requirements(found(index, "1.8.0", "tensorflow-gpu"), FACTS)
    assert (told["cuda"], told["cudnn"], told["min_driver"]) == ("9.0", "7", "384.81")
    assert told["gpu"]["distribution"] == "tensorflow-gpu"
    assert told["gpu"]["linked"]["cublas"] == "9.0"


def test_the_extra_for_cuda_names_its_wheels(index: Index) -> None:
    metadata = (
        "Name: tensorflow\n"
        'Requires-Dist: nvidia-cudnn-cu12==8.9.4.25; extra == "and-cuda"\n'
        "Requires-Dist: numpy>=1.23\n"
    )
    index.files[NAME] = wheel(**{"tensorflow-9.9.0.dist-info/METADATA": metadata})
    told = gpu.requirements(found(index, "2.15.1"), FACTS)
    assert told["gpu"]["pinned"] == {"nvidia-cudnn-cu12": "==8.9.4.25"}


def test_a_release_without_such_a_build_says_so(index: Index) -> None:
    told = gpu.requirements(found(index, "1.15.5"), FACTS)
    assert told["cuda"] is None
    assert "no build for GPUs" in told["gpu_evidence"]["cuda"]


@pytest.mark.parametrize(
    ("platforms", "pip"),
    [
        (["manylinux1_x86_64", "win_amd64"], "8.1"), (["manylinux2010_x86_64"], "19.0"),
        (["manylinux2014_x86_64", "manylinux_2_17_x86_64"], "19.3"), (["manylinux_2_27_x86_64"], "20.3"),
        (["macosx_11_0_arm64", "manylinux_2_17_aarch64"], None), ([], None),
    ],
)  # fmt: skip
def test_the_pip_that_a_wheel_needs(platforms: list[str], pip: str | None) -> None:
    assert pip_needed(FACTS, platforms) == pip
