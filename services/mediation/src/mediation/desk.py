"""What every servicer of mediation works with."""

from kernel import service
from kernel.requests import id_of, optional_id
from mediation.office import Office

__all__ = ["Desk", "id_of", "optional_id"]


class Desk(service.Desk[Office]):
    """The writer, the readers, the office, the clock."""

    __slots__ = ()
