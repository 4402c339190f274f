"""Accounts of people an identity provider vouches for: made and kept up by what it says."""

import unicodedata

from kernel.oidc import Person
from kernel.unit_of_work import UnitOfWork
from routing.domain.route import desk_of
from routing.errors import LoginFailed, NotYourSite, StaffTaken, UnitUnknown
from routing.handlers.accounts import GUESTS, change, change_access, units_above
from routing.node import Node
from routing.storage.staff import Values, staff

LONGEST_NAME = 40


def enter(uow: UnitOfWork, person: Person, *, node: Node) -> Values:
    """The account of a person who logs in, made at the first login, with today's roles and unit.

    Tokens of before end when roles or unit have changed.

    Raises:
        StaffTaken: the account is another person's, or one of the node itself.
        LoginFailed: it was disabled here, whatever the issuer says.
        UnitUnknown, NotYourSite: of a unit nobody knows, or of another node's.
    """
    roles = sorted(role.value for role in person.roles)
    _check_unit(node, person.unit, roles)
    row = uow.get(staff, staff_id=person.account)
    said: dict[str, object] = {"name": shown(person.name), "unit": person.unit, "roles": roles}
    if row is None:
        return _make(uow, person, said)
    if (row["issuer"], row["subject"]) != (person.issuer, person.subject):
        raise StaffTaken(staff_id=person.account)
    if row["disabled"]:
        raise LoginFailed
    if (row["unit"], sorted(row["roles"])) != (person.unit, roles):
        change_access(uow, row, **said, last_login_at=uow.now)
    else:
        change(uow, row, name=said["name"], last_login_at=uow.now)
    return dict(uow.get(staff, staff_id=person.account) or row)


def shown(name: str) -> str:
    """A name as colleagues are shown it: without controls, forty characters."""
    fit = (char for char in name if unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    return "".join(fit).strip()[:LONGEST_NAME]


def _make(uow: UnitOfWork, person: Person, said: dict[str, object]) -> Values:
    row = {
        "staff_id": person.account,
        **said,
        "password": "",
        "must_change": False,
        "failures": 0,
        "disabled": False,
        "issuer": person.issuer,
        "subject": person.subject,
        "last_login_at": uow.now,
        "changed_at": uow.now,
        "created_at": uow.now,
        "created_by": person.account,
    }
    uow.insert(staff, row)
    return row


def _check_unit(node: Node, unit: str, roles: list[str]) -> None:
    """A unit this node hosts; of one above only whoever calls back and nothing else."""
    directory = node.directory()
    if unit not in directory.units:
        raise UnitUnknown(unit=unit[:64])
    if node.hosts(unit):
        return
    desk = directory.units[desk_of(directory, node.code)].site
    if set(roles) != GUESTS or unit not in units_above(directory, desk):
        raise NotYourSite(unit=unit)
