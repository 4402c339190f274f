"""The user's own folder."""

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lianxin.cli import home


def test_commands_at_once_keep_one_whole_file(tmp_path: Path) -> None:
    """Many writers of one file leave one of their contents, for the owner only, and no rest."""
    file = tmp_path / "tokens" / "anji.json"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: home.keep(file, {"number": number}), range(64)))
    assert home.read(file) in [{"number": number} for number in range(64)]
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert list(file.parent.iterdir()) == [file]


def test_a_write_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    """A token half written long ago goes at the next write, one being written stays."""
    left, writing = tmp_path / "anji0.new", tmp_path / "anji1.new"
    for file in (left, writing):
        file.write_text("half")
    long_ago = time.time() - home.STALE_S - 1
    os.utime(left, (long_ago, long_ago))
    home.keep(tmp_path / "anji.json", {"number": 1})
    assert {file.name for file in tmp_path.iterdir()} == {"anji.json", "anji1.new"}
