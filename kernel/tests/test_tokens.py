import asyncio
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from kernel.errors import (
    CertificateMismatch,
    ClockSkewed,
    KeyInvalid,
    TokenExpired,
    TokenInvalid,
    TokenRevoked,
    Unauthenticated,
)
from kernel.identity import NOBODY, Caller, Kind, Role
from kernel.testing.clock import FakeClock
from kernel.tokens import (
    Authenticator,
    Credentials,
    KeyFileExposed,
    KeyRing,
    StoredKey,
    issue,
    new_key,
    renewing,
)
from kernel.tokens.system_keys import digest_of

COUNTY, TOWN = "330523", "330523001"
CLERK = Caller(
    Kind.STAFF,
    "zhao",
    COUNTY,
    "330523-land",
    "330523.000.000",
    frozenset({Role.HANDLER, Role.DISCIPLINE}),
    frozenset({"330523-jw"}),
)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """The keys of the county node."""
    return KeyRing.open(tmp_path / "county")


@pytest.fixture
def clock() -> FakeClock:
    """The time of day."""
    return FakeClock()


def authenticator(ring: KeyRing, clock: FakeClock, **doors: object) -> Authenticator:
    """The authenticator of the county node."""
    made: Callable[..., Authenticator] = Authenticator
    return made(COUNTY, ring, seconds=lambda: clock.now().timestamp(), **doors)


def bearer(token: str, certificate_node: str | None = None) -> Credentials:
    """The credentials of a call with this token."""
    return Credentials(f"Bearer {token}", certificate_node)


def signed(ring: KeyRing, clock: FakeClock, caller: Caller = CLERK, **more: str) -> str:
    """A token as the county issues it to its staff."""
    parts = {"issuer": COUNTY, "audience": COUNTY, **more}
    return issue(ring, caller, now=clock.now(), issuer=parts["issuer"], audience=parts["audience"])


async def test_token_tells_the_whole_caller(ring: KeyRing, clock: FakeClock) -> None:
    """What was signed comes back: id, site, unit, path, roles and receiving bodies."""
    found = await authenticator(ring, clock).caller(bearer(signed(ring, clock)))
    assert found == CLERK


async def test_nothing_presented_is_nobody(ring: KeyRing, clock: FakeClock) -> None:
    """A call without credentials is nobody's."""
    assert await authenticator(ring, clock).caller(Credentials()) is NOBODY


async def test_token_ends(ring: KeyRing, clock: FakeClock) -> None:
    """A token is good for 15 minutes and the skew of 30 seconds, remembered or not."""
    proof, token = authenticator(ring, clock), signed(ring, clock)
    clock.advance(timedelta(minutes=15, seconds=29))
    assert await proof.caller(bearer(token)) == CLERK
    clock.advance(timedelta(seconds=2))
    with pytest.raises(TokenExpired):
        await proof.caller(bearer(token))
    with pytest.raises(TokenExpired):
        await authenticator(ring, clock).caller(bearer(token))


async def test_token_of_the_future_is_refused(ring: KeyRing, clock: FakeClock) -> None:
    """A token issued later than now, beyond the skew, is refused."""
    token = signed(ring, clock)
    clock.advance(timedelta(seconds=-31))
    with pytest.raises(TokenInvalid):
        await authenticator(ring, clock).caller(bearer(token))


async def test_token_for_another_node_is_refused(ring: KeyRing, clock: FakeClock) -> None:
    """A token is good at the node it was issued for, and nowhere else."""
    with pytest.raises(TokenInvalid):
        await authenticator(ring, clock).caller(bearer(signed(ring, clock, audience=TOWN)))


async def test_forged_tokens_are_refused(ring: KeyRing, clock: FakeClock, tmp_path: Path) -> None:
    """Another key, no signature, a shared secret, a changed claim or noise: all refused."""
    proof, token = authenticator(ring, clock), signed(ring, clock)
    stranger = signed(KeyRing.open(tmp_path / "stranger"), clock)
    header, body, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(token)["kid"]
    none = jwt.encode(claims, "", algorithm="none", headers={"kid": kid})
    shared = jwt.encode(claims, "k" * 32, algorithm="HS256", headers={"kid": kid})
    changed = f"{header}.{body[:-4]}AAAA.{signature}"
    for forged in (stranger, none, shared, changed, "noise", "", f"{header}..", "a.b.c"):
        with pytest.raises(TokenInvalid):
            await proof.caller(bearer(forged))


async def test_too_long_a_life_is_refused(ring: KeyRing, clock: FakeClock) -> None:
    """A token that outlives what its kind may is refused, though signed; none is issued."""
    claims = jwt.decode(signed(ring, clock), options={"verify_signature": False})
    claims["exp"] += 86400
    kid, key = ring.signing()
    token = jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid})
    with pytest.raises(TokenInvalid):
        await authenticator(ring, clock).caller(bearer(token))
    with pytest.raises(ValueError, match="at most"):
        issue(
            ring,
            CLERK,
            issuer=COUNTY,
            audience=COUNTY,
            now=clock.now(),
            lifetime=timedelta(minutes=16),
        )


@pytest.mark.parametrize("scheme", ["Basic", "bearer", "Key", ""])
async def test_unknown_scheme_is_refused(ring: KeyRing, clock: FakeClock, scheme: str) -> None:
    """Credentials of a kind this server does not take are refused, never taken for nobody."""
    token = signed(ring, clock)
    with pytest.raises(Unauthenticated):
        await authenticator(ring, clock).caller(Credentials(f"{scheme} {token}"))


async def test_rotation_keeps_open_tokens(ring: KeyRing, clock: FakeClock, tmp_path: Path) -> None:
    """After a rotation old tokens hold, new ones carry the new key; a retired key ends its own."""
    other_process = KeyRing.open(tmp_path / "county")
    old = signed(ring, clock)
    old_kid, _ = ring.signing()
    new_kid = ring.rotate()
    new = signed(ring, clock)
    assert jwt.get_unverified_header(new)["kid"] == new_kid != old_kid
    assert await authenticator(ring, clock).caller(bearer(old)) == CLERK
    assert await authenticator(other_process, clock).caller(bearer(new)) == CLERK
    assert other_process.signing()[0] == new_kid
    ring.retire(old_kid)
    with pytest.raises(TokenInvalid):
        await authenticator(other_process, clock).caller(bearer(old))
    with pytest.raises(TokenInvalid):
        await authenticator(ring, clock).caller(bearer(old))
    with pytest.raises(ValueError, match="rotate first"):
        ring.retire(new_kid)


def test_key_files_are_the_owners(tmp_path: Path) -> None:
    """The folder and its keys are made on first start, readable by the owner alone."""
    folder = tmp_path / "keys"
    ring = KeyRing.open(folder)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert KeyRing.open(folder).public_bytes() == ring.public_bytes()


def test_exposed_key_file_is_refused(tmp_path: Path) -> None:
    """A key that others may read is not used; the message says what to do."""
    KeyRing.open(tmp_path)
    (file,) = tmp_path.glob("*.pem")
    file.chmod(0o644)
    with pytest.raises(KeyFileExposed, match="chmod 600"):
        KeyRing.open(tmp_path)


def issued_on(ring: KeyRing, clock: FakeClock, changed_at: datetime) -> str:
    """A token issued while the account was as it was changed then."""
    return issue(
        ring, CLERK, issuer=COUNTY, audience=COUNTY, now=clock.now(), account_at=changed_at
    )


async def test_changed_account_ends_its_tokens_at_once(ring: KeyRing, clock: FakeClock) -> None:
    """What was issued on the account as it was is refused, also remembered; the rest holds."""
    proof, before = authenticator(ring, clock), clock.now()
    token, bare = issued_on(ring, clock, before), signed(ring, clock)
    await proof.caller(bearer(token))
    after = before + timedelta(microseconds=1)
    proof.take_changes({"zhao": after.timestamp()})
    for old in (token, bare):
        with pytest.raises(TokenRevoked):
            await proof.caller(bearer(old))
    assert await proof.caller(bearer(issued_on(ring, clock, after))) == CLERK
    proof.take_changes({"li": after.timestamp()})
    assert await proof.caller(bearer(token)) == CLERK


async def test_node_is_proven_by_its_own_key(
    ring: KeyRing, clock: FakeClock, tmp_path: Path
) -> None:
    """A neighbour signs with its own key, which is looked up; an unknown neighbour is refused."""
    town = KeyRing.open(tmp_path / "town")
    known = {TOWN: town}

    async def peer_keys(node: str, kid: str) -> bytes | None:
        return known[node].public_bytes().get(kid) if node in known else None

    proof = authenticator(ring, clock, peer_keys=peer_keys)
    node = Caller(Kind.NODE, TOWN)
    token = signed(town, clock, node, issuer=TOWN)
    assert await proof.caller(bearer(token)) == node
    stranger = signed(town, clock, Caller(Kind.NODE, "330523009"), issuer="330523009")
    with pytest.raises(TokenInvalid):
        await proof.caller(bearer(stranger))


async def test_neighbour_can_name_itself_only(
    ring: KeyRing, clock: FakeClock, tmp_path: Path
) -> None:
    """A neighbour's key makes neither staff of ours, nor a service, nor another node."""
    town = KeyRing.open(tmp_path / "town")

    async def peer_keys(node: str, kid: str) -> bytes | None:
        return town.public_bytes().get(kid)

    proof = authenticator(ring, clock, peer_keys=peer_keys)
    for caller in (CLERK, Caller(Kind.SERVICE, "routing"), Caller(Kind.NODE, "330523002")):
        with pytest.raises(TokenInvalid):
            await proof.caller(bearer(signed(town, clock, caller, issuer=TOWN)))


async def test_neighbours_clock_may_be_off(ring: KeyRing, clock: FakeClock, tmp_path: Path) -> None:
    """A node whose clock is nine minutes fast is let in; one a day slow is told our time."""
    town = KeyRing.open(tmp_path / "town")

    async def peer_keys(node: str, kid: str) -> bytes | None:
        return town.public_bytes().get(kid)

    proof = authenticator(ring, clock, peer_keys=peer_keys)
    node = Caller(Kind.NODE, TOWN)
    fast = FakeClock(clock.now() + timedelta(minutes=9))
    assert await proof.caller(bearer(signed(town, fast, node, issuer=TOWN))) == node
    slow = FakeClock(clock.now() - timedelta(days=1))
    with pytest.raises(ClockSkewed) as refused:
        await proof.caller(bearer(signed(town, slow, node, issuer=TOWN)))
    assert refused.value.ids == {"now_ms": str(round(clock.now().timestamp() * 1000))}


async def test_certificate_and_token_name_one_node(ring: KeyRing, clock: FakeClock) -> None:
    """A certificate alone proves nobody; beside a token it must name the token's node."""
    proof = authenticator(ring, clock)
    assert await proof.caller(Credentials(certificate_node=TOWN)) == NOBODY
    token = signed(ring, clock, Caller(Kind.NODE, COUNTY))
    assert (await proof.caller(bearer(token, certificate_node=COUNTY))).id == COUNTY
    for another in (TOWN, ""):
        with pytest.raises(CertificateMismatch):
            await proof.caller(bearer(token, certificate_node=another))


async def test_system_key(ring: KeyRing, clock: FakeClock) -> None:
    """A system's key proves it; a wrong, unknown, disabled or malformed one is refused alike."""
    key_id, key, digest = new_key()
    system = Caller(Kind.SYSTEM, "hotline", roles=frozenset({Role.REGISTRAR}))
    stored = {key_id: StoredKey(key_id, digest, system)}

    async def look_up(wanted: str) -> StoredKey | None:
        return stored.get(wanted)

    proof = authenticator(ring, clock, system_key=look_up)
    assert await proof.caller(Credentials(f"Key {key}")) == system
    assert key.rpartition("_")[2] not in repr(stored)
    for wrong in (key[:-1], f"lxk_{'0' * 12}_x", "lxk_", "noise", ""):
        with pytest.raises(KeyInvalid):
            await proof.caller(Credentials(f"Key {wrong}"))


async def test_disabled_key_ends_within_a_minute(ring: KeyRing, clock: FakeClock) -> None:
    """A remembered key is asked for again after a minute, so that disabling it takes effect."""
    key_id, key, digest = new_key()
    system = Caller(Kind.SYSTEM, "hotline")
    stored = {key_id: StoredKey(key_id, digest, system)}

    async def look_up(wanted: str) -> StoredKey | None:
        return stored.get(wanted)

    proof = authenticator(ring, clock, system_key=look_up)
    await proof.caller(Credentials(f"Key {key}"))
    stored[key_id] = StoredKey(key_id, digest, system, disabled=True)
    clock.advance(timedelta(seconds=61))
    with pytest.raises(KeyInvalid):
        await proof.caller(Credentials(f"Key {key}"))


async def test_disabled_key_ends_with_the_next_change(ring: KeyRing, clock: FakeClock) -> None:
    """When changes are taken in, a remembered key is asked for again at its next call."""
    key_id, key, digest = new_key()
    system = Caller(Kind.SYSTEM, "hotline")
    stored = {key_id: StoredKey(key_id, digest, system)}

    async def look_up(wanted: str) -> StoredKey | None:
        return stored.get(wanted)

    proof = authenticator(ring, clock, system_key=look_up)
    await proof.caller(Credentials(f"Key {key}"))
    stored[key_id] = StoredKey(key_id, digest, system, disabled=True)
    proof.take_changes({})
    with pytest.raises(KeyInvalid):
        await proof.caller(Credentials(f"Key {key}"))


def test_secret_with_underscores_is_whole() -> None:
    """A secret may hold underscores; the digest is that of all of it."""
    for _ in range(50):
        key_id, key, digest = new_key()
        assert digest_of(key.removeprefix(f"lxk_{key_id}_")) == digest


def test_renewing_source(ring: KeyRing, clock: FakeClock) -> None:
    """A source gives one token for two thirds of its life, then a fresh one; so after a jump."""
    source = renewing(
        ring, Caller(Kind.SERVICE, "intake"), issuer=COUNTY, audience=COUNTY, clock=clock.now
    )
    first = source()
    clock.advance(timedelta(seconds=199))
    assert source() == first
    clock.advance(timedelta(seconds=2))
    second = source()
    assert second != first
    clock.advance(timedelta(days=-2))
    assert source() not in {first, second}


async def test_memory_is_bounded(
    ring: KeyRing, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many tokens come, a bounded number is remembered, and all of them work."""
    monkeypatch.setattr("kernel.tokens.authenticator.MAX_REMEMBERED", 3)
    proof = authenticator(ring, clock)
    tokens = [signed(ring, clock) for _ in range(8)]
    for token in tokens * 2:
        assert await proof.caller(bearer(token)) == CLERK
    assert len(proof._remembered) == 3


async def test_remembered_token_is_cheap(ring: KeyRing) -> None:
    """A token that was proven once costs less than 30 microseconds of CPU a call from then on."""
    proof = Authenticator(COUNTY, ring)
    token = issue(ring, CLERK, issuer=COUNTY, audience=COUNTY, now=datetime.now(UTC))
    credentials = bearer(token)
    await proof.caller(credentials)
    best = float("inf")
    for _ in range(20):
        started = time.process_time()
        for _ in range(200):
            await proof.caller(credentials)
        best = min(best, (time.process_time() - started) / 200)
        await asyncio.sleep(0)
    assert best < 30e-6
