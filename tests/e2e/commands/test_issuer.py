"""Logging in with a token of an identity provider, at a node that trusts it."""

import sys
import time


def test_a_token_in_a_file_logs_in_and_is_read_again(county, tmp_path):
    """The account follows the token in the file, and no password of the node is needed."""
    file = tmp_path / "token"
    file.write_text(county.issuer.token(exp=time.time() + 120) + "\n")
    answer = county.ask("issued", "login", "--token-file", str(file))
    assert answer["staff_id"] == "wang.fang"
    number, _ = county.registered("issued")
    assert county.custody("issued", number)["holder_unit"] == "s-anji"
    assert county.reason("issued", "case", "accept", number) == "DENIED"  # a registrar
    file.write_text(county.issuer.token(roles=["letters-chief"]))  # the node's token ages at once
    assert county.type("issued", "case", "accept", number, "--json").status == 0
    kept = (county.homes / "anji-issued").rglob("*.json")
    assert not any(file.read_text().strip() in one.read_text() for one in kept)


def test_a_command_gives_the_token(county, tmp_path):
    """What the command prints counts; one that fails is named, with what to do."""
    file = tmp_path / "token"
    file.write_text(county.issuer.token(sub="2a7e", preferred_username="li.li"))
    line = f"{sys.executable} -c \"print(open('{file}').read())\""
    answer = county.ask("printed", "login", "--token-command", line)
    assert answer["staff_id"] == "li.li"
    assert county.ask("printed", "case", "list")["lines"] is not None
    failing = f"{sys.executable} -c 'raise SystemExit(3)'"
    said = county.reason("printed", "login", "--token-command", failing)
    assert said == "TOKEN_COMMAND_FAILED"
    assert county.reason("printed", "login", "--token-file", str(tmp_path / "gone"))


def test_who_has_no_role_here_is_told_so(county, tmp_path):
    """A proven person without a mapped group does not come in."""
    file = tmp_path / "token"
    file.write_text(county.issuer.token(sub="9f", preferred_username="ball", roles=["football"]))
    assert county.reason("ball", "login", "--token-file", str(file)) == "NO_ROLE_GIVEN"
