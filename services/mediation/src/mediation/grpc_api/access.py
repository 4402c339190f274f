"""Who may call each RPC of mediation at all; what it then shows is decided by scope."""

from kernel.access import Access, Scope

MEDIATION = "/lianxin.mediation.v1.MediationService/"

MEDIATION_ACCESS = {
    MEDIATION + "OpenMediation": Access("mediation.run", scope=Scope.CASE),
    MEDIATION + "GetMediation": Access("case.read.header", scope=Scope.CASE),
    MEDIATION + "GetCasework": Access("case.read.content", scope=Scope.CASE),
    MEDIATION + "KeepMediators": Access("mediation.appoint"),
    MEDIATION + "AssignMediators": Access("mediation.appoint", scope=Scope.CASE),
    **{
        MEDIATION + name: Access("mediation.run", scope=Scope.CASE)
        for name in (
            "NameParties",
            "RecuseMediator",
            "SwitchKind",
            "JoinKind",
            "LeaveKind",
            "PlanMediation",
            "MeetMeasure",
            "ScheduleSession",
            "CancelSession",
            "RecordSession",
            "DraftAgreement",
            "SignAgreement",
            "DropAgreement",
            "RenderTerm",
            "NoteDefault",
            "ResumePerformance",
            "RecordConfirmation",
            "FailMediation",
            "MediateAgain",
            "RefuseMediation",
            "DecideRefusal",
            "WithdrawMediation",
            "ConfirmWithdrawal",
            "EstablishFacts",
            "FindRequest",
            "AnswerMediation",
            "CarryOut",
            "NoteDuty",
            "Dispose",
            "ApproveDisposition",
            "Refer",
            "AskResident",
            "ProposeClosing",
            "DecideClosing",
            "CloseMediation",
            "SuggestMediators",
        )
    },
}
