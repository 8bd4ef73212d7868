from __future__ import annotations

from pathlib import Path

import pytest

from tfshift.environment import uv

# As printed by uv 0.13.9, shortened; _OLD_CONFLICT is the boxed style of earlier ones.
_OFFLINE = """error: No solution found when resolving dependencies
  cause: Because six was not found in the cache and you require six, we can
         conclude that your requirements are unsatisfiable.

hint: Packages were unavailable because the network was disabled. When the network is disabled,
"""
_CONFLICT = """error: No solution found when resolving dependencies
  cause: Because a==1 depends on numpy<2 and you require a==1, we can conclude that you
         require numpy<2.
         And because you require numpy>=2, we can conclude that your requirements are unsatisfiable.
"""
_OLD_CONFLICT = """  \u00d7 No solution found when resolving dependencies:
  ╰─▶ Because there is no version of six==99 and you require six==99, we can
      conclude that your requirements are unsatisfiable.
"""
_NETWORK = """error: Request failed after 3 retries in 6.0s
  cause: Failed to fetch: https://nosuch.invalid/simple/six/
  cause: error sending request for url (https://nosuch.invalid/simple/six/)
  cause: dns error
  cause: failed to lookup address information: Name or service not known
"""
_BUILD = """warning: something
error: Failed to build `absl-py==0.2.2`
  cause: The build backend returned an error

         [stderr]
         Traceback (most recent call last):
           File "setup.py", line 33, in <module>
         RuntimeError: Python version 2.7 or 3.4+ is required.

hint: `absl-py` (v0.2.2) was included because
"""
_BUILD_TOOLS = """error: Failed to download and build `absl-py==0.2.2`
  cause: No solution found when resolving: `setuptools>=40.8.0`
"""
_SPACE = """error: Failed to install: charset_normalizer-3.3.2.whl (charset-normalizer==3.3.2)
  cause: failed to copy file: No space left on device (os error 28)
"""
_HASH = """error: Failed to download `zipp==3.4.0`
  cause: Hash mismatch for `zipp==3.4.0`
"""
_FULL = """error: Failed to install: six-1.15.0-py2.py3-none-any.whl (six==1.15.0)
  cause: failed to copy file from /cache/x.so to /store/environments/x.so: \
No space left on device (os error 28)
"""
_PLATFORM = """error: Package `tensorflow` can't be installed because it doesn't have a source \
distribution or wheel for the current platform

hint: You're using CPython 3.11 (`cp311`), but `tensorflow` (v1.15.5) only has wheels with `cp37m`
"""


@pytest.mark.parametrize(
    ("stderr", "expected"),
    [
        (_OFFLINE, "not in uv's cache: six (the network is off); run once without --offline"),
        (_NETWORK, "cannot reach the package index (failed to lookup address information"),
        (_FULL, "no space left on the disk: /store/environments/x.so; free some"),
        (
            _FULL.replace("copy file from /cache/x.so to", "create directory"),
            "no space left on the disk: /store",
        ),
        (_SPACE, "no space left on the disk; free some and run the same command again"),
        (_HASH, "a download is not what the lock says: zipp==3.4.0"),
        (_PLATFORM, "no file in the lock fits this platform and Python: tensorflow (You're using"),
        ("error: No interpreter found at path `/x`\n", "uv failed (No interpreter found at path"),
        ("thread panicked", "uv failed (thread panicked)"),
    ],
)
def test_failures_are_one_line(stderr: str, expected: str) -> None:
    error = uv.translate(stderr)
    assert str(error).startswith(expected)
    assert "\n" not in str(error)
    assert not isinstance(error, uv.UnresolvableError)


@pytest.mark.parametrize(
    ("stderr", "expected"),
    [
        (_CONFLICT, "the requirements cannot be met together (Because a==1 depends on numpy<2"),
        (_OLD_CONFLICT, "the requirements cannot be met together (Because there is no version of"),
        (_BUILD, "cannot build: absl-py==0.2.2 (RuntimeError: Python version 2.7 or 3.4+ is"),
        (_BUILD_TOOLS, "cannot build: absl-py==0.2.2"),
    ],
)
def test_what_cannot_be_resolved_is_told_apart(stderr: str, expected: str) -> None:
    error = uv.translate(stderr)
    assert str(error).startswith(expected)
    assert isinstance(error, uv.UnresolvableError)


def test_the_users_index_settings_stay_and_the_rest_does_not_leak(tmp_path: Path) -> None:
    base = {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_CACHE_DIR": "/cache",
        "UV_EXCLUDE_NEWER": "2015-01-01",
        "UV_PYTHON": "3.12",
        "VIRTUAL_ENV": "/x",
        "PYTHONPATH": "/y",
        "UV_FIND_LINKS": "wheels,https://mirror.example/wheels",
    }
    seen = uv.surroundings(base)
    assert seen.pop("UV_PYTHON_DOWNLOADS") == "never"
    assert seen == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_CACHE_DIR": "/cache",
        "UV_FIND_LINKS": f"{Path('wheels').absolute()},https://mirror.example/wheels",
    }


def test_uv_can_be_found_and_asked() -> None:
    assert uv.run(["--version"]).startswith("uv ")
