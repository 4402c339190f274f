"""A stack whose containers change version one by one, and clients that repeat a call once."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc

from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Clerk, Refused
from lianxin.intake.v1 import intake_service_pb2 as intake

from .stack import LIMIT_S, ROOT, NotWell, Stack, _run, compose_command
from .working import PATIENCE_S, Work

FORMER = os.environ.get("LIANXIN_PREVIOUS", "previous")
NEWER = os.environ.get("LIANXIN_VERSION", "latest")
FORMER_FILE = ROOT / ".cache" / "previous" / "deploy" / "compose.yaml"
"""The compose file of the earlier commit, kept by `make images-previous`."""
PARTS = ("routing", "intake", "mediation", "hearing", "broker", "postgres")
"""The containers of a node in the order of deploy/README.md."""


AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
"""What a client answers to by the same request once more."""


@dataclass
class Versioned(Stack):
    """A stack; what compose is told next is told for `version`, as the `.env` would say it."""

    version: str = FORMER

    def compose(self, *words: str, limit_s: float = LIMIT_S) -> str:
        """Run docker compose on the stack, with this version."""
        told = ["env", f"LIANXIN_VERSION={self.version}", *compose_command()]
        file = FORMER_FILE if self.version == FORMER else self.file
        files = ["--project-name", self.project, "--file", str(file)]
        return _run([*told, *files, *words], limit_s)

    def up(self, *services: str) -> float:
        """Start and wait until everything is well; the seconds it took. Raises NotWell."""
        try:
            return super().up(*services)
        except RuntimeError as error:
            unwell = [name for name in self.services() if not self.is_well(name)]
            said = "\n".join(self.logs(name) for name in unwell)
            raise NotWell(f"{', '.join(unwell)}: {said}") from error

    def is_well(self, service: str) -> bool:
        """Whether its own health check passes now."""
        return bool(self.state(service).get("Health", {}).get("Status") == "healthy")

    def migrate(self, node: str) -> None:
        """The second step: keys, certificates and schemas, while the services go on."""
        for job in ("prepare", "migrate"):
            self.compose("run", "--rm", "--no-deps", f"{node}-{job}", limit_s=300)

    def replace(self, service: str) -> float:
        """The third step: this container alone, until it is well; the seconds it took."""
        began = time.monotonic()
        self.compose("up", "--detach", "--no-deps", "--wait", service, limit_s=300)
        return time.monotonic() - began

    def image(self, service: str) -> str:
        """The image that a container was made of."""
        return self.docker("inspect", "--format", "{{.Image}}", self.container(service)).strip()

    def built(self, service: str, version: str) -> str:
        """The image that its name and this version stand for."""
        name = f"lianxin-{service.rpartition('-')[2]}:{version}"
        return self.docker("image", "inspect", "--format", "{{.Id}}", name).strip()


@dataclass
class Repeating(Work):
    """People whose client repeats a call that met a closed door, once, when the door is well."""

    under_way: set[str] = field(default_factory=set)
    waited: list[float] = field(default_factory=list)
    """Seconds from each first refusal to the answer."""
    well: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.well.set()

    async def register(self, node: str) -> str:
        """A case, by one request that is sent twice at most. Raises Refused at the second."""
        clerk, request = await self._form(node)
        self.under_way.add(request.request_id)
        try:
            answer = await self._twice(node, clerk, request)
        finally:
            self.under_way.discard(request.request_id)
        self._note(node, answer.stamp.case_id)
        return str(answer.stamp.case_id)

    async def _twice(
        self, node: str, clerk: Clerk, request: intake.RegisterCaseRequest
    ) -> intake.RegisterCaseResponse:
        began = time.monotonic()
        try:
            answer: intake.RegisterCaseResponse = await acts.call(
                clerk.intake.RegisterCase(request)
            )
        except Refused as refused:
            if refused.remote.code not in AGAIN:
                raise
        else:
            return answer
        self.tried_again[node] += 1
        await asyncio.wait_for(self.well.wait(), PATIENCE_S)
        answer = await acts.call(clerk.intake.RegisterCase(request))
        self.waited.append(time.monotonic() - began)
        return answer

    @asynccontextmanager
    async def step(self) -> AsyncIterator[None]:
        """A container is replaced; over when whoever called meanwhile was answered."""
        self.well.clear()
        try:
            yield
        finally:
            self.well.set()
        meanwhile = set(self.under_way)
        await acts.until(
            lambda: not meanwhile & self.under_way, "calls stay open", limit_s=PATIENCE_S
        )
