from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path

import pytest

from kernel.settings import Secret, SettingsInvalid, explained, load, printed, setting


class Mode(Enum):
    """Some choice."""

    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True)
class Settings:
    """Settings of some service."""

    password: Secret = setting(doc="password of the store")
    database: str = setting("sqlite:///x.db", "where cases are kept")
    port: int = setting(0, "port to listen on")
    share: float = setting(0.5, "share of traces kept")
    reflection: bool = setting(default=True, doc="whether the API describes itself")
    folder: Path = setting(Path("data"), "folder of attachments")
    pause: timedelta = setting(timedelta(seconds=1), "pause between sweeps")
    peers: tuple[str, ...] = setting((), "neighbours")
    mode: Mode = setting(Mode.SMALL, "size of the machine")
    parent: str | None = setting(None, "the node above")


def test_defaults_hold() -> None:
    """What is not given has its default; what has none must be given."""
    loaded = load(Settings, "X_", {"X_PASSWORD": "s3cret", "OTHER": "1"})
    assert loaded == Settings(password=Secret("s3cret"))


def test_values_are_typed() -> None:
    """Each variable is read as the type of its field."""
    given = {
        "X_PASSWORD": "p",
        "X_PORT": "8080",
        "X_SHARE": "0.25",
        "X_REFLECTION": "no",
        "X_FOLDER": "/srv/x",
        "X_PAUSE": "1.5m",
        "X_PEERS": "330523001, 330523002,",
        "X_MODE": "large",
        "X_PARENT": "330523",
    }
    assert load(Settings, "X_", given) == Settings(
        password=Secret("p"),
        port=8080,
        share=0.25,
        reflection=False,
        folder=Path("/srv/x"),
        pause=timedelta(seconds=90),
        peers=("330523001", "330523002"),
        mode=Mode.LARGE,
        parent="330523",
    )


def test_empty_optional_is_none() -> None:
    """An optional setting given as the empty text is none."""
    assert load(Settings, "X_", {"X_PASSWORD": "p", "X_PARENT": ""}).parent is None


def test_all_problems_are_told_at_once() -> None:
    """Missing, malformed and misspelt variables are named together, without their values."""
    given = {
        "X_PORT": "eighty",
        "X_REFLECTION": "perhaps",
        "X_PAUSE": "1 week",
        "X_MODE": "huge",
        "X_PROT": "1",
    }
    with pytest.raises(SettingsInvalid) as told:
        load(Settings, "X_", given)
    lines = str(told.value).splitlines()
    assert {line.split(":")[0] for line in lines} == {*given, "X_PASSWORD"}
    assert "eighty" not in str(told.value)
    assert "X_PASSWORD: missing; password of the store" in lines


def test_secrets_are_not_printed() -> None:
    """Neither the printed form nor repr shows a secret or the password in an address."""
    url = "postgresql://lianxin:s3cret@db:5432/intake"
    loaded = load(Settings, "X_", {"X_PASSWORD": "s3cret", "X_DATABASE": url})
    assert printed(loaded)["database"] == "postgresql://lianxin:***@db:5432/intake"
    assert "s3cret" not in str(printed(loaded))
    assert "s3cret" not in repr(loaded.password)
    assert str(loaded.password) == "s3cret"


def test_every_setting_explains_itself() -> None:
    """The manual's table has variable, default and explanation, and no secret."""
    rows = {variable: (default, doc) for variable, default, doc in explained(Settings, "X_")}
    assert rows["X_PORT"] == ("0", "port to listen on")
    assert rows["X_PASSWORD"] == ("", "password of the store")


def test_a_value_may_lie_in_a_file(tmp_path: Path) -> None:
    """A secret, or any other setting, is read from the file that NAME_FILE names."""
    secret, port = tmp_path / "secret", tmp_path / "port"
    secret.write_text("from a file\n", encoding="utf-8")
    port.write_text("81", encoding="utf-8")
    loaded = load(Settings, "X_", {"X_PASSWORD_FILE": str(secret), "X_PORT_FILE": str(port)})
    assert loaded == Settings(password=Secret("from a file"), port=81)


def test_a_file_that_is_not_there_or_comes_second_is_named(tmp_path: Path) -> None:
    """Variable and file at once, or a file that cannot be read, are named without any value."""
    there = tmp_path / "secret"
    there.write_text("hidden", encoding="utf-8")
    given = {"X_PASSWORD": "plain", "X_PASSWORD_FILE": str(there), "X_DATABASE_FILE": "/no/such"}
    with pytest.raises(SettingsInvalid) as caught:
        load(Settings, "X_", given)
    assert str(caught.value).splitlines() == [
        "X_PASSWORD: given, and X_PASSWORD_FILE as well",
        "X_DATABASE_FILE: the file cannot be read",
    ]
