"""Whose site an address lies on, so that no feed makes another publisher's article its own."""

from collections.abc import Iterable

from ingest.article import Publisher, Standing
from ingest.sites import publisher_site


class Sites:
    """The sites of the publishers we know, told from their homes."""

    def __init__(self, publishers: Iterable[Publisher]) -> None:
        self._owners: dict[str, Publisher] = {}
        for publisher in publishers:
            site = publisher_site(publisher.home)
            if site is not None and (publisher.standing is Standing.ESTABLISHED or site not in self._owners):
                self._owners[site] = publisher

    def other_owner(self, url: str, publisher: Publisher) -> Publisher | None:
        """The other publisher on whose site a URL lies; None when the site is the publisher's own, or nobody's.

        An unrated publisher takes nothing from an established one: its home may be that of a redirector or of a
        hosting service, as a subscription list names them.
        """
        site = publisher_site(url)
        if site is None or site == publisher_site(publisher.home):
            return None
        owner = self._owners.get(site)
        is_weaker = owner and owner.standing is Standing.UNRATED and publisher.standing is Standing.ESTABLISHED
        return None if is_weaker else owner
