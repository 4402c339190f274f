"""The commands of mediation, under headings, in the order of a case."""

from lianxin.cli.group import Sectioned, Tree

VIEW: Tree = {
    "show": "mediation_reading:show",
    "list": "mediation_reading:list_mediations",
    "due": "mediation_due:due",
}
PEOPLE: Tree = {
    "open": "mediation_people:open_mediation",
    "parties": "mediation_people:parties",
    "consent": {
        "record": "mediation_consent:record",
        "show": "mediation_consent:show",
        "text": "mediation_consent:text",
    },
    "suggest": "mediation_people:suggest",
    "assign": "mediation_people:assign",
    "recuse": "mediation_people:recuse",
    "kind": "mediation_kinds:kind",
    "join": "mediation_kinds:join",
    "leave": "mediation_kinds:leave",
    "court-file": "mediation_due:court_file",
    "harm-known": "mediation_due:harm_known",
}
MEETING: Tree = {
    "plan": "mediation_plan:plan",
    "measure": "mediation_plan:measure",
    "session": {
        "add": "mediation_sessions:add",
        "cancel": "mediation_sessions:cancel",
        "record": "mediation_sessions:record",
        "invite": "mediation_inviting:invite",
        "uninvite": "mediation_inviting:uninvite",
        "agreed": "mediation_inviting:agreed",
        "undertake": "mediation_inviting:undertake",
        "attended": "mediation_inviting:attended",
    },
}
FINDING: Tree = {
    "facts": "mediation_findings:facts",
    "find": "mediation_findings:find",
    "answer": "mediation_findings:answer",
    "carry-out": "mediation_findings:carry_out",
    "duty": "mediation_findings:duty",
    "duties": "mediation_consent:duties",
    "waive-duty": "mediation_consent:waive_duty",
    "decide-waiver": "mediation_consent:decide_waiver",
    "dispose": "mediation_findings:dispose",
    "approve-disposition": "mediation_findings:approve_disposition",
    "refer": "mediation_findings:refer",
}
ENDING: Tree = {
    "ask": "mediation_ending:ask",
    "fail": "mediation_ending:fail",
    "again": "mediation_ending:again",
    "refuse": "mediation_ending:refuse",
    "decide-refusal": "mediation_ending:decide_refusal",
    "withdraw": "mediation_ending:withdraw",
    "confirm-withdrawal": "mediation_ending:confirm_withdrawal",
    "propose-closing": "mediation_ending:propose_closing",
    "decide-closing": "mediation_ending:decide_closing",
    "close": "mediation_ending:close",
}
REGISTER: Tree = {
    "assess": {
        "draw": "mediation_assess:draw",
        "list": "mediation_assess:list_assessments",
        "take": "mediation_assess:take",
        "show": "mediation_assess:show",
        "record": "mediation_assess:record",
        "answer": "mediation_assess:answer",
    },
    "mediators": {
        "import": "mediators:import_file",
        "list": "mediators:list_mediators",
    },
}
MEDIATION = Sectioned(
    view=VIEW,
    people=PEOPLE,
    meeting=MEETING,
    finding=FINDING,
    ending=ENDING,
    register=REGISTER,
)
AGREEMENT: Tree = {
    "draft": "agreement:draft",
    "show": "agreement:show",
    "sign": "agreement:sign",
    "drop": "agreement:drop",
    "render": "agreement:render",
    "default": "agreement:default",
    "resume": "agreement:resume",
    "confirm": "agreement:confirm",
}
