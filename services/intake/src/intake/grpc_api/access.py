"""Who may call each RPC of intake at all; what it then shows is decided by scope."""

from kernel.access import Access, Scope, anybody
from kernel.doors import PART_ACCESS

__all__ = ["INTAKE_ACCESS", "PART_ACCESS"]

INTAKE = "/lianxin.intake.v1.IntakeService/"


def _one(permission: str) -> Access:
    return Access(permission, scope=Scope.CASE)


def _many(permission: str) -> Access:
    return Access(permission, scope=Scope.LIST)


INTAKE_ACCESS = {
    INTAKE + "SuggestCase": Access("case.register"),
    INTAKE + "RegisterCase": Access("case.register", service=True),
    INTAKE + "ImportCases": Access("case.import"),
    INTAKE + "AmendCase": _one("case.amend"),
    INTAKE + "ConfirmSuggestions": _one("case.classify"),
    INTAKE + "AcceptCase": _one("case.accept"),
    INTAKE + "RefuseCase": _one("case.refuse"),
    INTAKE + "DecideRefusal": _one("case.approve"),
    INTAKE + "AnswerOnTheSpot": _one("case.answer"),
    INTAKE + "WithdrawCase": _one("case.withdraw"),
    INTAKE + "ConfirmWithdrawal": _one("case.withdraw"),
    INTAKE + "VoidCase": _one("case.void"),
    INTAKE + "MergeCases": _one("case.merge"),
    INTAKE + "LinkCases": _one("case.note"),
    INTAKE + "LinkGroup": _one("case.group"),
    INTAKE + "AddFinding": _one("case.answer"),
    INTAKE + "UploadAttachment": _one("case.attach"),
    INTAKE + "GetUpload": _one("case.attach"),
    INTAKE + "DownloadAttachment": _one("case.read.content"),
    INTAKE + "GetCase": _one("case.read.header"),
    INTAKE + "ListCases": _many("case.read.header"),
    INTAKE + "SearchCases": _many("case.read.header"),
    INTAKE + "CountCases": _many("case.read.header"),
    INTAKE + "TrackCase": anybody(),
    INTAKE + "ReissueCode": _one("case.receipt"),
    INTAKE + "GetReceipt": _one("case.receipt"),
    INTAKE + "ListOwedResults": _many("case.export_owed"),
    INTAKE + "MarkReported": _many("case.export_owed"),
    INTAKE + "ListReads": _one("audit.read"),
}
