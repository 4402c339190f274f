"""Tokens of a real issuer process, whose keys come and go."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest

from kernel.errors import Refusal, TokenExpired, TokenInvalid
from kernel.identity import Role
from kernel.oidc import (
    ClaimMissing,
    ClaimsMap,
    Issuer,
    IssuerAway,
    IssuerKeys,
    MappingInvalid,
    NoRoleGiven,
    Passwords,
)
from kernel.oidc.keys import FRESH_S, PAUSE_S
from kernel.testing.issuer import AUDIENCE, IssuerProcess

KEPT_S = 3600.0
ROLES_OF = {"letters-registrar": [Role.REGISTRAR], "chief": [Role.TRIAGE, Role.REGISTRAR]}


class Time:
    """A monotonic clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture(scope="module")
def issuer_process() -> Iterator[IssuerProcess]:
    """One issuer for all tests of this file; each test begins with a key of its own."""
    with IssuerProcess() as running:
        yield running


@pytest.fixture
async def there(issuer_process: IssuerProcess) -> IssuerProcess:
    """The issuer, well behaved and with one fresh key."""
    issuer_process.behave("well")
    issuer_process.rotate(keep=False)
    return issuer_process


def trusting(there: IssuerProcess, monotonic: Callable[[], float], **values: Any) -> Issuer:
    """A node that trusts this issuer."""
    usual = {"issuer": there.issuer, "audience": AUDIENCE, "roles_of": ROLES_OF}
    by = ClaimsMap(**(usual | values))
    keys = IssuerKeys(by.issuer, kept_s=KEPT_S, monotonic=monotonic)
    return Issuer(by, keys, lambda: datetime.now(UTC))


async def refusal(issuer: Issuer, token: str) -> type[Refusal]:
    """The kind of refusal a token meets."""
    with pytest.raises(Refusal) as caught:
        await issuer.person(token)
    return type(caught.value)


async def test_a_token_of_the_issuer_says_who_somebody_is(there: IssuerProcess) -> None:
    """Account, unit and roles come from the claims by the mapping; unknown groups give nothing."""
    issuer = trusting(there, Time())
    person = await issuer.person(there.token(roles=["letters-registrar", "football"]))
    assert (person.account, person.unit, person.roles) == (
        "wang.fang",
        "s-anji",
        (Role.REGISTRAR,),
    )
    nested = trusting(there, Time(), roles="realm_access.roles", units_of={"信访局": "s-anji"})
    token = there.token(realm_access={"roles": ["chief"]}, roles=None, unit="信访局")
    chief = await nested.person(token)
    assert (chief.unit, set(chief.roles)) == ("s-anji", {Role.TRIAGE, Role.REGISTRAR})


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"aud": "somebody-else"}, TokenInvalid),
        ({"iss": "https://other.example"}, TokenInvalid),
        ({"exp": time.time() - 3600}, TokenExpired),
        ({"exp": float("nan")}, TokenInvalid),
        ({"exp": None}, TokenInvalid),
        ({"nbf": time.time() + 3600}, TokenInvalid),
        ({"iat": time.time() + 3600}, TokenInvalid),
        ({"roles": ["football"]}, NoRoleGiven),
        ({"roles": {"letters-registrar": True}}, NoRoleGiven),
        ({"unit": ""}, ClaimMissing),
        ({"preferred_username": 7}, ClaimMissing),
    ],
)
async def test_what_does_not_hold_is_refused_by_type(
    there: IssuerProcess, claims: dict[str, Any], expected: type[Refusal]
) -> None:
    """Another audience or issuer, a wrong time, no role, no unit: each has its own refusal."""
    assert await refusal(trusting(there, Time()), there.token(**claims)) is expected


async def test_clocks_may_differ_by_what_the_file_allows(there: IssuerProcess) -> None:
    """A token that ended half a minute ago still holds with a minute of skew, not with none."""
    token = there.token(exp=time.time() - 30)
    assert (await trusting(there, Time()).person(token)).account == "wang.fang"
    assert await refusal(trusting(there, Time(), skew_s=0), token) is TokenExpired


async def test_only_a_signature_of_the_issuer_counts(there: IssuerProcess) -> None:
    """No signature, one with the public key as a secret, an altered token: all are refused."""
    issuer, good = trusting(there, Time()), there.token()
    claims = jwt.decode(good, options={"verify_signature": False})
    kid = jwt.get_unverified_header(good)["kid"]
    unsigned = jwt.encode(claims, None, algorithm="none", headers={"kid": kid})
    shared = jwt.encode(claims, "x" * 64, algorithm="HS256", headers={"kid": kid})
    head, body, signature = good.split(".")
    altered = ".".join((head, body[:-2] + ("AA" if body[-2:] != "AA" else "BB"), signature))
    for forged in (unsigned, shared, altered, "noise", "", "x" * 20_000):
        assert await refusal(issuer, forged) is TokenInvalid
    assert (await issuer.person(good)).subject == "8c1f"


async def test_a_new_key_is_fetched_when_a_token_names_it(there: IssuerProcess) -> None:
    """Rotation needs no restart; a key of RSA is as good."""
    monotonic = Time()
    issuer = trusting(there, monotonic)
    assert await issuer.person(there.token())
    there.rotate(kind="RSA")
    monotonic.now += PAUSE_S + 1
    assert await issuer.person(there.token())


async def test_invented_key_ids_make_nobody_ask_often(there: IssuerProcess) -> None:
    """A hundred tokens of unknown keys cost the issuer one question in half a minute."""
    monotonic = Time()
    issuer = trusting(there, monotonic)
    assert await issuer.person(there.token())
    monotonic.now += PAUSE_S + 1
    before = there.asked
    claims = jwt.decode(there.token(), options={"verify_signature": False})
    for number in range(100):
        invented = jwt.encode(claims, "x" * 64, algorithm="HS256", headers={"kid": f"no-{number}"})
        assert await refusal(issuer, invented) is TokenInvalid
    assert there.asked == before + 1


async def test_a_withdrawn_key_ends_when_the_keys_are_asked_for_again(
    there: IssuerProcess,
) -> None:
    """Until then it verifies; after ten minutes what it signed is refused."""
    monotonic = Time()
    issuer, old = trusting(there, monotonic), there.token()
    assert await issuer.person(old)
    there.rotate(keep=False)
    assert await issuer.person(old)
    monotonic.now += FRESH_S + 1
    assert await refusal(issuer, old) is TokenInvalid


async def test_logins_go_on_while_the_issuer_is_away() -> None:
    """Kept keys prove tokens for as long as the file says; without kept keys nobody is proven."""
    monotonic = Time()
    with IssuerProcess() as there:
        issuer, strange = trusting(there, monotonic), trusting(there, monotonic)
        token = there.token()
        assert await issuer.person(token)
    monotonic.now += FRESH_S + 1
    assert await issuer.person(token)
    assert await refusal(strange, token) is IssuerAway
    monotonic.now += KEPT_S
    assert await refusal(issuer, token) is IssuerAway


@pytest.mark.parametrize("how", ["huge", "detour", "other", "noise"])
async def test_keys_are_taken_only_from_a_sound_answer(there: IssuerProcess, how: str) -> None:
    """Too many bytes, a redirect, another issuer's name, no list: as if it were away."""
    token = there.token()
    there.behave(how)
    assert await refusal(trusting(there, Time()), token) is IssuerAway


GOOD = """
issuer: https://id.example/realms/anji
audience: lianxin-anji
roles: realm_access.roles
roles_of: {letters-registrar: [registrar], it: [administrator]}
units_of: {xfj: s-anji}
passwords: administrators
"""


def test_the_mapping_file_is_read_whole(tmp_path: Path) -> None:
    """Issuer, audience, claims, roles of the role table, units, and who keeps a password."""
    file = tmp_path / "issuer.yaml"
    file.write_text(GOOD)
    by = ClaimsMap.load(file)
    assert by.roles_of["letters-registrar"] == [Role.REGISTRAR]
    assert by.passwords is Passwords.ADMINISTRATORS


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("issuer: http://id.example", "issuer"),
        ("roles_of: {x: [emperor]}", "emperor"),
        ("roles_of: {}", "roles_of"),
        ("algorithms: [HS256]", "HS256"),
        ("algorithms: [none]", "none"),
        ("skew_s: 86400", "skew_s"),
        ("audience: ''", "audience"),
        ("collour: red", "collour"),
    ],
)
def test_an_unsafe_or_unknown_line_is_named(tmp_path: Path, line: str, named: str) -> None:
    """No plain http, no shared secret, no role that is not in the table, no unknown field."""
    file = tmp_path / "issuer.yaml"
    field = line.partition(":")[0]
    kept = [one for one in GOOD.splitlines() if not one.startswith(f"{field}:")]
    file.write_text("\n".join([*kept, line]))
    with pytest.raises(MappingInvalid, match=named):
        ClaimsMap.load(file)


def test_the_sample_file_can_be_used() -> None:
    """What an operator copies is read without a complaint."""
    by = ClaimsMap.load(Path(__file__).parents[2] / "deploy/samples/issuer.yaml")
    assert by.passwords is Passwords.ADMINISTRATORS
    assert Role.TRIAGE in by.roles_of["xinfang-fenliu"]
