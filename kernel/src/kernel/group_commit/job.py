"""One command handed in, and one try to run it."""

import traceback
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Table

from kernel.errors import FieldViolation, Refusal, RequestIdReused
from kernel.group_commit.errors import InternalFault
from kernel.group_commit.work import Answered, Work
from kernel.unit_of_work import Encode, UnitOfWork
from kernel.unit_of_work.batch import Batch
from kernel.unit_of_work.sight import Wanted

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Job:
    """A command with what must be the same at every try; afterwards its result or its error."""

    work: Work[Any]
    now: datetime
    ids: list[UUID] = field(default_factory=list)
    result: Any = None
    error: Exception | None = None
    links: frozenset[str] = frozenset()
    notes: tuple[object, ...] = ()

    def wanted(self, request: Table) -> tuple[Wanted, ...]:
        """The rows to load before the handler runs."""
        if self.work.request_id is None:
            return self.work.prefetch
        return ((request, {"request_id": self.work.request_id}), *self.work.prefetch)

    def attempt(self, batch: Batch, encode: Encode) -> None:
        """Run the handler; keep what it wrote, or nothing if it raised.

        Raises an error of the database, after which the whole batch must be given up.
        """
        self.result, self.error = None, None
        self.links, self.notes = frozenset(), ()
        try:
            self.result = self._answer(batch, encode)
            batch.merge()
        except batch.driver.errors:
            raise
        except Refusal as refusal:
            self.result, self.error = None, refusal
            batch.drop()
        except Exception as error:  # noqa: BLE001 - a fault in one handler must not stop the others
            self.fail(error)
            batch.drop()

    def fail(self, error: BaseException) -> None:
        """Answer an internal fault. The log says where, by type: a text may hold personal data."""
        self.result, self.error = None, InternalFault()
        cause = error.__cause__ or error
        places = [f"{at.name}:{at.lineno}" for at in traceback.extract_tb(cause.__traceback__)]
        log.error(
            "handler_failed",
            method=self.work.method,
            key=self.work.key,
            fault=type(cause).__name__,
            at=places[-6:],
        )

    def _answer(self, batch: Batch, encode: Encode) -> object:
        work = self.work
        unit_of_work = UnitOfWork(
            batch,
            encode,
            now=self.now,
            ids=self.ids,
            caller=work.caller,
            request_id=work.request_id,
            traceparent=work.traceparent,
        )
        if work.request_id is None:
            return self._handled(unit_of_work)
        request, identity = batch.schema.named("request"), work.identity()
        before = unit_of_work.get(request, request_id=work.request_id, lock=False)
        if before is not None:
            if before["fingerprint"] != identity:
                raise RequestIdReused(FieldViolation("request_id", "REQUEST_ID_REUSED"))
            return Answered(before["answer"])
        result = self._handled(unit_of_work)
        unit_of_work.insert(
            request,
            {
                "request_id": work.request_id,
                "method": work.method,
                "fingerprint": identity,
                "answer": work.answer(result) if work.answer else b"",
                "at": self.now,
            },
        )
        return result

    def _handled(self, unit_of_work: UnitOfWork) -> object:
        result = self.work.handler(unit_of_work, self.work.command)
        self.links, self.notes = frozenset(unit_of_work.links), tuple(unit_of_work.notes)
        return result
