import dataclasses
import stat
from datetime import timedelta
from functools import partial

import grpc
import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from kernel import passwords
from kernel.directory import Delegation, Directory
from kernel.group_commit import Work
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.tokens import Credentials
from lianxin.routing.v1 import directory_pb2 as directory
from lianxin.routing.v1 import staff_pb2 as pb
from lianxin.routing.v1.directory_pb2_grpc import DirectoryServiceStub
from lianxin.routing.v1.staff_pb2_grpc import StaffServiceStub
from routing.accounts import FIRST_FILE
from routing.commands.staff import AddStaff
from routing.errors import LoginFailed, NotYourSite
from routing.handlers import accounts as handlers
from routing.handlers import login
from routing.handlers.casefile import CaseFile
from routing.storage import staff as stored
from routing.storage.metadata import metadata

GOOD = "jing-shui-liu-shen-38"


def _add(staff_id, unit="s-anji", roles=("registrar",), password=GOOD):
    return pb.AddStaffRequest(
        request_id=str(new_id()),
        staff_id=staff_id,
        name="某某",
        unit_id=unit,
        roles=roles,
        password=password,
    )


async def _admin(office):
    return office.staff("s-anji", Role.ADMINISTRATOR, name="admin")


async def test_first_administrator_has_a_password_in_a_file_of_its_owner(office):
    """The node makes `admin` once; only its owner can read the one-time password."""
    assert await office.accounts.make_first(office.data)
    assert not await office.accounts.make_first(office.data)
    file = office.data / FIRST_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    password = file.read_text().strip()
    async with office.talk(StaffServiceStub) as nobody:
        answer = await nobody.Login(pb.LoginRequest(staff_id="admin", password=password))
    assert answer.must_change


async def test_one_time_password_opens_nothing_but_its_change(office):
    """With a one-time password everything else is denied until it was changed."""
    await office.accounts.make_first(office.data)
    password = (office.data / FIRST_FILE).read_text().strip()
    async with office.talk(StaffServiceStub) as nobody:
        first = await nobody.Login(pb.LoginRequest(staff_id="admin", password=password))
    async with office.talk(StaffServiceStub, f"Bearer {first.token}") as admin:
        assert await office.reason(admin.AddStaff(_add("wang"))) == "DENIED"
        assert await office.reason(admin.RenewToken(pb.RenewTokenRequest())) == "PASSWORD_TO_CHANGE"
        change = pb.ChangePasswordRequest(
            request_id=str(new_id()), staff_id="admin", old_password=password, new_password=GOOD
        )
        assert (await admin.ChangePassword(change)).changed
    office.clock.advance(timedelta(seconds=1))
    async with office.talk(StaffServiceStub) as nobody:
        again = await nobody.Login(pb.LoginRequest(staff_id="admin", password=GOOD))
    assert not again.must_change
    async with office.talk(StaffServiceStub, f"Bearer {again.token}") as admin:
        assert (await admin.AddStaff(_add("wang"))).staff_id == "wang"
    assert not await office.accounts.make_first(office.data)
    assert not (office.data / FIRST_FILE).exists()


async def test_login_says_who_and_where_somebody_is(office):
    """The token carries unit, site, path and roles, so that every service knows the caller."""
    async with office.talk(StaffServiceStub, await _admin(office)) as admin:
        await admin.AddStaff(_add("wang", unit="s-dipu-lujia", roles=("grid_worker",)))
    token = await office.accounts.log_in("wang", GOOD)
    caller = await office.accounts.authenticator.caller(_bearer(token.token))
    assert (caller.id, caller.unit, caller.path) == ("wang", "s-dipu-lujia", "330523.001.211")
    assert caller.roles == {Role.GRID_WORKER}


def _bearer(token):
    return Credentials(f"Bearer {token}")


async def test_wrong_passwords_lock_an_account_for_a_while(office):
    """After five wrong passwords not even the right one will do, until the lock ends."""
    async with office.talk(StaffServiceStub, await _admin(office)) as admin:
        await admin.AddStaff(_add("wang"))
    async with office.talk(StaffServiceStub) as nobody:
        for _ in range(5):
            wrong = pb.LoginRequest(staff_id="wang", password="not this one")
            assert await office.reason(nobody.Login(wrong)) == "LOGIN_FAILED"
        right = pb.LoginRequest(staff_id="wang", password=GOOD)
        assert await office.reason(nobody.Login(right)) == "LOGIN_FAILED"
        office.clock.advance(timedelta(minutes=2))
        assert (await nobody.Login(right)).token


async def _with_accounts_in_every_state(office):
    """Accounts that no login opens: disabled, locked, not there, and one that is in order."""
    async with office.talk(StaffServiceStub, await _admin(office)) as admin:
        for staff_id in ("gone", "locked", "fine"):
            await admin.AddStaff(_add(staff_id))
        request = pb.DisableStaffRequest(request_id=str(new_id()), staff_id="gone")
        await admin.DisableStaff(request)
    async with office.talk(StaffServiceStub) as nobody:
        for _ in range(5):
            wrong = pb.LoginRequest(staff_id="locked", password="not this one")
            assert await office.reason(nobody.Login(wrong)) == "LOGIN_FAILED"
    return ("gone", "locked", "fine", "nobody-here")


async def test_whoever_guesses_is_answered_alike(office):
    """Unknown, disabled, locked or a wrong password: the same status, reason and words."""
    answers = set()
    for staff_id in await _with_accounts_in_every_state(office):
        async with office.talk(StaffServiceStub) as nobody:
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await nobody.Login(pb.LoginRequest(staff_id=staff_id, password="not this one"))
        details = dict(refused.value.trailing_metadata())["grpc-status-details-bin"]
        answers.add((refused.value.code(), refused.value.details(), details))
    assert len(answers) == 1


async def test_whoever_guesses_learns_nothing_from_the_time(office, monkeypatch):
    """In each of these cases one row is written and one password hash is computed, no more."""
    accounts = await _with_accounts_in_every_state(office)
    done = []
    check = passwords.check_password

    def checked(password, stored_hash):
        done.append(stored_hash.split("$")[3])
        return check(password, stored_hash)

    monkeypatch.setattr(passwords, "check_password", checked)
    for staff_id in accounts:
        before = await _written(office)
        with pytest.raises(LoginFailed):
            await office.accounts.log_in(staff_id, "not this one")
        assert await _written(office) == before + 1, staff_id
    assert len(done) == len(accounts)
    assert len(set(done)) == 1, "another cost of the hash"


async def _written(office):
    """How many rows of attempts were written, on accounts that exist and on unknown ones."""

    def sums(connection):
        versions = connection.scalar(select(func.sum(stored.staff.c.version)))
        counter = metadata.tables["counter"]
        strangers = connection.scalar(
            select(counter.c.value).where(counter.c.series == login.UNKNOWN)
        )
        return versions + (strangers or 0)

    return await office.ground.readers.run(sums)


async def test_disabled_account_is_out_at_once(office):
    """A token issued before is refused from that moment."""
    async with office.talk(StaffServiceStub, await _admin(office)) as admin:
        await admin.AddStaff(_add("wang"))
        token = (await office.accounts.log_in("wang", GOOD)).token
        office.clock.advance(timedelta(seconds=1))
        await admin.DisableStaff(pb.DisableStaffRequest(request_id=str(new_id()), staff_id="wang"))
    async with office.talk(DirectoryServiceStub, f"Bearer {token}") as wang:
        asked = wang.GetDirectory(directory.GetDirectoryRequest())
        assert await office.reason(asked) == "TOKEN_REVOKED"


async def test_disabling_lists_and_reassigns_the_cases(office):
    """The cases in somebody's hands go to the colleague named; each has it in its log."""
    admin = await _admin(office)
    async with office.talk(StaffServiceStub, admin) as calls:
        await calls.AddStaff(_add("wang"))
        await calls.AddStaff(_add("zhao"))
        case_id = await office.register("s-anji")
        await _give(office, case_id, "wang")
        request = pb.DisableStaffRequest(
            request_id=str(new_id()), staff_id="wang", successor="zhao"
        )
        assert list((await calls.DisableStaff(request)).case_ids) == [str(case_id)]
        lines = (await calls.ListStaff(pb.ListStaffRequest())).staff
    assert {line.staff_id: (line.state, line.cases) for line in lines} == {
        "wang": ("disabled", 0),
        "zhao": ("active", 1),
    }


async def _give(office, case_id, staff_id):
    def give(uow, _command):
        case = CaseFile.open(uow, office.ground.node, case_id)
        case.set(handler=staff_id)
        case.save()

    await office.ground.writer.perform(Work(give, None))


@pytest.mark.parametrize(
    "unit,reason", [("s-anji", "NOT_YOUR_SITE"), ("s-dipu", ""), ("no-such", "UNIT_UNKNOWN")]
)
async def test_accounts_are_managed_at_or_above_their_site(office, unit, reason):
    """An administrator of a township manages the township and below, nothing beside or above."""
    admin = office.staff("s-dipu", Role.ADMINISTRATOR)
    async with office.talk(StaffServiceStub, admin) as calls:
        assert await office.reason(calls.AddStaff(_add("wang", unit=unit))) == reason


@pytest.mark.parametrize(
    "desk,unit,roles,reason",
    [
        ("s-dipu", "s-anji", ("callback",), None),
        ("s-dipu", "s-anji", ("callback", "registrar"), NotYourSite),
        ("s-dipu", "s-changshuo", ("callback",), NotYourSite),
        ("s-dipu-lujia", "s-anji", ("callback",), NotYourSite),
    ],
)
async def test_unit_above_has_callers_at_a_node_of_its_own(office, desk, unit, roles, reason):
    """Only who calls back for a unit above gets an account, from the desk of the node."""
    file = office.library.knowledge.directory().file
    delegated = replace(file, delegations=(Delegation(site="s-dipu", node="dipu"),))
    node = dataclasses.replace(
        office.ground.node, code="dipu", directory=lambda: Directory(delegated)
    )
    admin = office.staff(desk, Role.ADMINISTRATOR)
    command = AddStaff("caller", "某某", unit, roles, "hash", must_change=False)
    work = Work(partial(handlers.add_staff, node=node), command, caller=admin)
    if reason:
        with pytest.raises(reason):
            await office.ground.writer.perform(work)
    else:
        assert await office.ground.writer.perform(work) == "caller"


@pytest.mark.parametrize(
    "change,reason",
    [
        ({"staff_id": ""}, "MISSING_FIELD"),
        ({"staff_id": "Wang!"}, "INVALID_INPUT"),
        ({"password": "short"}, "PASSWORD_WEAK"),
        ({"roles": ("king",)}, "INVALID_INPUT"),
        ({"roles": ()}, "MISSING_FIELD"),
        ({"unit": ""}, "MISSING_FIELD"),
    ],
)
async def test_bad_accounts_are_refused_in_a_typed_way(office, change, reason):
    """Missing and malformed fields are named; nothing is made."""
    async with office.talk(StaffServiceStub, await _admin(office)) as calls:
        request = _add(**({"staff_id": "wang"} | change))
        assert await office.reason(calls.AddStaff(request)) == reason


async def test_secret_is_shown_once(office):
    """A repeat of the request answers the same without the one-time password."""
    async with office.talk(StaffServiceStub, await _admin(office)) as calls:
        request = _add("wang", password="")
        first, again = await calls.AddStaff(request), await calls.AddStaff(request)
    assert first.one_time_password
    assert (again.staff_id, again.one_time_password) == ("wang", "")
    assert (await office.accounts.log_in("wang", first.one_time_password)).must_change


async def test_system_calls_with_its_key_until_it_is_disabled(office):
    """A key lets a system in with the roles given, and not after it was disabled."""
    async with office.talk(StaffServiceStub, await _admin(office)) as calls:
        request = pb.AddSystemRequest(
            request_id=str(new_id()), system_id="12345", unit_id="s-anji", roles=("registrar",)
        )
        key = (await calls.AddSystem(request)).key
        async with office.talk(DirectoryServiceStub, f"Key {key}") as system:
            assert (await system.GetDirectory(directory.GetDirectoryRequest())).version == 1
        office.clock.advance(timedelta(seconds=1))
        await calls.DisableSystem(
            pb.DisableSystemRequest(request_id=str(new_id()), system_id="12345")
        )
        async with office.talk(DirectoryServiceStub, f"Key {key}") as system:
            asked = system.GetDirectory(directory.GetDirectoryRequest())
            assert await office.reason(asked) in {"KEY_INVALID", "TOKEN_REVOKED"}


async def test_password_is_kept_as_a_salted_hash_only(office):
    """Neither the account's row nor the kept answers hold the password."""
    async with office.talk(StaffServiceStub, await _admin(office)) as calls:
        await calls.AddStaff(_add("wang"))
    row = await office.ground.readers.run(lambda c: stored.account(c, "wang"))
    assert row["password"].startswith("$argon2id$")
    assert GOOD not in str(AddStaff("wang", "", "", (), row["password"], must_change=False))


async def test_services_learn_which_accounts_can_be_given_work(office):
    """Unknown and disabled ones are named; people are told nothing, and too many are refused."""
    async with office.talk(StaffServiceStub, await _admin(office)) as admin:
        await admin.AddStaff(_add("wang"))
        await admin.AddStaff(_add("gone"))
        gone = pb.DisableStaffRequest(request_id=str(new_id()), staff_id="gone")
        await admin.DisableStaff(gone)
        asked = pb.FindUnknownStaffRequest(staff_ids=["wang", "gone", "nobody", "gone"])
        assert await office.reason(admin.FindUnknownStaff(asked)) == "DENIED"
    service = Caller(Kind.SERVICE, "anji/mediation")
    async with office.talk(StaffServiceStub, service) as mediation:
        answer = await mediation.FindUnknownStaff(asked)
        assert list(answer.unknown) == ["gone", "nobody"]
        for unit, unknown in (("s-anji", []), ("u-anji-shuili", ["wang"])):
            of_unit = pb.FindUnknownStaffRequest(staff_ids=["wang"], unit_id=unit)
            assert list((await mediation.FindUnknownStaff(of_unit)).unknown) == unknown
        many = pb.FindUnknownStaffRequest(staff_ids=[f"a{no}" for no in range(101)])
        assert await office.reason(mediation.FindUnknownStaff(many)) == "INVALID_INPUT"
