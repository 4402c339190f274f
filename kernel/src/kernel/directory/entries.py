"""What a directory file says, entry by entry; ids are opaque and never reused."""

from datetime import date

from msgspec import Struct, field

from kernel.divisions import Division, Tier


class Period(Struct, frozen=True, kw_only=True):
    """Something with a period of validity; both days inclusive, absent = open."""

    valid_from: date | None = None
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day <= self.valid_to)


class MeetingDay(Struct, frozen=True, kw_only=True):
    """When a unit hears matters in public (说事日), such as the first Friday of each month.

    `week` 1 to 4 of the month, `weekday` 1 Monday to 7 Sunday, hours HH:MM at Shanghai.
    """

    week: int = 1
    weekday: int = 5
    begins: str = "09:00"
    ends: str = "11:00"
    place: str = ""


class Officer(Struct, frozen=True, kw_only=True):
    """Who of the staff is named in public (公示): name, post, what he or she answers for."""

    name: str
    post: str
    charge: str = ""
    phone: str = ""


class Site(Period, frozen=True, kw_only=True):
    """A centre, sub-centre or station (中心、分中心、站所); its desk is a unit with the same id."""

    id: str
    codes: tuple[str, ...]
    title: str
    short_title: str
    tier: str
    parent: str = ""
    token: str = ""
    kind: str = "station"
    place: str = ""
    phone: str = ""
    address: str = ""
    aliases: tuple[str, ...] = ()
    profile: str = ""
    officers: tuple[Officer, ...] = ()
    meeting_day: MeetingDay | None = None
    may_decide_administrative: bool = False
    competences: tuple[str, ...] = ()
    review_body: str = ""
    successor: str = ""
    sealing_public_key: str = ""
    note: str = ""

    @property
    def path_token(self) -> str:
        """Its own part of the path: given, else taken from its first division code."""
        if self.token:
            return self.token
        county, township, village = Division.parse(self.codes[0]).tokens
        return {Tier.COUNTY: county, Tier.TOWNSHIP: township}.get(Tier(self.tier), village)


class Unit(Period, frozen=True, kw_only=True):
    """A holder of cases (承办单位): the desk, a department, committee or studio of a site."""

    id: str
    site: str
    title: str
    kind: str = "department"
    phone: str = ""
    address: str = ""
    officers: tuple[Officer, ...] = ()
    aliases: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    may_decide_administrative: bool = False
    review_body: str = ""
    successor: str = ""
    sealing_public_key: str = ""
    note: str = ""


class Outside(Period, frozen=True, kw_only=True):
    """A body that will never run Lianxin: court, bureau, the next county."""

    id: str
    title: str
    kind: str = "body"
    review_body: str = ""
    phone: str = ""
    sealing_public_key: str = ""


class Delegation(Struct, frozen=True, kw_only=True):
    """A site hosted, with its subtree, by a node of its own; the nearest one up the tree wins.

    One that is `closing` hosts nothing any more: the node hands over what it holds, and its link
    stays until no hand-over on it is open.
    """

    site: str
    node: str
    public_key: str = ""
    nats_key: str = ""  # public NKey of the node, which its parent's nats-server lets in
    since: int = 0  # directory version that delegated it; 0 = it was so from the first one on
    closing: bool = False


class Profile(Struct, frozen=True, kw_only=True):
    """What a station shows to residents: hours, card, languages, the county's hotline."""

    id: str
    title: str = ""
    duty_hours: str = ""
    languages: tuple[str, ...] = ()
    reception_day: str = ""
    card: str = ""
    hotline: str = ""
    meeting_day: MeetingDay | None = None


class DirectoryFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole directory file."""

    version: int
    county: str
    title: str
    root: str
    node: str
    sites: tuple[Site, ...]
    units: tuple[Unit, ...] = ()
    outside: tuple[Outside, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    profiles: tuple[Profile, ...] = field(default=())
