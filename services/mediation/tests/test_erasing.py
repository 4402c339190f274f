"""When the time of a case is over, what was noted in its mediation can be read no more."""

from lianxin.exchange.v1 import case_part_pb2 as part
from mediation.storage.tables import case_key, mediation


async def test_what_was_noted_is_gone_and_the_row_stays(bench):
    """The key is destroyed; states and times are what the figures count."""
    await bench.open()
    request = part.ErasePartRequest(case_id=bench.case_id)
    assert (await bench.parts().ErasePart(request)).erased
    (key,) = bench.rows(case_key)
    assert key["wrapped"] is None
    assert bench.rows(mediation)
