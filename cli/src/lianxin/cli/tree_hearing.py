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
    "request": "hearing_asking:request",
    "decide": "hearing_asking:decide",
    "withdraw": "hearing_asking:withdraw",
    "cancel": "hearing_asking:cancel",
}
"""Asked for and decided."""
SETTING: Tree = {
    "plan": "hearing_plan:plan",
}
"""When and where, with whom."""
TELLING: Tree = {}
"""Notices, objections to the panel, the public notice."""
HOLDING: Tree = {}
"""The session."""
CONCLUDING: Tree = {}
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
ROOM: Tree = {}
"""Rooms in which hearings are held."""
PANEL: Tree = {}
"""The pool: panel members, chairs, recorders, representatives of departments."""
CALENDAR: Tree = {}
"""Hours, absences and busy times of rooms and people."""
BESIDE: Tree = {
    name: tree for name, tree in (("room", ROOM), ("panel", PANEL), ("calendar", CALENDAR)) if tree
}
"""Groups beside `hearing` that have a command."""
