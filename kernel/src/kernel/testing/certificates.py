"""Certificates for tests: an authority of their own, servers and nodes signed by it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from kernel.grpc_server import ClientTls, ServerTls
from kernel.pki import Authority as RealAuthority
from kernel.pki import Issued, Subject
from kernel.pki.files import write

DAY = timedelta(days=1)
HERE = ("127.0.0.1", "localhost")


class Authority:
    """A certificate authority that lives in a folder for a day."""

    def __init__(self, folder: Path, name: str = "test authority") -> None:
        self._folder = folder
        self._real = RealAuthority.create(folder, name, now=datetime.now(UTC), life=2 * DAY)
        self.file = self._real.ca
        self.revoked = self._real.revocations

    def server(
        self, *, require_clients: bool = False, reached_at: tuple[str, ...] = HERE
    ) -> ServerTls:
        """What a server on this machine listens with; called again, its files are renewed."""
        files = self._files("server", self._issue(Subject.of("server", reached_at=reached_at)))
        return ServerTls(*files, *((self.file, self.revoked) if require_clients else ()))

    def node(self, code: str, *, ends_in: timedelta = DAY) -> ClientTls:
        """What a node dials with: its code is in the certificate."""
        subject = Subject.of(f"node-{code}", node=code, reached_at=HERE)
        return ClientTls(self.file, *self._files(subject.name, self._issue(subject, ends_in)))

    def client(self) -> ClientTls:
        """What somebody dials with who shows no certificate."""
        return ClientTls(self.file)

    def revoke(self, bearer: ClientTls) -> None:
        """Put the certificate of a client on the list."""
        if bearer.certificate is None:
            raise ValueError("it shows no certificate")
        shown = bearer.certificate.read_bytes()
        serials = {each.serial for each in self._real.issued() if each.certificate == shown}
        self._real.revoke(serials, now=datetime.now(UTC))

    def _issue(self, subject: Subject, life: timedelta = DAY) -> Issued:
        return self._real.issue(subject, now=datetime.now(UTC), life=life)

    def _files(self, name: str, issued: Issued) -> tuple[Path, Path]:
        certificate, key = (self._folder / f"{name}.{end}" for end in ("pem", "key"))
        write(key, issued.key, secret=True)
        write(certificate, issued.certificate)
        return certificate, key
