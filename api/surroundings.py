"""What stands in every envelope, whatever is asked for: invented news, and too few publishers reached."""

from dataclasses import dataclass
from datetime import datetime

from api.banner import Banner
from ingest.coverage import Coverage
from ingest.store import PublisherStore


@dataclass(frozen=True, slots=True)
class Surroundings:
    """As of one moment; `poor_coverage` is None where enough publishers are reached."""

    is_demo: bool
    poor_coverage: Coverage | None


def surroundings(banner: Banner, publishers: PublisherStore, now: datetime) -> Surroundings:
    """What the banner and the publishers' polls say now."""
    coverage = publishers.coverage(now)
    return Surroundings(banner.text() is not None, coverage if coverage.is_poor else None)
