from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from uuid import UUID, uuid5

import pytest
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Table,
    Uuid,
    insert,
    select,
    text,
)

from kernel.database import Database
from kernel.identity import Caller, Kind, Role
from kernel.roles import role_table
from kernel.scope import (
    CaseColumns,
    Level,
    alternatives,
    case_access,
    case_columns,
    readable,
    subtree,
)

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
METADATA = MetaData()
CASE = Table(
    "case_file",
    METADATA,
    Column("case_id", Uuid, primary_key=True),
    *case_columns(),
    Index("case_by_holder", "holder_unit"),
    Index("case_by_holder_path", "holder_path"),
    Index("case_by_registering", "registering_unit"),
    Index("case_by_registering_path", "registering_path"),
    Index("case_by_registered", "registered_by"),
    Index(
        "case_by_seal",
        "sealed_for",
        sqlite_where=text("sealed_for IS NOT NULL"),
        postgresql_where=text("sealed_for IS NOT NULL"),
    ),
)
ACCESS = case_access(METADATA)
COLUMNS = CaseColumns.of(CASE, ACCESS)

COUNTY, TOWN, VILLAGE = "330523.000.000", "330523.001.000", "330523.001.204"
OTHER_TOWN, OTHER_COUNTY = "330523.002.000", "330522.001.000"
PLACES = {"c": COUNTY, "d": COUNTY, "t": TOWN, "v": VILLAGE, "o": OTHER_TOWN, "x": OTHER_COUNTY}
"""Units and the paths of their sites; `d` is a department of the county."""


@dataclass(frozen=True)
class Grant:
    """A grant of one case."""

    unit: str
    level: Level
    until: datetime | None = None


GRANTS = (
    None,
    Grant("d", Level.CONTENT),
    Grant("d", Level.TIMELINE),
    Grant("d", Level.CONTENT, until=NOW - timedelta(seconds=1)),
    Grant("person:li", Level.CONTENT, until=NOW + timedelta(days=1)),
)


@dataclass(frozen=True)
class Case:
    """One case of the matrix."""

    holder: str
    registering: str
    by: str
    sealed_for: str | None
    grant: Grant | None

    @property
    def case_id(self) -> UUID:
        """Derived, so that the matrix needs no bookkeeping."""
        return uuid5(UUID(int=7), repr(self))


CASES = [
    Case(*parts) for parts in product("dtvox", "tvx", ("li", "wu"), (None, "jw", "other"), GRANTS)
]
CALLERS = [
    Caller(Kind.STAFF, person, unit, unit, PLACES[unit], frozenset(roles), frozenset(bodies))
    for person, unit, roles, bodies in product(
        ("li", "zhao"),
        "cdtvx",
        [(role,) for role in Role] + [(Role.HANDLER, Role.GRID_WORKER), ()],
        [(), ("jw",)],
    )
]


IDS = {case: case.case_id for case in CASES}


@cache
def read_by(caller: Caller, level: Level) -> frozenset[UUID]:
    """The cases that a caller may read, worked out once for both kinds of database."""
    granted = role_table().permissions_of(caller.roles)
    return frozenset(IDS[case] for case in CASES if may_read(caller, case, level, granted))


def may_read(caller: Caller, case: Case, level: Level, granted: frozenset[str]) -> bool:
    """The rule of design section 6 in plain words, apart from SQL and from the kernel's own."""
    if f"case.read.{level.name.lower()}" not in granted:
        return False
    if case.sealed_for is not None:
        return "case.read.sealed" in granted and case.sealed_for in caller.sealed_bodies
    return (
        ("case.read.unit" in granted and level <= _level_of_unit(caller, case))
        or ("case.read.own" in granted and case.by == caller.id and level <= Level.TIMELINE)
        or ("case.read.inspect" in granted and _below(caller, case))
        or ("case.read.subtree" in granted and _below(caller, case) and level is Level.HEADER)
    )


def _level_of_unit(caller: Caller, case: Case) -> int:
    levels = [0]
    if case.holder == caller.unit:
        levels.append(Level.CONTENT)
    if case.registering == caller.unit:
        levels.append(Level.TIMELINE)
    grant = case.grant
    if grant and grant.unit in {caller.unit, f"person:{caller.id}"}:
        levels.append(grant.level if grant.until is None or grant.until > NOW else 0)
    return max(levels)


def _below(caller: Caller, case: Case) -> bool:
    prefix = caller.path.replace(".000", "")
    return any(PLACES[unit].startswith(prefix) for unit in (case.holder, case.registering))


@pytest.fixture
def cases(database: Database) -> Iterator[Connection]:
    """A connection to a database that holds the whole matrix of cases."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
        connection.execute(insert(CASE), [_row(case) for case in CASES])
        connection.execute(insert(ACCESS), [_grant_row(case) for case in CASES if case.grant])
    with database.readers.connect() as connection:
        yield connection


def _row(case: Case) -> dict[str, object]:
    return {
        "case_id": case.case_id,
        "holder_unit": case.holder,
        "holder_path": PLACES[case.holder],
        "registering_unit": case.registering,
        "registering_path": PLACES[case.registering],
        "registered_by": case.by,
        "sealed_for": case.sealed_for,
    }


def _grant_row(case: Case) -> dict[str, object]:
    assert case.grant
    return {
        "case_id": case.case_id,
        "unit": case.grant.unit,
        "why": "cohandler",
        "level": int(case.grant.level),
        "since": NOW - timedelta(days=1),
        "until": case.grant.until,
    }


def test_predicate_is_the_rule(cases: Connection) -> None:
    """For every caller, level and case the SQL predicate answers what the rule in words says."""
    for caller, level in product(CALLERS, Level):
        query = select(CASE.c.case_id).where(readable(caller, COLUMNS, level, now=NOW))
        found = set(cases.scalars(query))
        assert found == read_by(caller, level), (caller, level)


def test_matrix_has_both_answers() -> None:
    """Every level is granted to some caller and refused to some, or the matrix proves nothing."""
    for level in Level:
        read = [len(read_by(caller, level)) for caller in CALLERS]
        assert max(read) > 0
        assert min(read) < len(CASES)


def test_alternatives_are_the_predicate(cases: Connection) -> None:
    """The union of the alternatives is what the predicate selects."""
    for caller, level in product(CALLERS[::7], Level):
        parts = alternatives(caller, COLUMNS, level, now=NOW)
        union = {
            id_ for part in parts for id_ in cases.scalars(select(CASE.c.case_id).where(part.where))
        }
        query = select(CASE.c.case_id).where(readable(caller, COLUMNS, level, now=NOW))
        assert union == set(cases.scalars(query))


def staff(role: Role, unit: str = "c", **more: frozenset[str]) -> Caller:
    """A member of staff of a unit."""
    return Caller(Kind.STAFF, "zhao", unit, unit, PLACES[unit], frozenset({role}), **more)


def _read(cases: Connection, caller: Caller, level: Level) -> set[UUID]:
    query = select(CASE.c.case_id).where(readable(caller, COLUMNS, level, now=NOW))
    return set(cases.scalars(query))


def test_administrator_reads_no_case(cases: Connection) -> None:
    """系统管理员 reads nothing of any case, not even a header."""
    for level, unit in product(Level, "cdtv"):
        assert _read(cases, staff(Role.ADMINISTRATOR, unit), level) == set()


def test_discipline_reads_sealed_matters_only(cases: Connection) -> None:
    """纪检监察 reads the sealed matters of its body, and no other case at any level."""
    caller = staff(Role.DISCIPLINE, sealed_bodies=frozenset({"jw"}))
    sealed = {case.case_id for case in CASES if case.sealed_for == "jw"}
    for level in Level:
        assert _read(cases, caller, level) == sealed


def test_sealed_matter_is_invisible_to_its_own_registrar(cases: Connection) -> None:
    """A sealed matter shows to nobody else: not to holder, registrar, inspector or upper tier."""
    sealed = {case.case_id for case in CASES if case.sealed_for}
    for role in set(Role) - {Role.DISCIPLINE}:
        for unit in "cdtv":
            assert not _read(cases, staff(role, unit), Level.HEADER) & sealed


def test_inspector_reads_below_and_is_recorded(cases: Connection) -> None:
    """上级督查 reads content in the subtree, nothing outside, and each read is to be recorded."""
    caller = staff(Role.UPPER_INSPECTOR)
    outside = {c.case_id for c in CASES if {c.holder, c.registering} == {"x"}}
    found = _read(cases, caller, Level.CONTENT)
    assert found
    assert not found & outside
    assert role_table().is_recorded(caller)
    assert not role_table().is_recorded(staff(Role.HANDLER))


def test_grid_worker_sees_own(cases: Connection) -> None:
    """网格员 sees the timeline of what he registered himself, wherever it is held now."""
    caller = Caller(Kind.STAFF, "li", "v", "v", VILLAGE, frozenset({Role.GRID_WORKER}))
    own = {case.case_id for case in CASES if case.by == "li" and not case.sealed_for}
    assert _read(cases, caller, Level.TIMELINE) == own
    assert _read(cases, caller, Level.CONTENT) == set()


def test_department_does_not_look_down(cases: Connection) -> None:
    """A handler of a county department sees no case that only lies below the county."""
    below = {
        c.case_id for c in CASES if c.holder == "v" and c.registering == "v" and c.grant is None
    }
    assert not _read(cases, staff(Role.HANDLER, "d"), Level.HEADER) & below


def test_scope_follows_custody(database: Database) -> None:
    """The moment the holder changes, content goes with it and the former holder loses it."""
    case = Case("v", "x", "wu", None, None)
    village, town = staff(Role.HANDLER, "v"), staff(Role.HANDLER, "t")
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
        connection.execute(insert(CASE), _row(case))
        assert _read(connection, village, Level.CONTENT)
        connection.execute(CASE.update().values(holder_unit="t", holder_path=TOWN))
        assert not _read(connection, village, Level.CONTENT)
        assert _read(connection, town, Level.CONTENT)


@pytest.mark.parametrize("kind", [Kind.NODE, Kind.RESIDENT, Kind.NOBODY])
def test_others_read_no_case(cases: Connection, kind: Kind) -> None:
    """Neither nodes, residents nor nobody read through the scope; they have doors of their own."""
    caller = Caller(kind, "zhao", "v", "v", VILLAGE, frozenset(Role), frozenset({"jw"}))
    assert _read(cases, caller, Level.HEADER) == set()


def test_services_of_the_node_read_all(cases: Connection) -> None:
    """A service of the same node works on every case."""
    assert len(_read(cases, Caller(Kind.SERVICE, "routing"), Level.CONTENT)) == len(CASES)


@pytest.mark.parametrize(
    "path,first,last",
    [
        (COUNTY, "330523.000.000", "330523.zzz.zzz"),
        (TOWN, "330523.001.000", "330523.001.zzz"),
        (VILLAGE, VILLAGE, VILLAGE),
        ("330500.000.000", "330500.000.000", "3305zz.zzz.zzz"),
    ],
)
def test_subtree_is_a_range(path: str, first: str, last: str) -> None:
    """Everything at or below a path lies between two full-width texts."""
    assert subtree(path) == (first, last)


def test_every_alternative_uses_an_index(database: Database) -> None:
    """No alternative of any role makes the database look at every case."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
        rows = [_row(case) | {"case_id": UUID(int=n)} for n, case in enumerate(CASES * 5)]
        connection.execute(insert(CASE), rows)
    with database.readers.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))
        for role in set(Role) - {Role.ADMINISTRATOR}:
            caller = staff(role, "d", sealed_bodies=frozenset({"jw"}))
            for part in alternatives(caller, COLUMNS, Level.HEADER, now=NOW):
                plan = _plan(connection, part.where)
                assert "Seq Scan on case_file" not in plan
                assert "SCAN case_file" not in plan
                assert "case_by_seal" not in plan or role is Role.DISCIPLINE


def _plan(connection: Connection, part: ColumnElement[bool]) -> str:
    query = select(CASE.c.case_id).where(part)
    explain = "EXPLAIN " if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
    rows = connection.exec_driver_sql(explain + str(compiled).replace("%", "%%"))
    return "\n".join(str(row) for row in rows)
