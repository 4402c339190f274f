"""Which issuer a node trusts, and how its claims become account, unit and roles: a YAML file."""

from enum import Enum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
import yaml

from kernel.identity import Role
from kernel.yaml_text import read_yaml

ASYMMETRIC = frozenset({"RS256", "PS256", "ES256", "ES384", "EdDSA"})
"""What a token may be signed with: an issuer's secret is never shared with a node."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class MappingInvalid(ValueError):
    """The file cannot be used; the message names file and field."""


class Passwords(Enum):
    """Who may still log in with a password of the node itself."""

    EVERYBODY = "everybody"
    ADMINISTRATORS = "administrators"  # for the day on which the issuer is away for long
    NOBODY = "nobody"


class ClaimsMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The mapping file. Names of claims may be paths: `realm_access.roles`.

    `roles_of` gives roles of the role table for values of the claim `roles`; a value that is not
    in it gives none. `units_of` gives unit ids for values of the claim `unit`; where it is left
    out, the value is the unit id. Keys are used for `keys_kept_h` hours while the issuer is away.
    """

    issuer: str
    audience: str
    roles_of: dict[str, list[Role]]
    account: str = "preferred_username"
    name: str = "name"
    unit: str = "unit"
    roles: str = "roles"
    units_of: dict[str, str] = msgspec.field(default_factory=dict)
    algorithms: list[str] = msgspec.field(default_factory=lambda: ["RS256", "ES256", "EdDSA"])
    skew_s: int = 60
    keys_kept_h: int = 24
    ca: Path | None = None
    passwords: Passwords = Passwords.EVERYBODY

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read the file.

        Raises:
            MappingInvalid: missing, malformed, with an unknown field, or unsafe.
        """
        try:
            found = msgspec.convert(
                read_yaml(file.read_text(encoding="utf-8")), cls, dec_hook=_decoded
            )
        except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
            raise MappingInvalid(f"{file}: {error}") from None
        for problem in found.problems():
            raise MappingInvalid(f"{file}: {problem}")
        if found.ca is None:
            return found
        return msgspec.structs.replace(found, ca=file.parent / found.ca)

    def problems(self) -> list[str]:
        """What makes it unsafe or useless."""
        unfit = sorted(set(self.algorithms) - ASYMMETRIC)
        checks = {
            "issuer: https, or http on this machine": not safe_address(self.issuer),
            "audience: empty": not self.audience,
            "roles_of: empty": not self.roles_of,
            f"algorithms: {unfit or 'none'}": bool(unfit) or not self.algorithms,
            "skew_s: 0 to 600": not 0 <= self.skew_s <= 600,  # noqa: PLR2004 (as said)
            "keys_kept_h: 1 to 168": not 1 <= self.keys_kept_h <= 168,  # noqa: PLR2004 (as said)
        }
        return [problem for problem, so in checks.items() if so]


def safe_address(url: str) -> bool:
    """Whether nobody on the way can answer in its place: https, or http on this machine."""
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or here)


def _decoded(kind: type[Any], value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind.__name__)  # what msgspec asks of a hook for other kinds
