"""Whom a certificate is for, and how that is written in it."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kernel.interceptors.certificates import NODE_URI

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
HOST = re.compile(
    r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
LONGEST_HOST = 253


class NameInvalid(ValueError):
    """A name that can stand in no certificate; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The bearer of a certificate: `name`, the node it speaks for, and where it is reached.

    A certificate with a `node` proves that node to its parent; one without is a server's only.
    """

    name: str
    node: str = ""
    hosts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, *, node: str = "", reached_at: tuple[str, ...] = ()) -> Self:
        """Checked; `reached_at` are host names and IP addresses, told apart here.

        Raises:
            NameInvalid: naming the first that cannot stand.
        """
        for code in (name, *([node] if node else [])):
            if not NAME.fullmatch(code):
                raise NameInvalid(code)
        addresses = tuple(each for each in reached_at if _is_address(each))
        hosts = tuple(each for each in reached_at if each not in addresses)
        for host in hosts:
            if not HOST.fullmatch(host) or len(host) > LONGEST_HOST:
                raise NameInvalid(host)
        if not (node or reached_at):
            raise NameInvalid(name)
        return cls(name, node, hosts, addresses)

    @classmethod
    def read(cls, certificate: x509.Certificate | x509.CertificateSigningRequest) -> Self:
        """Whom a certificate of ours is for, or a request for one."""
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
        nodes = [uri.removeprefix(NODE_URI) for uri in uris if uri.startswith(NODE_URI)]
        return cls(
            str(common),
            nodes[0] if nodes else "",
            tuple(names.get_values_for_type(x509.DNSName)),
            tuple(str(each) for each in names.get_values_for_type(x509.IPAddress)),
        )

    def written(self) -> x509.Name:
        """The subject's name."""
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])

    def alternatives(self) -> x509.SubjectAlternativeName:
        """The names that count: TLS looks at no other."""
        node = [x509.UniformResourceIdentifier(NODE_URI + self.node)] if self.node else []
        hosts = [x509.DNSName(host) for host in self.hosts]
        addresses = [x509.IPAddress(ip_address(each)) for each in self.addresses]
        return x509.SubjectAlternativeName([*node, *hosts, *addresses])

    def usage(self) -> x509.ExtendedKeyUsage:
        """A node dials and answers; a server only answers."""
        client = [ExtendedKeyUsageOID.CLIENT_AUTH] if self.node else []
        server = [ExtendedKeyUsageOID.SERVER_AUTH] if self.hosts or self.addresses else []
        return x509.ExtendedKeyUsage([*client, *server])


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
