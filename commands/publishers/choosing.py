"""What the commands begin with: the store, and which feeds an operator means."""

from collections.abc import Sequence

from commands.demo_folder import is_demo
from commands.errors import CannotStart
from commands.preparing import prepare
from ingest.feed_status import FeedStatus
from ingest.publishers import listed_publishers
from ingest.store import PublisherStore
from ingest.subscriptions import Directory
from storage.settings import Settings


def open_publishers(settings: Settings) -> PublisherStore:
    """The publishers, those known by name among them even where nothing has ever run.

    Without those, an imported feed of a listed publisher would become a publisher of its own. In the demo's database
    only invented ones have a place.
    """
    return PublisherStore(prepare(settings, () if is_demo(settings.data_dir) else listed_publishers()))


def directory_of(store: PublisherStore) -> Directory:
    """Whose a feed is, going by what is stored."""
    return Directory(store.all(), store.list())


def choose(store: PublisherStore, names: Sequence[str]) -> list[FeedStatus]:
    """The feeds of the publishers named by id, and the feeds named by address; every feed where none is named.

    Raises:
        CannotStart: when a name is neither.
    """
    feeds = store.list()
    for name in names:
        if not any(_is_named(feed, name) for feed in feeds):
            raise CannotStart(f"{name}: no such publisher or feed; `secondsource publishers list --all` shows the ids")
    return [feed for feed in feeds if not names or any(_is_named(feed, name) for name in names)]


def _is_named(feed: FeedStatus, name: str) -> bool:
    return name in (feed.publisher.id, feed.url, *feed.formerly)
