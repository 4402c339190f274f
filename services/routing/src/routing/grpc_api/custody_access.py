"""Who may call the RPCs of CustodyService."""

from kernel.access import Access, Scope

SERVICE = "/lianxin.routing.v1.CustodyService/"


def _case(permission: str) -> Access:
    return Access(permission, Scope.CASE)


CUSTODY_ACCESS = {
    SERVICE + name: access
    for name, access in {
        "GetCustody": Access("case.read.header", Scope.CASE, service=True),
        "GetLog": Access("case.read.timeline", Scope.CASE, service=True),
        "ConfirmPlacement": _case("handover.forward"),
        "Escalate": _case("handover.escalate"),
        "Assign": _case("handover.assign"),
        "Forward": _case("handover.forward"),
        "SignFor": _case("handover.sign"),
        "Object": _case("handover.object"),
        "DecideObjection": _case("handover.decide"),
        "Recall": _case("handover.recall"),
        "Designate": _case("handover.designate"),
        "ReportUp": _case("handover.report_up"),
        "AcknowledgeReport": _case("handover.decide"),
        "ReferOut": _case("handover.refer_out"),
        "RecordReferral": _case("handover.refer_out"),
        "RecordAssignment": _case("handover.from_outside"),
        "AddNote": _case("case.note"),
        "OpenCohandling": _case("cohandle.assign"),
        "CompleteCohandling": _case("cohandle.report"),
        "AssignHandler": _case("cohandle.assign"),
        "CloseCase": _case("case.close"),
        "DecideClosing": _case("case.approve"),
        "ReopenCase": _case("case.approve"),
        "AskEnding": Access("case.close", Scope.CASE, service=True),
        "AuditCustody": Access("audit.read", Scope.LIST),
        "AuditLog": Access("audit.read", Scope.LIST),
        "ListParked": Access("system.operate", Scope.LIST),
        "RetryParked": Access("system.operate", Scope.LIST),
        "ListWritings": _case("case.read.content"),
    }.items()
}
