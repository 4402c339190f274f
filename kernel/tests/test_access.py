import pytest
from grpc_health.v1 import health_pb2

from kernel.access import PUBLIC, Access, AccessIncomplete, check_access, method_names
from kernel.errors import Denied, Unauthenticated
from kernel.identity import NOBODY, Caller, Kind, Role
from kernel.roles import role_table

HEALTH = health_pb2.DESCRIPTOR.services_by_name["Health"]
CLERK = Caller(Kind.STAFF, "zhao", roles=frozenset({Role.REGISTRAR}))
SYSTEM = Caller(Kind.SYSTEM, "12345", roles=frozenset({Role.REGISTRAR}))
NODE = Caller(Kind.NODE, "330523001")
SERVICE = Caller(Kind.SERVICE, "routing")


@pytest.mark.parametrize(
    "access,let_in",
    [
        (Access("case.register"), {CLERK, SYSTEM}),
        (Access("case.close"), set()),
        (Access(node=True), {NODE}),
        (Access(service=True), {SERVICE}),
        (Access("case.register", service=True), {CLERK, SYSTEM, SERVICE}),
        (Access(known=True), {CLERK, SYSTEM, NODE, SERVICE}),
        (Access(public=True), {CLERK, SYSTEM, NODE, SERVICE, NOBODY}),
    ],
)
def test_a_door_lets_in_whom_it_names(access: Access, let_in: set[Caller]) -> None:
    """Each door lets in its own kind of caller; the others are denied, nobody is sent to log in."""
    for caller in (CLERK, SYSTEM, NODE, SERVICE, NOBODY):
        if caller in let_in:
            access.admit(caller, role_table())
        else:
            refusal = Unauthenticated if caller is NOBODY else Denied
            with pytest.raises(refusal):
                access.admit(caller, role_table())


def test_role_of_a_node_opens_no_staff_door() -> None:
    """A node or service that claims roles does not get through a door of staff."""
    for kind in (Kind.NODE, Kind.SERVICE):
        caller = Caller(kind, "x", roles=frozenset(Role))
        with pytest.raises(Denied):
            Access("case.register").admit(caller, role_table())


def test_complete_table_is_accepted() -> None:
    """A table with one entry for each RPC of the descriptors is accepted."""
    check_access([HEALTH], dict.fromkeys(method_names(HEALTH), PUBLIC))


@pytest.mark.parametrize(
    "changed,problem",
    [
        ({"/grpc.health.v1.Health/Check": None}, "Check: no entry"),
        ({"/grpc.health.v1.Health/Gone": PUBLIC}, "Gone: no such RPC"),
        ({"/grpc.health.v1.Health/Check": Access()}, "nobody may call it"),
        ({"/grpc.health.v1.Health/Check": Access("case.fly")}, "unknown permission case.fly"),
    ],
)
def test_incomplete_table_is_refused(changed: dict[str, Access | None], problem: str) -> None:
    """An RPC without entry, an entry without RPC, without door or with a made-up one is refused."""
    table = {**dict.fromkeys(method_names(HEALTH), PUBLIC), **changed}
    access = {name: entry for name, entry in table.items() if entry is not None}
    with pytest.raises(AccessIncomplete, match=problem):
        check_access([HEALTH], access)
