"""Words of people, sealed for the column that keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from kernel.sealing import FieldVault, Sealed
from mediation.storage.portable import field_name

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """What people say on a case: sealed under the case's key before it is kept."""

    vault: FieldVault

    def seal(self, table: Table, row: Row, said: Row, column: str = "sealed") -> Sealed:
        """Seal what was said for a column of a row."""
        return self.vault.seal(field_name(table, column, row), said)

    def open(self, table: Table, row: Row, column: str = "sealed") -> dict[str, Any]:
        """What was said in a row."""
        return self.vault.open(field_name(table, column, row), row[column])
