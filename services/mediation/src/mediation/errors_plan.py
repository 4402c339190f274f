"""Why mediation refuses over a plan; the texts are in `locale/`."""

from kernel.errors import Missing


class MeasureMissing(Missing):
    """The plan has no measure of this number that is still open (`measure_no`)."""

    reason = "MEASURE_MISSING"
