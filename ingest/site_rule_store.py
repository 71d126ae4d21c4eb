"""The queries of ingest on sites' rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update

from ingest.outcome import Outcome
from ingest.tables import site_rules
from storage.engine import reading, writing
from storage.upserting import insert_missing


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's robots.txt says: scheme, name and port, when it was asked for last and how that ended.

    `text` is the last that came, "" where the site has none; None when none ever came, or nobody can read them.
    """

    site: str
    asked_at: datetime
    outcome: Outcome
    text: str | None
    crawl_delay: timedelta | None = None


class SiteRuleStore:
    """Rules, each site's once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, site: str) -> Rules | None:
        """A site's rules; None when nobody has asked for them."""
        with reading(self._engine) as connection:
            row = connection.execute(select(site_rules).where(site_rules.c.site == site)).one_or_none()
        if row is None:
            return None
        seconds = row.crawl_delay_seconds
        delay = None if seconds is None else timedelta(seconds=seconds)
        return Rules(site, row.asked_at, Outcome(row.outcome), row.rules, delay)

    def put(self, rules: Rules) -> None:
        """Keeps what a site said last."""
        delay = rules.crawl_delay
        said = {"asked_at": rules.asked_at, "outcome": rules.outcome, "rules": rules.text}
        said["crawl_delay_seconds"] = None if delay is None else delay.total_seconds()
        with writing(self._engine) as connection:
            if insert_missing(connection, site_rules, [{"site": rules.site, **said}]) == 0:
                connection.execute(update(site_rules).where(site_rules.c.site == rules.site).values(**said))
