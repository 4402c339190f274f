"""The connection to a nats-server: kept for ever, with what we need there declared once."""

from kernel.broker.address import BrokerAddress
from kernel.broker.connection import Broker, BrokerDown
from kernel.broker.publisher import Message
from kernel.broker.topology import ConfigMismatch, Consumer, Stream

__all__ = [
    "Broker",
    "BrokerAddress",
    "BrokerDown",
    "ConfigMismatch",
    "Consumer",
    "Message",
    "Stream",
]
