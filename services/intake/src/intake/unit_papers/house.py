"""A unit as its papers show it: what the directory and the regulation profile say, in Chinese."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from intake.office import Office, day_of
from intake.suggest.rulebook import shipped_categories
from kernel.catalogue import Catalogue, Language
from kernel.directory import Directory, MeetingDay, Officer, Profile, Site, Unit
from kernel.regulation import Profile as Rules

PEOPLES = "peoples_mediation"
ELSEWHERE = frozenset({"litigation"})
"""Categories that are registered here and settled by others."""


@dataclass(frozen=True, slots=True)
class House:
    """A unit, and what its papers are made of."""

    unit: Unit
    office: Office
    texts: Catalogue
    now: datetime

    @property
    def directory(self) -> Directory:
        """The directory in force."""
        return self.office.directory()

    @property
    def rules(self) -> Rules:
        """The regulation profile in force."""
        return self.office.profile

    @property
    def site(self) -> Site:
        """The site of the unit."""
        return self.directory.sites[self.unit.site]

    @property
    def shown(self) -> Profile:
        """What the site shows to residents."""
        return self.directory.profile_of(self.unit.id)

    @property
    def today(self) -> date:
        """The day at Shanghai."""
        return day_of(self.now)

    @property
    def is_desk(self) -> bool:
        """Whether it is the site itself."""
        return self.unit.id == self.unit.site

    @property
    def title(self) -> str:
        """The whole title."""
        return self.unit.title

    @property
    def phone(self) -> str:
        """The unit's telephone, else its site's."""
        return self.directory.phone(self.unit.id)

    @property
    def address(self) -> str:
        """The unit's address, else its site's."""
        return self.unit.address or self.site.address

    @property
    def officers(self) -> Sequence[Officer]:
        """Who is named in public."""
        return self.unit.officers

    @property
    def meeting_day(self) -> MeetingDay | None:
        """When its site hears matters in public."""
        return self.directory.meeting_day(self.unit.id)

    def text(self, key: str, **values: str) -> str:
        """A text of the papers. They are Chinese whoever asks."""
        return self.texts.text(f"UNIT_{key}", Language.ZH_CN, **values)

    def texts_of(self, key: str) -> str:
        """A text that other papers have too."""
        return self.texts.text(key, Language.ZH_CN)

    def matters(self, site: Site | None = None) -> str:
        """What is settled here, by the names of categories.

        A site answers for the competences of all its units; one without any, such as a village, for
        what people's mediation settles.
        """
        units = [self.unit] if site is None else self.directory.units_of(site.id, self.today)
        known = shipped_categories()
        wanted = {code for unit in units for code in unit.competences}
        found = [one.zh for code, one in known.items() if code in wanted - ELSEWHERE]
        usual = [one.zh for one in known.values() if one.procedure == PEOPLES]
        return "、".join(found or usual)
