"""Pieces in an object store: a folder of this machine, or S3."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store, from_url

from intake.errors import StoreAway

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

CONNECT_S, ANSWER_S, TRIED_FOR_S = 2, 10, 8
"""How long one try waits for a line and for an answer, and until when it is tried again."""
TRIES_AGAIN = 3
SAID = {"endpoint", "region", "ca", "virtual_hosted"}
"""What an address may say after its question mark."""


class AddressWrong(ValueError):
    """An address of a store that cannot be read; the message never holds it."""


class Pieces:
    """Bytes by path. What the store cannot do now is `StoreAway`."""

    def __init__(self, store: Any) -> None:
        self._store = store

    @classmethod
    def at(cls, url: str) -> "Pieces":
        """A folder that is there, or an address.

        Raises:
            AddressWrong: it says something that is not known.
            OSError: the file of its CA cannot be read.
            BaseError: the library does not know such a store.
        """
        if "://" not in url:
            return cls(LocalStore(Path(url)))
        return cls(_s3(url) if url.startswith("s3://") else from_url(url))

    async def put(self, path: str, content: bytes) -> None:
        """Store, in place of what was there. Raises StoreAway."""
        try:
            await obstore.put_async(self._store, path, content)
        except (BaseError, OSError) as error:
            raise StoreAway from error

    async def get(self, path: str) -> bytes:
        """What is stored. Raises StoreAway, also when it is lost."""
        try:
            found = await obstore.get_async(self._store, path)
            return bytes(await found.bytes_async())
        except (BaseError, OSError) as error:
            raise StoreAway from error

    async def remove(self, path: str) -> None:
        """Remove it, if it is there. Raises StoreAway."""
        try:
            await obstore.delete_async(self._store, path)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise StoreAway from error


def _s3(url: str) -> Any:
    """A store that speaks S3.

    The address is `s3://<KEY>:<SECRET>@bucket/path?endpoint=…&region=…&ca=…&virtual_hosted=true`.
    What it leaves out is as the library has it: variables AWS_… of the environment, then Amazon.
    """
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := sorted(asked.keys() - SAID):
        raise AddressWrong(f"address of the store: {', '.join(unknown)} is not known")
    config: S3Config = {}
    if "endpoint" in asked:
        config["endpoint"] = asked["endpoint"]
    if "region" in asked:
        config["region"] = asked["region"]
    if parts.username and parts.password:
        config["access_key_id"] = unquote(parts.username)
        config["secret_access_key"] = unquote(parts.password)
    if asked.get("virtual_hosted") == "true":
        config["virtual_hosted_style_request"] = True
    client: ClientConfig = {
        "connect_timeout": timedelta(seconds=CONNECT_S),
        "timeout": timedelta(seconds=ANSWER_S),
    }
    if "ca" in asked:
        client["root_certificate"] = Path(asked["ca"]).read_bytes()
    again: RetryConfig = {
        "max_retries": TRIES_AGAIN,
        "retry_timeout": timedelta(seconds=TRIED_FOR_S),
    }
    address = f"s3://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return S3Store.from_url(address, client_options=client, retry_config=again, config=config)
