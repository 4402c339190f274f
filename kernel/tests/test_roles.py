import pytest

from kernel.identity import Caller, Kind, Role
from kernel.roles import RoleTable, RoleTableInvalid, may, role_table

READS = {"case.read.header", "case.read.timeline", "case.read.content"}


def staff(*roles: Role) -> Caller:
    """A member of staff with these roles."""
    return Caller(Kind.STAFF, "zhao", roles=frozenset(roles))


def test_table_has_the_seventeen_roles() -> None:
    """Every role of the field has a row, with its title in Chinese and in English."""
    entries = role_table().entries
    assert len(entries) == 17
    assert entries[Role.JOINT_OFFICE].title_zh == "联席办"
    assert all(entry.title_zh and entry.title_en for entry in entries.values())


def test_administrator_has_no_door_to_a_case() -> None:
    """系统管理员 carries no permission on cases, hand-overs or mediation at all."""
    areas = {name.split(".")[0] for name in role_table().entries[Role.ADMINISTRATOR].permissions}
    assert areas == {"staff", "directory", "regulation", "system", "audit"}


def test_administration_is_the_administrators_alone() -> None:
    """Nobody who handles cases manages accounts, the directory or the regulation profile."""
    administration = {"staff.manage", "directory.manage", "regulation.manage", "system.operate"}
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert not role_table().entries[role].permissions & administration


def test_discipline_reaches_sealed_matters_only() -> None:
    """纪检监察 has the reach of sealed matters and no other; nobody else has it."""
    reaches = {"case.read.unit", "case.read.own", "case.read.subtree", "case.read.inspect"}
    granted = role_table().entries[Role.DISCIPLINE].permissions
    assert "case.read.sealed" in granted
    assert not granted & reaches
    others = set(Role) - {Role.DISCIPLINE}
    assert not any(may(staff(role), "case.read.sealed") for role in others)


def test_inspector_reads_only_and_is_recorded() -> None:
    """上级督查 reads content below and changes nothing; each of its reads is recorded."""
    granted = role_table().entries[Role.UPPER_INSPECTOR].permissions
    allowed = READS | {"case.read.inspect", "figures.read", "audit.read", "directory.read"}
    assert granted == allowed
    assert role_table().is_recorded(staff(Role.UPPER_INSPECTOR, Role.HANDLER))


def test_grid_worker_registers_and_sees_own() -> None:
    """网格员 registers and reaches what he registered himself, no more."""
    granted = role_table().entries[Role.GRID_WORKER].permissions
    assert {"case.register", "case.read.own"} <= granted
    assert "case.read.unit" not in granted
    assert "case.read.content" not in granted


def test_invited_reach_no_case_by_their_role() -> None:
    """受邀协助人员 has one door and no reading right: an invitation decides what is seen."""
    assert role_table().entries[Role.INVITED].permissions == {"invited.attend"}
    others = set(Role) - {Role.INVITED}
    assert not any(may(staff(role), "invited.attend") for role in others)


def test_who_decides_on_a_hearing_is_no_clerk() -> None:
    """听证: clerks organise, leaders decide; whoever organises or decides may see what is set."""
    may_decide = {role for role in Role if may(staff(role), "hearing.decide")}
    assert may_decide == {
        Role.COMMITTEE_HEAD,
        Role.JOINT_OFFICE,
        Role.POLITICAL_LEGAL,
        Role.LEAD_OFFICER,
    }
    assert not may_decide & {Role.REGISTRAR, Role.TRIAGE, Role.HANDLER, Role.JUSTICE_OFFICE}
    for role in Role:
        acts = ("hearing.run", "hearing.decide", "hearing.register")
        assert may(staff(role), "hearing.read") or not any(may(staff(role), one) for one in acts)


def test_those_who_only_look_in_keep_no_calendars() -> None:
    """Rooms, the pool and its calendars are kept by offices, by nobody who only reads."""
    keepers = {role for role in Role if may(staff(role), "hearing.register")}
    assert keepers == {
        Role.TRIAGE,
        Role.JUSTICE_OFFICE,
        Role.JOINT_OFFICE,
        Role.POLITICAL_LEGAL,
    }


def test_roles_add_up() -> None:
    """Somebody with two roles may do what either may."""
    both = staff(Role.GRID_WORKER, Role.CALLBACK)
    assert may(both, "case.register")
    assert may(both, "callback.make")
    assert not may(both, "case.close")


def test_nobody_without_roles_may_anything() -> None:
    """A caller without roles has no permission."""
    assert not any(may(staff(), permission) for permission in role_table().permissions)


def test_every_permission_is_someones() -> None:
    """No permission is in the table that no role carries."""
    carried = frozenset[str]().union(*(e.permissions for e in role_table().entries.values()))
    assert carried == set(role_table().permissions)


@pytest.mark.parametrize(
    "text,problem",
    [
        ("permissions: {a: b}\nroles: {king: {zh: 王, en: King, may: [a]}}", "unknown roles"),
        ("permissions: {a: b}\nroles: {handler: {zh: 承办人, en: H, may: [a]}}", "no row for"),
        ("permissions: {a: b}\nroles: {handler: {zh: 承办人, en: H, may: a}}", "no list"),
    ],
)
def test_table_with_holes_is_refused(text: str, problem: str) -> None:
    """A table that lacks a role, names an unknown one or is no list is refused when loaded."""
    with pytest.raises(RoleTableInvalid, match=problem):
        RoleTable.parse(text)


def test_unknown_permission_is_refused() -> None:
    """A row that names a permission the table does not list is refused."""
    entries = role_table().entries.values()
    with pytest.raises(RoleTableInvalid, match="unknown"):
        RoleTable({"case.register": "登记"}, entries)
