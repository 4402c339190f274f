"""StaffService: accounts of the node, logins, system callers."""

from typing import Any

from kernel.access import Access, anybody, whoever_is_known
from kernel.errors import FieldViolation, InvalidInput, MissingField
from kernel.interceptors import current_caller
from kernel.passwords import Attempts
from kernel.scope import subtree
from kernel.tokens import new_key
from lianxin.routing.v1 import staff_pb2 as pb
from lianxin.routing.v1 import staff_pb2_grpc as rpc
from routing.accounts import Accounts, check_strength, hashed, one_time_password
from routing.commands import staff as commands
from routing.convert import staff as convert
from routing.domain.route import desk_of
from routing.errors import NotYourSite
from routing.exchange.bridge import Bridge
from routing.grpc_api import pages
from routing.grpc_api.secret_answers import once
from routing.handlers import accounts as handlers
from routing.storage import staff as stored
from routing.storage.staff import Values

SERVICE = "/lianxin.routing.v1.StaffService/"
MANAGE = Access("staff.manage")
MOST_NAMED = 100
STAFF_ACCESS = {
    SERVICE + "Login": anybody(),
    SERVICE + "LogInAtIssuer": anybody(),
    SERVICE + "RenewToken": whoever_is_known(per_minute=600),
    SERVICE + "ChangePassword": whoever_is_known(),
    **{
        SERVICE + name: MANAGE
        for name in (
            "AddStaff",
            "DisableStaff",
            "HandOverStaff",
            "ResetPassword",
            "ListStaff",
            "AddSystem",
            "DisableSystem",
        )
    },
    SERVICE + "ListAccountChanges": Access(service=True),
    SERVICE + "FindSystemKey": Access(service=True),
    SERVICE + "FindUnknownStaff": Access(service=True),
}


class StaffServicer(rpc.StaffServiceServicer):
    """Secrets are shown once: the answer to a repeat of a request leaves them out."""

    def __init__(self, bridge: Bridge, accounts: Accounts) -> None:
        self._bridge = bridge
        self._accounts = accounts

    async def Login(self, request: pb.LoginRequest, context: Any) -> pb.LoginResponse:
        """A token for account and password."""
        if not (request.staff_id and request.password):
            raise MissingField.of("staff_id" if not request.staff_id else "password")
        return convert.logged_in(await self._accounts.log_in(request.staff_id, request.password))

    async def LogInAtIssuer(
        self, request: pb.LogInAtIssuerRequest, context: Any
    ) -> pb.LogInAtIssuerResponse:
        """A token for one of the identity provider."""
        if not request.token:
            raise MissingField.of("token")
        return convert.logged_in_at_issuer(*await self._accounts.log_in_at_issuer(request.token))

    async def RenewToken(
        self, request: pb.RenewTokenRequest, context: Any
    ) -> pb.RenewTokenResponse:
        """Another token."""
        return convert.renewed(await self._accounts.renew(current_caller()))

    async def AddStaff(self, request: pb.AddStaffRequest, context: Any) -> pb.AddStaffResponse:
        """Make an account."""
        staff_id = convert.account_of(request.staff_id, "staff_id")
        if request.password:
            check_strength(request.password, staff_id, "password")
        one_time = "" if request.password else one_time_password()
        command = commands.AddStaff(
            staff_id,
            convert.name_of(request.name),
            _unit(request.unit_id),
            convert.roles_of(request.roles),
            await hashed(request.password or one_time),
            must_change=bool(one_time),
        )
        bare = pb.AddStaffRequest()
        bare.CopyFrom(request)
        bare.password = ""
        return await once(
            self._bridge,
            bare,
            handlers.add_staff,
            command,
            kept=pb.AddStaffResponse(staff_id=staff_id),
            secret=pb.AddStaffResponse(one_time_password=one_time),
        )

    async def DisableStaff(
        self, request: pb.DisableStaffRequest, context: Any
    ) -> pb.DisableStaffResponse:
        """Disable an account; its cases are listed and re-assigned."""
        staff_id = convert.account_of(request.staff_id, "staff_id")
        successor = convert.optional_account(request.successor, "successor")

        def answer(moved: Any) -> pb.DisableStaffResponse:
            return pb.DisableStaffResponse(case_ids=convert.ids(moved))

        command = commands.DisableStaff(staff_id, successor)
        response = await self._bridge.write(request, handlers.disable_staff, command, answer)
        await self._accounts.look()
        return response

    async def HandOverStaff(
        self, request: pb.HandOverStaffRequest, context: Any
    ) -> pb.HandOverStaffResponse:
        """Give somebody's cases to a colleague."""
        command = commands.HandOverStaff(
            convert.account_of(request.from_staff, "from_staff"),
            convert.account_of(request.to_staff, "to_staff"),
        )

        def answer(moved: Any) -> pb.HandOverStaffResponse:
            return pb.HandOverStaffResponse(case_ids=convert.ids(moved))

        return await self._bridge.write(request, handlers.hand_over_staff, command, answer)

    async def ResetPassword(
        self, request: pb.ResetPasswordRequest, context: Any
    ) -> pb.ResetPasswordResponse:
        """Set a one-time password; whoever is logged in is out."""
        staff_id = convert.account_of(request.staff_id, "staff_id")
        one_time = one_time_password()
        command = commands.SetPassword(staff_id, await hashed(one_time), must_change=True)
        response = await once(
            self._bridge,
            request,
            handlers.set_password,
            command,
            kept=pb.ResetPasswordResponse(),
            secret=pb.ResetPasswordResponse(one_time_password=one_time),
        )
        await self._accounts.look()
        return response

    async def ChangePassword(
        self, request: pb.ChangePasswordRequest, context: Any
    ) -> pb.ChangePasswordResponse:
        """Change one's own password."""
        staff_id = convert.account_of(request.staff_id, "staff_id")
        await self._accounts.change_own(
            current_caller(), staff_id, request.old_password, request.new_password
        )
        return pb.ChangePasswordResponse(changed=True)

    async def ListStaff(self, request: pb.ListStaffRequest, context: Any) -> pb.ListStaffResponse:
        """Accounts of a site."""
        size = pages.size(request.page_size)
        after = pages.position(request.page_token, tuple[str]) or ("",)
        units = self._units(request.site_id)
        rows = await self._bridge.read(stored.page, units, after[0], size + 1)
        now = self._accounts.clock.now()
        lines = [convert.line(row, cases, _state(row, now)) for row, cases in rows[:size]]
        more = pages.token(lines[-1].staff_id) if len(rows) > size else ""
        return pb.ListStaffResponse(staff=lines, next_page_token=more)

    def _units(self, site_id: str) -> list[str]:
        """All units of a site the caller may manage, closed ones included."""
        directory, caller = self._bridge.node.directory(), current_caller()
        site = site_id or caller.site
        if site not in directory.sites:
            raise InvalidInput(FieldViolation("site_id", "UNKNOWN_VALUE"))
        first, last = subtree(caller.path)
        if not first <= directory.path(site) <= last:
            raise NotYourSite(unit=site)
        units = [unit.id for unit in directory.units.values() if unit.site == site]
        own = site == directory.units[desk_of(directory, self._bridge.node.code)].site
        return [*units, "", *handlers.units_above(directory, site)] if own else units

    async def AddSystem(self, request: pb.AddSystemRequest, context: Any) -> pb.AddSystemResponse:
        """Make a system caller, or give it another key."""
        key_id, key, digest = new_key()
        command = commands.AddSystem(
            convert.account_of(request.system_id, "system_id"),
            key_id,
            digest,
            _unit(request.unit_id),
            convert.roles_of(request.roles),
        )
        response = await once(
            self._bridge,
            request,
            handlers.add_system,
            command,
            kept=pb.AddSystemResponse(),
            secret=pb.AddSystemResponse(key=key),
        )
        await self._accounts.look()
        return response

    async def DisableSystem(
        self, request: pb.DisableSystemRequest, context: Any
    ) -> pb.DisableSystemResponse:
        """Disable a system caller."""
        system_id = convert.account_of(request.system_id, "system_id")

        def answer(_: None) -> pb.DisableSystemResponse:
            return pb.DisableSystemResponse(disabled=True)

        response = await self._bridge.write(request, handlers.disable_system, system_id, answer)
        await self._accounts.look()
        return response

    async def ListAccountChanges(
        self, request: pb.ListAccountChangesRequest, context: Any
    ) -> pb.ListAccountChangesResponse:
        """Accounts changed of late."""
        return convert.changes(await self._accounts.changes())

    async def FindSystemKey(
        self, request: pb.FindSystemKeyRequest, context: Any
    ) -> pb.FindSystemKeyResponse:
        """Who the bearer of a key is."""
        return convert.found_key(await self._accounts.system_key(request.key_id))

    async def FindUnknownStaff(
        self, request: pb.FindUnknownStaffRequest, context: Any
    ) -> pb.FindUnknownStaffResponse:
        """Accounts nobody can be given work by."""
        wanted = list(dict.fromkeys(request.staff_ids))
        if len(wanted) > MOST_NAMED:
            raise InvalidInput(FieldViolation("staff_ids", "TOO_MANY", MOST_NAMED))
        able = await self._bridge.read(stored.able, wanted, request.unit_id)
        return pb.FindUnknownStaffResponse(unknown=[one for one in wanted if one not in able])


def _unit(unit_id: str) -> str:
    if not unit_id:
        raise MissingField.of("unit_id")
    return unit_id


def _state(row: Values, now: Any) -> str:
    if row["disabled"]:
        return "disabled"
    locked = Attempts(row["failures"], row["last_failure_at"]).is_locked(now)
    return "locked" if locked else "active"
