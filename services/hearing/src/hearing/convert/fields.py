"""Fields that requests of hearing have in common; the kernel reads and judges them."""

from hearing.errors import FieldsInvalid
from kernel.fields import CODE, MOST_ITEMS
from kernel.fields import Fields as CommonFields

__all__ = ["CODE", "MOST_ITEMS", "REASON", "WHY", "Fields"]

REASON, WHY = 5_000, 200


class Fields(CommonFields):
    """Collects what is wrong; `check` refuses if anything was."""

    refusal = FieldsInvalid
