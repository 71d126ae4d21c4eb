"""What an event's own reports come to, before it is held against the events that were there before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cluster.event import ArticleType, AssetMention, Figure, Origin, PriceLevel, PrimaryRecord, Role, Theme, ThemeFound
from cluster.origins import by_origin
from cluster.report import Report
from cluster.roles import REPORTING, that_count


@dataclass(frozen=True, slots=True)
class Draft:
    """A description without its words and its grade: all that follows from the reports alone."""

    event_id: str
    reports: tuple[Report, ...]  # earliest first
    roles: Mapping[str, Role]  # by article id
    lead: Report
    telling: tuple[Report, ...]  # what was neither copied, handed out nor paid for, or else the lead
    origins: tuple[Origin, ...]
    assets: tuple[AssetMention, ...]
    themes: tuple[ThemeFound, ...]
    figures: tuple[Figure, ...]
    title_actors: tuple[str, ...]  # whom the lead's title names
    record: PrimaryRecord | None
    levels: tuple[PriceLevel, ...]  # of all its telling reports, earliest first
    own_lead: Report  # by the rules, whatever an editor chose
    lead_is_set: bool = False  # by an editor, who may have chosen the same
    title: str | None = None  # an editor's

    @property
    def type(self) -> ArticleType:
        """The lead's."""
        return self.lead.facts.type

    @property
    def asset(self) -> AssetMention | None:
        """The primary one; None where none is in the centre."""
        return next((asset for asset in self.assets if asset.primary), None)

    @property
    def theme(self) -> Theme | None:
        """The primary one."""
        return self.themes[0].theme if self.themes else None

    @property
    def first_published_at(self) -> datetime:
        """When its first report was published."""
        return self.reports[0].article.published_at

    @property
    def last_published_at(self) -> datetime:
        """When its last report was published: what came later tells nothing about it."""
        return self.reports[-1].article.published_at

    @property
    def published(self) -> list[list[datetime]]:
        """When the reports that the signal counts were published, in a group for each of their origins."""
        counted = {one.id: one.article.published_at for one in that_count(self.reports, self.roles)}
        return by_origin(counted, self.origins)

    @property
    def origins_at(self) -> tuple[datetime, ...]:
        """When the first report of each origin was published, earliest first."""
        dates = {report.id: report.article.published_at for report in self.reports}
        told = {one: date for one, date in dates.items() if self.roles[one] in REPORTING}  # a release is no source
        groups = by_origin(told, self.origins) or by_origin(dates, self.origins)  # unless there is nothing else
        return tuple(sorted(map(min, groups)))
