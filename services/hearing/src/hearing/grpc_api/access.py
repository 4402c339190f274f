"""Who may call each RPC of hearing at all; what it then shows is decided by scope."""

from kernel.access import Access, Scope

HEARING = "/lianxin.hearing.v1.HearingService/"

HEARING_ACCESS = {
    HEARING + "RequestHearing": Access("hearing.run", scope=Scope.CASE),
    HEARING + "AskHearing": Access(service=True),
    HEARING + "TakeBackHearing": Access(service=True),
    HEARING + "DecideHearing": Access("hearing.decide", scope=Scope.CASE),
    HEARING + "WithdrawHearing": Access("hearing.run", scope=Scope.CASE),
    HEARING + "CancelHearing": Access("hearing.run", scope=Scope.CASE),
    HEARING + "GetHearing": Access("case.read.header", scope=Scope.CASE, service=True),
    HEARING + "ListHearings": Access("case.read.header", scope=Scope.LIST, service=True),
}
