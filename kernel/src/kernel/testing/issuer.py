"""A real OpenID Connect issuer for tests: a process of its own that signs whatever it is asked to.

`python -m kernel.testing.issuer` prints its port. `IssuerProcess` starts and steers it.
"""

import json
import subprocess
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kernel.oidc.fetching import DISCOVERY, MOST_BYTES

AUDIENCE = "lianxin-anji"
WAIT_S = 10.0


class IssuerProcess:
    """The issuer while it runs; use as a context."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "kernel.testing.issuer"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._told: IO[str] = self._process.stdout  # type: ignore[assignment]  # a pipe was asked for
        self.issuer = f"http://127.0.0.1:{int(self._told.readline())}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; it may have ended before."""
        self._process.kill()
        self._process.wait()
        self._told.close()

    def token(self, **claims: Any) -> str:
        """A token of the newest key; `claims` replace those of a registrar of the county."""
        now = time.time()
        usual = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "8c1f",
            "iat": now,
            "exp": now + 300,
            "preferred_username": "wang.fang",
            "name": "某某",
            "unit": "s-anji",
            "roles": ["letters-registrar"],
        }
        return str(self._post("/token", usual | claims)["token"])

    def rotate(self, *, keep: bool = True, kind: str = "EC") -> None:
        """Sign with a new key from now on; the former ones are published on with `keep`."""
        self._post("/rotate", {"keep": keep, "kind": kind})

    def behave(self, how: str) -> None:
        """Answer for keys: `well`, `huge`, `detour`, `other` (names another issuer), `noise`."""
        self._post("/behave", {"how": how})

    @property
    def asked(self) -> int:
        """How often its keys were fetched."""
        return int(self._post("/asked", {})["asked"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        data = json.dumps(body).encode()
        with urllib.request.urlopen(self.issuer + path, data, WAIT_S) as answer:  # noqa: S310 (loopback)
            found: dict[str, Any] = json.loads(answer.read())
        return found


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.keys: dict[str, Any] = {}
        self.published: list[str] = []
        self.how, self.asked, self.made = "well", 0, 0
        self.rotate(keep=False, kind="EC")

    def rotate(self, *, keep: bool, kind: str) -> None:
        self.made += 1
        kid = f"key-{self.made}"
        small = rsa.generate_private_key(65537, 2048) if kind == "RSA" else None
        self.keys[kid] = small or ec.generate_private_key(ec.SECP256R1())
        self.published = [*(self.published if keep else []), kid]

    def sign(self, claims: dict[str, Any]) -> str:
        kid = f"key-{self.made}"
        key = self.keys[kid]
        algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
        return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})

    def documents(self) -> list[dict[str, Any]]:
        return [self._document(kid) for kid in self.published]

    def _document(self, kid: str) -> dict[str, Any]:
        public = self.keys[kid].public_key()
        algorithm = "RS256" if isinstance(self.keys[kid], rsa.RSAPrivateKey) else "ES256"
        document = jwt.get_algorithm_by_name(algorithm).to_jwk(public, as_dict=True)
        return {**document, "kid": kid, "use": "sig", "alg": algorithm}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Discovery and keys."""
        if self.path == DISCOVERY:
            issuer = "https://somebody.else" if self.server.how == "other" else self.server.issuer
            return self._answer({"issuer": issuer, "jwks_uri": f"{self.server.issuer}/keys"})
        self.server.asked += 1
        if self.server.how == "detour" and self.path == "/keys":
            self.send_response(302)
            self.send_header("Location", f"{self.server.issuer}/detour")
            return self.end_headers()
        answer: dict[str, Any] = {"keys": self.server.documents()}
        if self.server.how == "huge":
            answer["padding"] = "x" * MOST_BYTES
        return self._answer([] if self.server.how == "noise" else answer)

    def do_POST(self) -> None:
        """What the test wants."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer: dict[str, Any] = {}
        if self.path == "/token":
            answer["token"] = self.server.sign(asked)
        elif self.path == "/rotate":
            self.server.rotate(**asked)
        elif self.path == "/behave":
            self.server.how = asked["how"]
        else:
            answer["asked"] = self.server.asked
        self._answer(answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing: what is asked for may be a token."""

    def _answer(self, document: Any) -> None:
        content = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    server = _Server()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
