"""Accounts and tokens, between protobuf and commands."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from kernel.errors import FieldViolation, InvalidInput, MissingField
from kernel.instants import stamp
from kernel.tokens import StoredKey
from lianxin.routing.v1 import staff_pb2 as pb
from routing.accounts import ACCOUNT, Token
from routing.storage.staff import Values

LONGEST_NAME = 40


def account_of(text: str, field: str) -> str:
    """An account id. Raises InvalidInput."""
    if not text:
        raise MissingField.of(field)
    if not ACCOUNT.fullmatch(text):
        raise InvalidInput(FieldViolation(field, "MALFORMED"))
    return text


def optional_account(text: str, field: str) -> str:
    """An account id that may be absent."""
    return account_of(text, field) if text else ""


def name_of(text: str) -> str:
    """A name to show. Raises InvalidInput for control characters or length."""
    name = text.strip()
    if len(name) > LONGEST_NAME:
        raise InvalidInput(FieldViolation("name", "TOO_LONG", LONGEST_NAME))
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in name):
        raise InvalidInput(FieldViolation("name", "NOT_TEXT"))
    return name


def roles_of(roles: Sequence[str]) -> tuple[str, ...]:
    """Role words, once each. Raises MissingField for none."""
    if not roles:
        raise MissingField.of("roles")
    return tuple(dict.fromkeys(roles))


def logged_in(token: Token) -> pb.LoginResponse:
    """The answer to a login."""
    return pb.LoginResponse(
        token=token.token, expires_at=stamp(token.expires_at), must_change=token.must_change
    )


def logged_in_at_issuer(staff_id: str, token: Token) -> pb.LogInAtIssuerResponse:
    """The answer to a login through the issuer."""
    return pb.LogInAtIssuerResponse(
        staff_id=staff_id, token=token.token, expires_at=stamp(token.expires_at)
    )


def renewed(token: Token) -> pb.RenewTokenResponse:
    """The answer to a renewal."""
    return pb.RenewTokenResponse(token=token.token, expires_at=stamp(token.expires_at))


def line(row: Values, cases: int, state: str) -> pb.StaffLine:
    """An account as a list shows it; never its hash."""
    shown = pb.StaffLine(
        staff_id=row["staff_id"],
        name=row["name"],
        unit_id=row["unit"],
        roles=row["roles"],
        state=state,
        cases=cases,
    )
    if row["last_login_at"] is not None:
        shown.last_login_at.CopyFrom(stamp(row["last_login_at"]))
    return shown


def changes(changed: Mapping[str, datetime]) -> pb.ListAccountChangesResponse:
    """Accounts and when they were changed."""
    lines = (pb.AccountChange(staff_id=who, at=stamp(at)) for who, at in changed.items())
    return pb.ListAccountChangesResponse(changes=lines)


def found_key(key: StoredKey | None) -> pb.FindSystemKeyResponse:
    """What is kept of a key; empty when there is none."""
    if key is None:
        return pb.FindSystemKeyResponse()
    caller = key.caller
    return pb.FindSystemKeyResponse(
        digest=key.digest,
        disabled=key.disabled,
        system_id=caller.id,
        site_id=caller.site,
        unit_id=caller.unit,
        path=caller.path,
        roles=sorted(role.value for role in caller.roles),
        sealed_bodies=sorted(caller.sealed_bodies),
    )


def ids(case_ids: tuple[UUID, ...]) -> list[str]:
    """Case ids as text."""
    return [str(case_id) for case_id in case_ids]
