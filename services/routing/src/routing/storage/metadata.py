"""The metadata of routing's database and its column types."""

from typing import Any

import msgspec
from sqlalchemy import Column, MetaData, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from kernel import leases
from kernel import tables as kernel_tables

metadata = MetaData()
kernel_tables.add_to(metadata)
case_key = kernel_tables.add_case_keys_to(metadata)
lease = leases.add_to(metadata)
"""Which of two replicas sweeps."""


class Json(TypeDecorator[Any]):
    """Small structured values as canonical JSON text, the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encode; None stays NULL."""
        if value is None:
            return None
        return msgspec.json.encode(value, order="deterministic").decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decode; NULL stays None."""
        return None if value is None else msgspec.json.decode(value)


def text(name: str, default: str = "") -> Column[str]:
    """A text column that is never NULL."""
    return Column(name, Text, nullable=False, default=default)


def case_id() -> Column[Any]:
    """The case a row belongs to, first part of its key."""
    return Column("case_id", Uuid, primary_key=True)
