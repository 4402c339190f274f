import subprocess
import sys
from pathlib import Path

import pytest

from .source import ROOT

PROTO = """syntax = "proto3";

// Cases at the counter.
package lianxin.sample.v1;

// The counter.
service CounterService {
  // Registers a case.
  rpc Register(RegisterRequest) returns (RegisterResponse);
}

// What the resident says.
message RegisterRequest {
  // Repeats are answered as the first.
  string request_id = 1;
}

// What the resident gets.
message RegisterResponse {
  // 登记编号.
  string case_no = 1;
}
"""
GIT = ["git", "-c", "user.name=test", "-c", "user.email=test@example.invalid"]


def _tool(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools/proto.py"), "--root", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _git(root: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=root, capture_output=True, check=True)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A checkout whose protocol is generated, published and committed."""
    proto = tmp_path / "proto/lianxin/sample/v1/counter.proto"
    proto.parent.mkdir(parents=True)
    proto.write_text(PROTO)
    (tmp_path / "proto/buf.yaml").write_text((ROOT / "proto/buf.yaml").read_text())
    assert _tool(tmp_path, "generate").returncode == 0
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-qm", "first")
    assert _tool(tmp_path, "publish").returncode == 0
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-qm", "publish")
    return tmp_path


def _change(root: Path, old: str, new: str) -> None:
    proto = root / "proto/lianxin/sample/v1/counter.proto"
    assert old in PROTO
    proto.write_text(PROTO.replace(old, new))
    assert _tool(root, "generate").returncode == 0
    _git(root, "commit", "-qam", "change")


def test_unchanged_protocol_passes(published: Path) -> None:
    """A checkout as it was published passes all three checks."""
    done = _tool(published, "check")
    assert done.returncode == 0, done.stdout
    assert "nothing broken since" in done.stdout


def test_broken_protocol_fails_in_a_fresh_clone(
    published: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A field that changed its type is found though the change is committed and main is HEAD."""
    _change(published, "string case_no = 1;", "int64 case_no = 1;")
    clone = tmp_path_factory.mktemp("clone")
    _git(published, "clone", "-q", ".", str(clone))
    done = _tool(clone, "check")
    assert done.returncode == 1
    assert "breaking: FAILED" in done.stdout


def test_added_field_breaks_nothing(published: Path) -> None:
    """A new field may come."""
    _change(published, "case_no = 1;", "case_no = 1;\n  // 查询码.\n  string query_code = 2;")
    done = _tool(published, "check")
    assert done.returncode == 0, done.stdout


def test_missing_comment_fails(published: Path) -> None:
    """A field without a comment does not pass."""
    _change(published, "  // 登记编号.\n", "")
    done = _tool(published, "check")
    assert done.returncode == 1
    assert "lint: FAILED" in done.stdout


@pytest.mark.parametrize("suffix", ["_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi"])
def test_edited_generated_code_fails(published: Path, suffix: str) -> None:
    """Generated code that was edited by hand is named."""
    generated = published / f"proto/gen/lianxin/sample/v1/counter{suffix}"
    generated.write_text(generated.read_text() + "\n# edited\n")
    done = _tool(published, "check")
    assert done.returncode == 1
    assert f"counter{suffix}" in done.stdout


def test_left_over_generated_code_fails(published: Path) -> None:
    """Code of a .proto file that is gone is named, and make proto removes it."""
    (published / "proto/lianxin/sample/v1/counter.proto").write_text(PROTO)
    stale = published / "proto/gen/lianxin/sample/v1/gone_pb2.py"
    stale.touch()
    assert "gone_pb2.py" in _tool(published, "check").stdout
    assert _tool(published, "generate").returncode == 0
    assert not stale.exists()


def test_unknown_published_commit_fails(published: Path) -> None:
    """A commit that the clone does not have is an error, never a pass."""
    (published / "proto/published").write_text("0" * 40)
    done = _tool(published, "check")
    assert done.returncode == 1
    assert "breaking: FAILED" in done.stdout
