"""The user's own folder."""

import stat
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
