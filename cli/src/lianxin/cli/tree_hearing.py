"""The commands of hearings, under headings, in the order of a hearing; and of what it takes.

Texts: `hearing.` for looking and deciding, `hearing.setting.`, `hearing.notice.`,
`hearing.session.` for holding and concluding, `hearing.register.` for rooms, pool and calendars.
"""

from lianxin.cli.group import Sectioned, Tree

VIEW: Tree = {
    "show": "hearing_reading:show",
    "list": "hearing_reading:list_hearings",
}
"""Looking: what is on file, and what falls due."""
DECIDING: Tree = {
    "ask": "hearing_door:ask",
    "take-back": "hearing_door:take_back",
    "request": "hearing_asking:request",
    "decide": "hearing_asking:decide",
    "withdraw": "hearing_asking:withdraw",
    "cancel": "hearing_asking:cancel",
}
"""Asked for and decided."""
SETTING: Tree = {
    "clashes": "hearing_setting:clashes",
    "set": "hearing_setting:set_hearing",
    "unset": "hearing_setting:unset",
    "parties": "hearing_openness:parties",
    "private": "hearing_openness:private",
    "pin": "hearing_setting:pin",
    "forbid": "hearing_setting:forbid",
    "propose": "hearing_proposals:propose",
    "proposal": "hearing_proposals:proposal",
    "accept": "hearing_proposals:accept",
    "confirm": "hearing_setting:confirm",
    "plan": "hearing_plan:plan",
}
"""When and where, with whom."""
TELLING: Tree = {
    "notices": "hearing_notice:notices",
    "acknowledge": "hearing_notice:acknowledge",
    "acknowledge-own": "hearing_own:acknowledge_own",
    "invitation": "hearing_notice:invitation",
    "resend": "hearing_notice:resend",
    "object": "hearing_notice:object_to",
    "objection": "hearing_notice:objection",
    "objections": "hearing_notice:objections",
    "public-notice": "hearing_notice:public_notices",
}
"""Notices, objections to the panel, the public notice."""
HOLDING: Tree = {
    "join": "hearing_session:join",
    "leave": "hearing_session:leave",
    "open": "hearing_session:open_hearing",
    "attend": "hearing_session:attend",
    "recuse": "hearing_session:recuse",
    "stage": "hearing_session:stage",
    "evidence": "hearing_session:evidence",
    "statement": "hearing_session:statement",
    "minutes": "hearing_session:minutes",
    "sign": "hearing_session:sign",
    "day": "hearing_day:day",
    "postpone": "hearing_session:postpone",
    "adjourn": "hearing_session:adjourn",
}
"""The session."""
CONCLUDING: Tree = {
    "confer": "hearing_session:confer",
    "opinion": "hearing_conclusion:opinion",
    "conclude": "hearing_conclusion:conclude",
    "conclusion": "hearing_day:conclusion",
    "serve": "hearing_conclusion:serve",
    "consent": "hearing_conclusion:consent",
    "publish": "hearing_conclusion:publish",
    "decide-publication": "hearing_conclusion:decide_publication",
    "take-down": "hearing_conclusion:take_down",
    "published": "hearing_day:published",
}
"""The panel's opinions, the conclusion, its service and publication."""
SECTIONS: dict[str, Tree] = {
    "view": VIEW,
    "deciding": DECIDING,
    "setting": SETTING,
    "telling": TELLING,
    "holding": HOLDING,
    "concluding": CONCLUDING,
}
HEARING = Sectioned(**{name: tree for name, tree in SECTIONS.items() if tree})
ROOM: Tree = {
    "import": "room:import_file",
    "list": "room:list_rooms",
    "travel": "room:travel",
    "import-ways": "room:import_ways",
    "ways": "room:ways",
}
"""Rooms in which hearings are held."""
PANEL: Tree = {
    "import": "panel:import_file",
    "list": "panel:list_people",
    "show": "panel:show",
}
"""The pool: panel members, chairs, recorders, representatives of departments."""
CALENDAR: Tree = {
    "import": "calendar:import_file",
    "export": "calendar:export_file",
    "show": "calendar:show",
    "hours": "calendar:hours",
    "absent": "calendar:absent",
    "back": "calendar:back",
}
"""Hours, absences and busy times of rooms and people."""
BESIDE: Tree = {
    name: tree for name, tree in (("room", ROOM), ("panel", PANEL), ("calendar", CALENDAR)) if tree
}
"""Groups beside `hearing` that have a command."""
