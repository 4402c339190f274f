"""Who may call each RPC of mediation at all; what it then shows is decided by scope."""

from kernel.access import Access, Scope

MEDIATION = "/lianxin.mediation.v1.MediationService/"
PART = "/lianxin.exchange.v1.CasePartService/"

MEDIATION_ACCESS = {
    MEDIATION + "OpenMediation": Access("mediation.run", scope=Scope.CASE),
    MEDIATION + "GetMediation": Access("case.read.header", scope=Scope.CASE),
}

PART_ACCESS = {
    PART + name: Access(service=True)
    for name in (
        "Release",
        "Keep",
        "ExportPart",
        "ImportPart",
        "EndGrant",
        "ListFacts",
        "ReadBlob",
        "WriteBlob",
        "HasBlob",
        "ReleaseNumbering",
        "AdoptNumbering",
        "ListNumbering",
        "ListGrants",
    )
}
