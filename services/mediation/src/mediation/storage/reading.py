"""Reading one mediation as far as a caller may."""

from kernel.holding.reading import CaseReading, Row
from mediation.storage.tables import case_access, case_key, mediation

__all__ = ["Row", "by_case", "columns", "key_of"]
_mediations = CaseReading(mediation, case_access, case_key)
columns, by_case, key_of = _mediations.columns, _mediations.by_case, _mediations.key_of
