"""Who is invited to help, and where an invitation stands. Values only."""

from enum import Enum


class InvitedKind(Enum):
    """As what somebody is invited: people of the law, the deputies, whom a village listens to.

    人民调解法 20 adds relatives, neighbours, colleagues, people of special knowledge or experience
    and of social organisations.
    """

    LAWYER = "lawyer"  # 律师
    JUDGE = "judge"  # 法官
    PSYCHOLOGIST = "psychologist"  # 心理咨询师
    PARTY_DELEGATE = "party_delegate"  # 党代表
    PEOPLES_DEPUTY = "peoples_deputy"  # 人大代表
    CPPCC_MEMBER = "cppcc_member"  # 政协委员
    VETERAN = "veteran"  # 五老
    VILLAGE_WORTHY = "village_worthy"  # 乡贤
    EXPERT = "expert"  # 有专门知识或者特定经验的人员
    SOCIAL_ORGANISATION = "social_organisation"  # 社会组织人员
    RELATIVE = "relative"  # 亲属
    NEIGHBOUR = "neighbour"  # 邻里
    COLLEAGUE = "colleague"  # 同事


class Standing(Enum):
    """Where an invitation stands."""

    INVITED = "invited"
    ACCEPTED = "accepted"  # comes, and undertook to keep what is heard to himself
    DECLINED = "declined"
    RECUSED = "recused"  # 回避: has to do with the matter or with a party
    WITHDRAWN = "withdrawn"
    CAME = "came"
    STAYED_AWAY = "stayed_away"


class Act(Enum):
    """What can be done with an invitation."""

    ACCEPT = "accept"
    DECLINE = "decline"
    RECUSE = "recuse"
    WITHDRAW = "withdraw"
    NOTE_CAME = "note_came"
    NOTE_AWAY = "note_away"


_WAITING = (Standing.INVITED, Standing.ACCEPTED)
TABLE: dict[tuple[Standing, Act], Standing] = {
    (Standing.INVITED, Act.ACCEPT): Standing.ACCEPTED,
    # Who accepted may still find that he cannot come, or knows somebody on the other side.
    **{(one, Act.DECLINE): Standing.DECLINED for one in _WAITING},
    **{(one, Act.RECUSE): Standing.RECUSED for one in _WAITING},
    **{(one, Act.WITHDRAW): Standing.WITHDRAWN for one in _WAITING},
    # Nobody sits down who did not undertake to keep it to himself.
    (Standing.ACCEPTED, Act.NOTE_CAME): Standing.CAME,
    **{(one, Act.NOTE_AWAY): Standing.STAYED_AWAY for one in _WAITING},
}


def after(standing: Standing, act: Act) -> Standing | None:
    """Where the act leads; None when it is not possible."""
    return TABLE.get((standing, act))
