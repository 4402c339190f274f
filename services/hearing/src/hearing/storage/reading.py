"""Reading the hearings of one case as far as a caller may."""

from hearing.storage.tables import case_access, case_key, hearing_file
from kernel.holding.reading import CaseReading, Row

__all__ = ["Row", "by_case", "columns", "key_of"]
_files = CaseReading(hearing_file, case_access, case_key)
columns, by_case, key_of = _files.columns, _files.by_case, _files.key_of
