"""A browser, the application with a day in it, and a host site for the widget."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.day import seed_day, seed_feeds
from tests.browser.serving import HostSite, host_site, serving
from tests.integration.api.seeding import migrated, settings_in

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    if not CHROMIUM.exists():
        pytest.skip("no Chromium: apt-get install chromium")
    return {"executable_path": str(CHROMIUM), "args": FLAGS}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application with the day in it."""
    settings = settings_in(tmp_path_factory.mktemp("site"))
    engine = migrated(settings)
    seed_day(engine)
    seed_feeds(engine)
    with serving(settings) as address:
        yield address


@pytest.fixture(scope="session")
def base_url(site: str) -> str:
    return site


@pytest.fixture
def host() -> Iterator[HostSite]:
    with host_site() as site:
        yield site
