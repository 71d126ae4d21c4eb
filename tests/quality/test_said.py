"""Whatever the news: what an event says keeps its promises, on a replayed day and, where there is one, on a corpus."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from api import article_views, event_cards, event_views, words
from cluster.assets import mentions
from cluster.copies import Sketches
from cluster.describing import draft
from cluster.draft import Draft
from cluster.event import ArticleType, Level, Quote, Role, Signal, Theme
from cluster.pairwise import pairwise as probabilities
from cluster.regrouping import MERGE_AT, average, regroup
from cluster.remembering import load_window
from cluster.repair_scope import Due, Past, apart, scope_of, standings
from cluster.report import Report
from cluster.roles import REPORTING
from cluster.signal_level import level, points, signal
from cluster.store import EventStore
from ingest.article import Publisher, Standing
from ingest.coverage import Coverage
from tests.builders import make_publisher
from tests.quality.replayed import CORPUS, WINDOW, Replayed, Told, corpus_file, replayed
from tests.quality.shown import characters_shown, fields_of, fields_on, one_line

ALLOWED = 400  # characters of one article, all fields together
ORDER = [Level.LOW, Level.MEDIUM, Level.HIGH]
LATER = [timedelta(hours=hours) for hours in (0, 0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 72)]
MIRROR, BLOG = make_publisher("made-mirror"), make_publisher("made-blog", standing=Standing.UNRATED)
THEME_WORDS = {word for theme in Theme for word in theme.value.split("_")} - {"other"}
THEME_WORDS |= {"exchange", "stablecoin", "memecoin"}
NUMBERS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
NUMBERS |= {"one minute": 1, "one hour": 1}
NEAR = 0.05  # two windows weigh words a little differently, so what comes this near is measured as repair would


@pytest.fixture(scope="module", params=["demo", *([WINDOW] if CORPUS else [])])
def news(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, exported: Path
) -> Iterator[Replayed]:
    folder = tmp_path_factory.mktemp("said")
    with replayed(corpus_file(request.param, folder), folder, exported) as found:
        yield found


def graded(found: Draft, at: datetime) -> Signal:
    return signal(found.reports, found.roles, found.origins, found.asset, Coverage(0, 0), at)


def worth(found: Draft, at: datetime) -> tuple[int, int, int]:
    """Level, points and sources."""
    grade = graded(found, at)
    return ORDER.index(grade.level), grade.score, len(found.origins)


def raises(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether one of them is higher than it was."""
    return any(now > then for then, now in zip(before, after, strict=True))


def reported(news: Replayed) -> list[Told]:
    return [one for one in news.told if REPORTING & set(one.draft.roles.values())]


def made(report: Report, by: Publisher, at: datetime, type: ArticleType | None = None, is_copy: bool = False) -> Report:
    """Another print of a report, by another publisher."""
    copied = report.placement.copy_of or report.id
    article = replace(report.article, id="art_made", publisher=by, url=f"{by.home}/made", published_at=at, seen_at=at)
    placement = replace(report.placement, article_id=article.id, copy_of=copied if is_copy else None, because=())
    return Report(article, placement, replace(report.facts, article_id=article.id, type=type or report.facts.type))


def test_the_signal_is_what_its_reasons_come_to(news: Replayed) -> None:
    for one in news.told:
        grade = one.said.signal
        assert (level(grade.reasons), points(grade.reasons)) == (grade.level, grade.score), str(one)


def test_no_copy_release_or_paid_text_raises_anything(news: Replayed) -> None:
    for one in reported(news):
        at, first = one.said.signal.as_of, one.draft.first_published_at - timedelta(minutes=5)
        before = worth(one.draft, at)
        for report in dict.fromkeys((one.draft.lead, one.reports[-1])):
            added = {
                "copy": made(report, MIRROR, at, is_copy=True),
                "copy that claims to be first": made(report, BLOG, first, is_copy=True),
                "release": made(report, MIRROR, at, ArticleType.PRESS_RELEASE),
                "release that came first": made(report, MIRROR, first, ArticleType.PRESS_RELEASE),
                "paid text": made(report, MIRROR, at, ArticleType.SPONSORED),
            }
            for name, new in added.items():
                after = worth(draft([*one.reports, new], one.said.lead_article_id), at)
                assert not raises(before, after), f"{one}: a {name} of {report.id}"


def test_no_report_of_an_unrated_site_raises_level_or_points(news: Replayed) -> None:
    for one in reported(news):
        at = one.said.signal.as_of
        new = made(one.draft.lead, BLOG, at, ArticleType.NEWS)
        before, after = worth(one.draft, at), worth(draft([*one.reports, new], one.said.lead_article_id), at)
        assert not raises(before[:2], after[:2]), str(one)


def test_without_its_copies_an_event_is_worth_no_less(news: Replayed) -> None:
    for one in reported(news):
        at = one.said.signal.as_of
        copied = draft([*one.reports, made(one.draft.lead, MIRROR, at, is_copy=True)], one.said.lead_article_id)
        own = [report for report in copied.reports if copied.roles[report.id] is not Role.COPY]
        assert len(own) < len(copied.reports), str(one)
        assert not raises(worth(draft(own, one.said.lead_article_id), at), worth(copied, at)), str(one)


def test_time_passing_raises_nothing(news: Replayed) -> None:
    for one in news.told:
        values = [worth(one.draft, one.said.signal.as_of + later) for later in LATER]
        assert not any(raises(before, after) for before, after in pairwise(values)), str(one)


def test_rows_sources_and_label_are_one_number(news: Replayed) -> None:
    for one in news.told:
        shown = event_views.full_event(one.event)
        lead, others = event_cards.rows(shown)
        assert shown.counts.independent_sources == one.event.independent_sources == len(others) + 1, str(one)
        assert shown.source_label == words.source_label(len(others) + 1), str(one)
        assert lead.report.id == shown.lead_article.id, str(one)
        ids = [member.id for row in (lead, *others) for member in (row.report, *row.folded)]
        assert sorted(ids) == sorted(article.id for article in shown.articles), str(one)


def test_on_a_members_page_the_widget_has_a_row_for_every_origin_but_its_own(news: Replayed) -> None:
    for one in news.told:
        shown = event_views.full_event(one.event)
        for host in shown.articles:
            rows = [origin.id for origin in shown.origins if host.id not in origin.article_ids]
            assert len(rows) == one.event.independent_sources - 1, f"{one}: {host.id}"
            assert host.origin not in rows, f"{one}: {host.id}"


def test_context_is_of_events_that_are_neither_this_one_nor_a_print_of_it_nor_to_be_merged_with_it(
    news: Replayed,
) -> None:
    likely, prints = probabilities_of(news), prints_of(news)
    for one, other in related(news):
        assert other.event.id != one.event.id, f"{one} is its own context"
        theirs = {report.id for report in other.reports}
        assert not any(prints[report.id] & theirs for report in one.reports), f"{one} has a text of its context {other}"
        if likely(one, other) >= MERGE_AT - NEAR:
            assert not would_merge(news, one, other), f"{one} is one with its context {other}"


def related(news: Replayed) -> Iterator[tuple[Told, Told]]:
    """Each event with each one of its context, where its id leads today."""
    told, events = {one.event.id: one for one in news.told}, EventStore(news.engine)
    for one in news.told:
        for shown in one.said.related:
            found = events.get(shown.event_id)
            while found is not None and found.merged_into:
                found = events.get(found.merged_into)
            assert found is not None, f"{one}: {shown.title} leads nowhere"
            yield one, told[found.id]


def prints_of(news: Replayed) -> dict[str, set[str]]:
    """For each article those of other publishers with its text."""
    known = Sketches()
    for article_id, reading in news.readings.items():
        known.add(article_id, reading.sketch)
    by = {article_id: article.publisher.id for article_id, article in news.articles.items()}
    return {
        article_id: {one for one in known.copies_of(reading.sketch) if by[one] != by[article_id]}
        for article_id, reading in news.readings.items()
    }


def probabilities_of(news: Replayed) -> Callable[[Told, Told], float]:
    """How probable it is on average that the articles of two events report one happening."""
    window = load_window(news.engine, min(article.published_at for article in news.articles.values()))
    rows = {article_id: row for row, article_id in enumerate(window.rows)}
    found = probabilities(window, list(rows))

    def likely(*two: Told) -> float:
        one, other = (frozenset(rows[report.id] for report in each.reports if report.id in rows) for each in two)
        return average(found, one, other)

    return likely


def would_merge(news: Replayed, one: Told, other: Told) -> bool:
    """What repair makes of two events."""
    scope = scope_of(news.engine, Due((one.event.id, other.event.id), {}, 0), Past(news.engine))
    ids = [each.reports[0].id for each in (one, other)]
    found = regroup(scope.probabilities, apart(scope), standings(scope, {}))
    return any({scope.article_ids.index(article_id) for article_id in ids} <= rows for rows, _ in found.groups)


def test_a_reason_names_no_asset_theme_or_number_that_is_not_cited_or_counted(news: Replayed) -> None:
    for one in news.told:
        why = one.said.why
        if why is None:
            continue
        text = without_names(why.text, one)
        listed = [event.title for row in why.counted for event in row.events]
        counts = {row.count for row in why.counted}
        held = " | ".join((*(quote.text for quote in why.evidence), *(row.what for row in why.counted), *listed))
        named = {text[found.start : found.end] for found in mentions(text)}
        assert all(name in held for name in named), f"{one}: {why.text} ({held})"
        themes = {word for word in THEME_WORDS if has(text, f"{word}s?")}
        assert all(has(held, f"{word}s?") for word in themes), f"{one}: {why.text} ({held})"
        assert numbers_in(text) <= numbers_in(held) | set(map(str, counts)), f"{one}: {why.text} ({held})"
        written = {word for word in NUMBERS if has(text, word)}
        assert all(has(held, word) or NUMBERS[word] in counts for word in written), f"{one}: {why.text} ({held})"


def without_names(text: str, one: Told) -> str:
    """A sentence without the outlets and origins it names: what they are called says nothing of the news."""
    names = {report.article.publisher.name for report in one.reports} | {origin.name for origin in one.said.origins}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return text


def has(text: str, word: str) -> bool:
    return re.search(rf"\b{word}\b", text, re.IGNORECASE) is not None


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*\d|\d", text))


def test_every_quote_stands_in_its_article(news: Replayed) -> None:
    for one in news.told:
        said = one.said
        quotes = [*said.openings, *said.summary, *said.key_points]
        quotes += [quote for asset in said.assets for quote in asset.evidence]
        quotes += said.why.evidence if said.why else ()
        quotes += [said.record.quote] if said.record and not said.record.url else []
        # What several give in words of their own is shown in those of the first.
        quotes += [Quote(value.article_ids[0], value.text) for figure in said.figures for value in figure.values]
        for quote in quotes:
            article, words = news.articles[quote.article_id], one_line(quote.text.removesuffix("…"))
            assert any(words in one_line(part) for part in (article.title, article.text)), f"{one}: {quote}"


def test_no_reply_and_no_page_shows_more_of_an_article_than_allowed(news: Replayed) -> None:
    for one in news.told:
        event = fields_of(event_views.full_event(one.event).model_dump(mode="json"), one.event)
        page = news.client.get(words.event_path(one.event.id, one.said.title), follow_redirects=True)
        shown = {
            "event": event,
            "listed": fields_of(event_views.listed_event(one.event).model_dump(mode="json"), one.event),
            "page": fields_on(page.text, event),
        }
        for report in one.reports:
            alone = fields_of(article_views.lone_article(report.article, one.event.id).model_dump(mode="json"))
            for name, fields in (shown | {"article": alone}).items():
                count = characters_shown(report.article, fields)
                assert count <= ALLOWED, f"{one}: {count} of {report.id} in {name}"
