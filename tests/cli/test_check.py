"""``check`` and ``fix`` from the outside: JSON, exit codes, what is written and what is not."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tfshift import facts

from .running import OLD, TF, Outcome, lay, tfshift

ROUTE = ("--from", "1.15", "--to", "2.15")
FINDING = "path cell line column end_line end_column symbol rule kind severity message evidence fix"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_check_as_json(tmp_path: Path) -> None:
    lay(tmp_path, sub___a__py=OLD, old__py="x = (  # tensorflow\n")
    before = contents(tmp_path)
    said = tfshift("check", tmp_path, *ROUTE, "--format", "json")
    payload = said.json
    assert said.code == 1
    assert payload["schema"] == "tfshift.check/1"
    assert payload["to"] == facts.open().release("2.15").version
    assert payload["files"] == 2
    assert [s["path"] for s in payload["skipped"]] == ["old.py"]
    assert "syntax error in line 1" in payload["skipped"][0]["reason"]
    for finding in payload["findings"]:
        assert set(FINDING.split()) == set(finding)
        assert finding["path"] == "sub/a.py"
        assert finding["cell"] is None
    fix = payload["findings"][-1]["fix"]
    data = OLD.encode()
    for edit in fix["edits"]:
        assert set(edit) == {"start", "end", "text"}
        assert 0 <= edit["start"] <= edit["end"] <= len(data)
    assert contents(tmp_path) == before


def test_check_of_nothing_to_report(tmp_path: Path) -> None:
    lay(tmp_path, a__py="x = 1\n")
    said = tfshift("check", tmp_path, *ROUTE)
    assert (said.code, said.err) == (0, "")
    assert "nothing to report in 1 file" in said.out


@pytest.mark.parametrize("form", ["text", "markdown", "html", "sarif", "github"])
def test_findings_in_every_format(form: str, tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD)
    said = tfshift("check", tmp_path, *ROUTE, "--format", form)
    assert said.code == 1
    assert "tf.placeholder" in said.out
    if form == "sarif":
        assert json.loads(said.out)["runs"][0]["results"]


def test_one_file_and_several_paths(tmp_path: Path) -> None:
    lay(tmp_path, a___x__py=OLD, b___y__py=OLD)
    one = tfshift("check", tmp_path / "a/x.py", *ROUTE, "--format", "json").json
    assert {f["path"] for f in one["findings"]} == {"x.py"}
    two = tfshift("check", tmp_path / "a", tmp_path / "b/y.py", *ROUTE, "--format", "json").json
    assert {f["path"] for f in two["findings"]} == {"a/x.py", "b/y.py"}


def test_the_configuration_settles_what_is_not_said(tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD, pyproject__toml='[tool.tfshift]\nto = "2.15"\nfrom = "1.14"\n')
    payload = tfshift("check", tmp_path, "--format", "json").json
    assert (payload["from"][:4], payload["to"][:4]) == ("1.14", "2.15")
    payload = tfshift("check", tmp_path, "--to", "2.8", "--format", "json").json
    assert payload["to"].startswith("2.8")


def test_the_origin_is_inferred(tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD + "tf.contrib.layers.flatten(x)\n")
    assert tfshift("check", tmp_path, "--to", "2.15", "--format", "json").json["from"][:2] == "1."


@pytest.mark.parametrize("command", ["check", "fix"])
@pytest.mark.parametrize(
    ("path", "options", "said"),
    [
        ("missing", ROUTE, "no such file or folder"),
        ("empty", ROUTE, "no Python files here"),
        ("code", ("--from", "1.15"), "no target version"),
        ("code", ("--from", "1.15", "--to", "1.15"), "origin and target are both"),
        ("code", ("--from", "1.15.5", "--to", "1.15"), "origin and target are both"),
        ("code", ("--from", "1.15", "--to", "3.1"), "unknown TensorFlow version"),
        ("code", ("--from", "never", "--to", "2.15"), "unknown TensorFlow version"),
        ("plain", ("--to", "2.15"), "nothing here uses TensorFlow"),
        ("misconfigured", ROUTE, "unknown key in [tool.tfshift]: form"),
        ("broken", ROUTE, "cannot read the configuration"),
        ("code", (*ROUTE, "--jobs", "0"), "--jobs"),
    ],
)
def test_bad_input_is_one_line(
    command: str, path: str, options: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    lay(
        tmp_path, code___a__py=OLD, empty___readme__txt="", plain___a__py="x = 1\n",
        misconfigured___a__py=OLD, misconfigured___pyproject__toml='[tool.tfshift]\nform = "x"\n',
        broken___a__py=OLD, broken___pyproject__toml="[tool",
    )  # fmt: skip
    outcome = tfshift(command, tmp_path / path, *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert said in outcome.err


def test_fix_prints_a_diff_and_writes_nothing(tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD)
    before = contents(tmp_path)
    said = tfshift("fix", tmp_path, *ROUTE)
    assert said.code == 0
    assert "--- a/a.py\n+++ b/a.py\n" in said.out
    assert "+import tensorflow.compat.v1 as tf" in said.out
    assert contents(tmp_path) == before


def test_fix_writes_where_told_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD, b__py="x = 1\n")
    (tmp_path / "a.py").chmod(0o755)
    said = tfshift("fix", tmp_path, *ROUTE, "--write", "--format", "json")
    assert said.code == 0
    assert [f["path"] for f in said.json["applied"]] == ["a.py", "a.py"]
    assert said.json["remaining"] == []
    assert (tmp_path / "a.py").read_text().startswith("import tensorflow.compat.v1 as tf\n")
    assert (tmp_path / "a.py").stat().st_mode & 0o777 == 0o755
    after = contents(tmp_path)
    again = tfshift("fix", tmp_path, *ROUTE, "--write")
    assert (again.code, again.out.strip()) == (0, "")
    assert contents(tmp_path) == after


def test_what_no_fix_mends_remains(tmp_path: Path) -> None:
    lay(tmp_path, a__py=TF + "tf.contrib.rnn.GLSTMCell\n")
    said = tfshift("fix", tmp_path, *ROUTE, "--format", "json")
    assert said.code == 1
    assert [f["symbol"] for f in said.json["remaining"]] == ["tf.contrib.rnn.GLSTMCell"]


SLIM = (
    "import tensorflow.compat.v1 as tf\nfrom tensorflow.contrib import slim as contrib_slim\n"
    "slim = contrib_slim\nslim.flatten(tf.ones([1, 2]))\n"
)


def test_what_an_import_settles_does_not_remain(tmp_path: Path) -> None:
    lay(tmp_path, a__py=SLIM)
    said = tfshift("fix", tmp_path, *ROUTE, "--write", "--format", "json")
    assert (said.code, said.json["remaining"]) == (0, [])
    assert {f["line"] for f in said.json["applied"]} >= {2, 3, 4}
    assert b"import tfshift_contrib_layers as contrib_slim" in (tmp_path / "a.py").read_bytes()


def test_what_a_package_imports_lies_beside_it(tmp_path: Path) -> None:
    lay(tmp_path / "package", a__py=SLIM)
    (tmp_path / "package" / "__init__.py").touch()
    seen = tfshift("fix", tmp_path / "package", *ROUTE)
    assert "+++ b/../tfshift_contrib_layers.py" in seen.out
    said = tfshift("fix", tmp_path / "package", *ROUTE, "--write")
    assert "wrote ../tfshift_contrib_layers.py" in said.out
    assert (tmp_path / "tfshift_contrib_layers.py").is_file()


def test_a_link_is_written_through(tmp_path: Path) -> None:
    lay(tmp_path, real___a__py=OLD)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a.py").symlink_to(tmp_path / "real/a.py")
    tfshift("fix", tmp_path / "tree", *ROUTE, "--write")
    assert (tmp_path / "tree/a.py").is_symlink()
    assert "compat.v1" in (tmp_path / "real/a.py").read_text()


def _git(folder: Path, *arguments: str) -> None:
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(
        ["git", *names, *arguments], cwd=folder, env=environ, check=True, capture_output=True
    )


def test_a_dirty_tree_is_not_written_to(tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD)
    _git(tmp_path, "init", "-q")
    said = tfshift("fix", tmp_path, *ROUTE, "--write")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "uncommitted changes" in said.err
    assert (tmp_path / "a.py").read_text() == OLD
    assert tfshift("fix", tmp_path, *ROUTE).code == 0
    _git(tmp_path, "add", "-A")
    _git(tmp_path, "commit", "-q", "-m", "x")
    assert tfshift("fix", tmp_path, *ROUTE, "--write").code == 0
    assert tfshift("fix", tmp_path, *ROUTE, "--write", "--allow-dirty").code == 0


def test_unsafe_fixes_wait_to_be_asked_for(tmp_path: Path) -> None:
    lay(tmp_path, a__py="import tensorflow.compat.v2 as tf\ntf.argmax([1], dimension=0)\n")
    plain = tfshift("fix", tmp_path, *ROUTE, "--format", "json").json
    unsafe = tfshift("fix", tmp_path, *ROUTE, "--unsafe", "--format", "json").json
    assert len(unsafe["applied"]) >= len(plain["applied"])


GONE = "import tensorflow.compat.v1 as tf\ntf.contrib.eager.Network\n"


def rules(said: Outcome) -> list[str]:
    return [f["rule"] for f in said.json["findings"]]


def test_rules_are_chosen(tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD + "tf.argmax(x, dimension=1)\n")
    everything = rules(tfshift("check", tmp_path, *ROUTE, "--format", "json"))
    assert {"parameters", "removed-symbol"} <= set(everything)
    only = tfshift("check", tmp_path, *ROUTE, "--select", "parameters", "--format", "json")
    assert set(rules(only)) == {"parameters"}
    without = ("--ignore", "parameters,removed-symbol", "--format", "json")
    left = rules(tfshift("check", tmp_path, *ROUTE, *without))
    assert left == [r for r in everything if r not in ("parameters", "removed-symbol")]
    lay(tmp_path, pyproject__toml='[tool.tfshift]\nselect = ["parameters"]\n')
    assert set(rules(tfshift("check", tmp_path, *ROUTE, "--format", "json"))) == {"parameters"}


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_rule_that_does_not_exist_is_refused(command: str, tmp_path: Path) -> None:
    lay(tmp_path, a__py=OLD)
    said = tfshift(command, tmp_path, *ROUTE, "--select", "removed")
    assert said.code == 2
    assert "there is no rule 'removed'" in said.err
    assert "near is removed-symbol" in said.err


def test_a_baseline_holds_what_was_there_before(tmp_path: Path) -> None:
    project, baseline = tmp_path / "p", tmp_path / "baseline.json"
    lay(project, a__py=GONE)
    options = (*ROUTE, "--baseline", baseline)
    assert tfshift("check", project, *options).code == 2
    assert tfshift("check", project, *options, "--update-baseline").code == 0
    assert tfshift("check", project, *options).code == 0
    # Lines above do not matter, a second such line does.
    lay(project, a__py="# new\n" + GONE)
    assert tfshift("check", project, *options).code == 0
    lay(project, a__py=GONE + "tf.contrib.eager.Network\n")
    said = tfshift("check", project, *options, "--format", "json")
    assert (said.code, len(said.json["findings"])) == (1, 1)


def test_files_are_left_out_by_pattern(tmp_path: Path) -> None:
    excluding = '[tool.tfshift]\nexclude = ["old", "*_gen.py"]\n'
    lay(tmp_path, a__py="x = 1\n", old___b__py=GONE, c_gen__py=GONE, old___requirements__txt="tensorflow==1.4\n",
        pyproject__toml=excluding)  # fmt: skip
    said = tfshift("check", tmp_path, *ROUTE, "--format", "json")
    assert (said.code, said.json["findings"], said.json["files"]) == (0, [], 1)


def test_what_is_not_decided_is_told_and_does_not_pass(tmp_path: Path) -> None:
    lay(tmp_path, a__py=TF + "getattr(tf, name)\n")
    said = tfshift("check", tmp_path, "--from", "2.8", "--to", "2.15", "--format", "json")
    assert said.code == 3
    assert said.json["findings"] == []
    (place,) = said.json["unknown"]
    assert (place["path"], place["line"], place["symbol"]) == ("a.py", 2, "tf")
    text = tfshift("check", tmp_path, "--from", "2.8", "--to", "2.15")
    assert "a.py:2:1: unknown: which name of tf is asked for" in text.out
    assert "1 unknown" in text.out


def test_code_moves_to_another_style_within_one_release(tmp_path: Path) -> None:
    code = (
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
        "x = tf.placeholder(tf.float32)\ny = x + 1\nprint(tf.Session().run(y, {x: 2}))\n"
    )
    lay(tmp_path, graph__py=code)
    one = ("--from", "2.15", "--to", "2.15")
    assert tfshift("fix", tmp_path, *one).code == 2
    said = tfshift("fix", tmp_path, *one, "--style", "native", "--unsafe", "--write")
    assert said.code == 0
    after = (tmp_path / "graph.py").read_text("utf-8")
    assert "compat" not in after
    assert "@tf.function" in after
