"""People whom an identity provider vouches for, from its token to an account of the node."""

from datetime import timedelta

import pytest

from kernel.identity import Role
from kernel.ids import new_id
from kernel.testing.issuer import AUDIENCE, IssuerProcess
from kernel.tokens import Credentials
from lianxin.routing.v1 import staff_pb2 as pb
from lianxin.routing.v1.staff_pb2_grpc import StaffServiceStub
from routing.storage import staff as stored

from .test_staff import GOOD, _add

MAPPING = """
issuer: {issuer}
audience: {audience}
roles_of:
  letters-registrar: [registrar]
  letters-chief: [triage]
  it: [administrator]
skew_s: 600
passwords: {passwords}
"""


@pytest.fixture(scope="module")
def there():
    """The identity provider."""
    with IssuerProcess() as running:
        yield running


@pytest.fixture
def trusting(office, there, tmp_path):
    """The node, trusting it."""

    def trust(passwords="everybody"):
        file = tmp_path / "issuer.yaml"
        file.write_text(MAPPING.format(issuer=there.issuer, audience=AUDIENCE, passwords=passwords))
        office.accounts.trust(file)
        return office

    return trust


def token_of(office, there, **claims):
    """A token that holds by the node's clock, which stands at another time than the machine's."""
    now = office.clock.now().timestamp()
    return there.token(**({"iat": now, "exp": now + 3600} | claims))


async def entered(office, token):
    """The answer to a login through the provider."""
    async with office.talk(StaffServiceStub) as nobody:
        return await nobody.LogInAtIssuer(pb.LogInAtIssuerRequest(token=token))


async def reason(office, token):
    """Why a login through the provider is refused."""
    return await office.reason(entered(office, token))


async def account(office, staff_id):
    """The account's row."""
    return await office.ground.readers.run(lambda c: stored.account(c, staff_id))


async def bearer(office, token):
    """Who the bearer of a token of the node is."""
    return await office.accounts.authenticator.caller(Credentials(f"Bearer {token}"))


async def test_a_token_of_the_provider_becomes_one_of_the_node(trusting, there):
    """The account is made at the first login, with unit and roles of the claims and no password."""
    office = trusting()
    answer = await entered(office, token_of(office, there))
    caller = await bearer(office, answer.token)
    assert (answer.staff_id, caller.id, caller.unit, caller.roles) == (
        "wang.fang",
        "wang.fang",
        "s-anji",
        {Role.REGISTRAR},
    )
    assert (await account(office, "wang.fang"))["password"] == ""
    left = answer.expires_at.ToDatetime() - office.clock.now().replace(tzinfo=None)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


async def test_a_token_of_the_node_ends_with_what_the_provider_vouches_for(trusting, there):
    """Five minutes of the provider are five minutes here."""
    office = trusting()
    ends = office.clock.now().timestamp() + 300
    answer = await entered(office, token_of(office, there, exp=ends))
    assert abs(answer.expires_at.ToDatetime().timestamp() - ends) < 86_400
    assert answer.expires_at.ToDatetime() - office.clock.now().replace(tzinfo=None) <= timedelta(
        seconds=300
    )


async def test_roles_taken_away_at_the_provider_end_here_at_the_next_login(trusting, there):
    """The account follows the claims, and tokens issued on the former roles end at once."""
    office = trusting()
    first = await entered(office, token_of(office, there))
    office.clock.advance(timedelta(seconds=1))
    await entered(office, token_of(office, there, roles=["letters-chief"]))
    assert (await account(office, "wang.fang"))["roles"] == ["triage"]
    with pytest.raises(Exception, match="TOKEN_REVOKED"):
        await bearer(office, first.token)


async def test_who_was_disabled_here_stays_out_whatever_the_provider_says(trusting, there):
    """Disabling is the node's own act; the same token of the provider opens nothing any more."""
    office = trusting()
    await entered(office, token_of(office, there))
    admin = office.staff("s-anji", Role.ADMINISTRATOR, name="admin")
    async with office.talk(StaffServiceStub, admin) as line:
        await line.DisableStaff(
            pb.DisableStaffRequest(request_id=str(new_id()), staff_id="wang.fang")
        )
    assert await reason(office, token_of(office, there)) == "LOGIN_FAILED"


async def test_no_account_is_taken_over_by_its_name(trusting, there):
    """One of the node, or of another person at the provider, is refused to a namesake."""
    office = trusting()
    admin = office.staff("s-anji", Role.ADMINISTRATOR, name="admin")
    async with office.talk(StaffServiceStub, admin) as line:
        await line.AddStaff(_add("li.na"))
    assert (
        await reason(office, token_of(office, there, preferred_username="li.na")) == "STAFF_TAKEN"
    )
    await entered(office, token_of(office, there))
    assert await reason(office, token_of(office, there, sub="another")) == "STAFF_TAKEN"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"roles": ["football"]}, "NO_ROLE_GIVEN"),
        ({"unit": "s-nowhere"}, "UNIT_UNKNOWN"),
        ({"unit": None}, "CLAIM_MISSING"),
        ({"preferred_username": "王芳"}, "CLAIM_MISSING"),
        ({"aud": "another"}, "TOKEN_INVALID"),
        ({"exp": 0}, "TOKEN_EXPIRED"),
    ],
)
async def test_who_is_not_let_in_is_told_why(trusting, there, claims, expected):
    """Each reason has its own word, and nothing is written."""
    office = trusting()
    assert await reason(office, token_of(office, there, **claims)) == expected
    assert await account(office, "wang.fang") is None


async def test_password_and_renewal_are_the_providers(trusting, there):
    """No password opens such an account, none is set for it, and its token is not renewed here."""
    office = trusting()
    answer = await entered(office, token_of(office, there))
    admin = office.staff("s-anji", Role.ADMINISTRATOR, name="admin")
    async with office.talk(StaffServiceStub, admin) as line:
        reset = pb.ResetPasswordRequest(request_id=str(new_id()), staff_id="wang.fang")
        assert await office.reason(line.ResetPassword(reset)) == "ACCOUNT_OF_ISSUER"
    async with office.talk(StaffServiceStub) as nobody:
        guess = pb.LoginRequest(staff_id="wang.fang", password="x" * 10)
        assert await office.reason(nobody.Login(guess)) == "LOGIN_FAILED"
    async with office.talk(StaffServiceStub, f"Bearer {answer.token}") as own:
        renewal = own.RenewToken(pb.RenewTokenRequest())
        assert await office.reason(renewal) == "LOG_IN_AT_ISSUER"


async def test_passwords_are_switched_off_but_for_administrators(trusting):
    """A right password of a clerk is refused by type, an administrator's still opens."""
    office = trusting("administrators")
    admin = office.staff("s-anji", Role.ADMINISTRATOR, name="admin")
    async with office.talk(StaffServiceStub, admin) as line:
        await line.AddStaff(_add("clerk"))
        await line.AddStaff(_add("chief", roles=("administrator",)))
    async with office.talk(StaffServiceStub) as nobody:
        clerk = pb.LoginRequest(staff_id="clerk", password=GOOD)
        assert await office.reason(nobody.Login(clerk)) == "PASSWORDS_OFF"
        assert (await nobody.Login(pb.LoginRequest(staff_id="chief", password=GOOD))).token


async def test_without_a_mapping_file_no_provider_is_trusted(office, there):
    """A node that names none says so, whatever the token."""
    assert await reason(office, there.token()) == "ISSUER_NONE"
