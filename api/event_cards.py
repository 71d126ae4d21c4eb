"""An event as readers see it at a glance: a card in a list, and on its own page a row for each origin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api import event_replies
from api.event_views import full_event, listed_event, shown_members
from cluster.event import Event, Role


@dataclass(frozen=True, slots=True)
class Row:
    """One origin on an event page: the report that speaks for it, and the others folded beneath."""

    origin: event_replies.OriginReply
    report: event_replies.MemberReply
    folded: tuple[event_replies.MemberReply, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """An event in a list, with one publisher's name for each origin, the lead's first."""

    event: event_replies.ListedEventReply
    publishers: tuple[str, ...]
    has_disputed_figures: bool  # then the event's page shows them


def card(event: Event) -> Card:
    """A described event at a glance."""
    shown = listed_event(event)
    return Card(shown, _publishers(event, shown.lead_article.id), _has_disputed_figures(event))


def rows(event: event_replies.EventReply) -> tuple[Row, tuple[Row, ...]]:
    """The lead's own row, and one row for each other origin: one fewer than `independent_sources`."""
    members = {member.id: member for member in event.articles}
    roles = {member.id: Role(member.role) for member in event.articles}
    lead_id = event.lead_article.id
    spoken = [(one, _speaker(one.article_ids, roles, lead_id)) for one in event.origins if one.article_ids]
    built = [_row(origin, members, speaker) for origin, speaker in spoken]
    lead = next(row for row in built if row.report.id == lead_id)
    return lead, tuple(row for row in built if row is not lead)


def first_report(event: event_replies.EventReply) -> event_replies.MemberReply | None:
    """The first report where it came before the one that leads, which stays as readers saw it or was chosen."""
    first = next((member for member in event.articles if Role(member.role) is Role.ORIGINAL), None)
    return first if first and first.published_at < event.lead_article.published_at else None


def disputed_figures(event: event_replies.EventReply) -> list[event_replies.FigureReply]:
    """Those figures of which two values can be shown that cannot both be true."""
    return [figure for figure in event.figures if figure.status == "disputed" and len(figure.values) > 1]


def _row(origin: event_replies.OriginReply, members: Mapping[str, event_replies.MemberReply], speaker: str) -> Row:
    folded = tuple(members[one] for one in origin.article_ids if one != speaker)
    return Row(origin, members[speaker], folded)


def _publishers(event: Event, lead_id: str) -> tuple[str, ...]:
    shown = {member.article.id: member for member in shown_members(event)}
    roles = {article_id: member.role for article_id, member in shown.items()}
    origins = event.description.origins if event.description else ()
    known = [[one for one in origin.article_ids if one in shown] for origin in origins]
    speakers = [_speaker(article_ids, roles, lead_id) for article_ids in known if article_ids]
    lead_first = sorted(speakers, key=lambda one: one != lead_id)
    return tuple(shown[one].article.publisher.name for one in lead_first)


def _speaker(article_ids: Sequence[str], roles: Mapping[str, Role], lead_id: str) -> str:
    """The report that speaks for an origin: the lead, else the first that is no copy."""
    if lead_id in article_ids:
        return lead_id
    return next((one for one in article_ids if roles[one] is not Role.COPY), article_ids[0])


def _has_disputed_figures(event: Event) -> bool:
    said = event.description
    # Some may not be quoted. Only the whole event tells, which is made for the few that have such a figure.
    is_possible = said is not None and any(figure.status == "disputed" for figure in said.figures)
    return is_possible and bool(disputed_figures(full_event(event)))
