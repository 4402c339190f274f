"""What every servicer of hearing works with."""

from hearing.office import Office
from kernel import service
from kernel.requests import id_of, optional_id

__all__ = ["Desk", "id_of", "optional_id"]


class Desk(service.Desk[Office]):
    """The writer, the readers, the office, the clock."""

    __slots__ = ()
