"""Who calls: value objects only, so that a domain may use them. Proving it is `kernel.tokens`."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What sort of caller this is; the value is the `kind` claim of its token."""

    STAFF = "staff"
    SYSTEM = "system"
    NODE = "node"
    SERVICE = "service"
    RESIDENT = "resident"
    NOBODY = "nobody"


class Role(Enum):
    """The roles of the field; what each may do is data (`kernel.roles`)."""

    REGISTRAR = "registrar"  # 登记员
    TRIAGE = "triage"  # 受理分流员
    HANDLER = "handler"  # 承办人
    MEDIATOR = "mediator"  # 调解员
    COMMITTEE_HEAD = "committee_head"  # 调委会主任
    JUSTICE_OFFICE = "justice_office"  # 司法所
    POLICE_STATION = "police_station"  # 派出所
    GRID_WORKER = "grid_worker"  # 网格员
    SUPERVISOR = "supervisor"  # 督查专员
    JOINT_OFFICE = "joint_office"  # 联席办
    POLITICAL_LEGAL = "political_legal"  # 政法委
    DISCIPLINE = "discipline"  # 纪检监察
    LEAD_OFFICER = "lead_officer"  # 包案领导
    CALLBACK = "callback"  # 回访员
    ADMINISTRATOR = "administrator"  # 系统管理员
    UPPER_INSPECTOR = "upper_inspector"  # 上级督查
    INVITED = "invited"  # 受邀协助人员


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller.

    `id` is the account, system, node or service; `site` and `unit` where it works (a site's desk is
    the unit whose id is the site id); `path` the site's path in the directory, `330523.001.204`.
    `sealed_bodies` are the receiving bodies (unit ids) whose sealed matters (检举控告) it may read.
    """

    kind: Kind
    id: str
    site: str = ""
    unit: str = ""
    path: str = ""
    roles: frozenset[Role] = frozenset()
    sealed_bodies: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Whether anybody stands behind the call at all."""
        return self.kind is not Kind.NOBODY


NOBODY = Caller(Kind.NOBODY, "")
"""The caller of a public method that was called without credentials."""
