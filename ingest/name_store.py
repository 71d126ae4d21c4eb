"""By what the entries of a feed are known again, kept from poll to poll."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Engine, bindparam, func, or_, select, update

from ingest.entry import Entry
from ingest.naming import Known, Marks, Named, candidates
from ingest.tables import entries
from storage.engine import reading, writing


class NameStore:
    """The names and marks of entries."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, feed_id: int, listed: Sequence[Entry]) -> Known:
        """What earlier polls of the feed saw of the entries that it lists, by name or by link."""
        sought = list(candidates(listed))
        names = {name for own, apart, _ in sought for name in (own, apart)}
        links = {link for _, _, link in sought if link}
        of_feed = select(entries).where(
            entries.c.feed_id == feed_id, or_(entries.c.guid_hash.in_(names), entries.c.link_hash.in_(links))
        )
        with reading(self._engine) as connection:
            # The first one last: it is the one that made the article.
            rows = connection.execute(of_feed.order_by(entries.c.id.desc())).all()
        marks = {row.guid_hash: Marks(row.link_hash, row.title_hash, row.date_hash, row.words_hash) for row in rows}
        return Known(marks, {row.link_hash: row.guid_hash for row in rows if row.link_hash})

    def remember(self, feed_id: int, listed: Iterable[Named], known: Known) -> None:
        """Keeps where entries lead that earlier polls knew at another link, or at none."""
        moved = [one for one in listed if _has_moved(one, known.marks.get(one.name))]
        if not moved:
            return
        this = (entries.c.feed_id == feed_id, entries.c.guid_hash == bindparam("of"))
        title = func.coalesce(entries.c.title_hash, bindparam("title"))  # else it is told from what it said before
        marked = update(entries).where(*this)
        marked = marked.values(link_hash=bindparam("link"), date_hash=bindparam("date"), title_hash=title)
        rows = [
            {"of": one.name, "link": one.marks.link, "date": one.marks.date, "title": one.marks.title} for one in moved
        ]
        with writing(self._engine) as connection:
            connection.execute(marked, rows)


def _has_moved(one: Named, before: Marks | None) -> bool:
    """A link that an entry has lost is kept: it may come back."""
    return before is not None and one.marks.link is not None and before.link != one.marks.link
