"""The worker for tests that kill it: `celery -A tests.integration.impatient worker`.

Its waits are short: what a killed worker held is another's after seconds instead of half a minute, and what was refused
is sent again at once. Texts become vectors by their words alone, so that it starts without a model.
"""

from datetime import timedelta
from functools import cache

import cluster.lease
import worker
from api.webhooks import delivering, retrying
from cluster.placing import Placer
from tests.fakes import FakeEmbedder

SOON = timedelta(seconds=2)
cluster.lease.LEASE_LASTS = delivering.CLAIM_LASTS = worker.SWEPT_AFTER = SOON
retrying.RETRY_AFTER = (timedelta(milliseconds=100),) * 9
worker._embedder = cache(FakeEmbedder)  # type: ignore[arg-type]
worker._placer = cache(lambda: Placer(worker._engine()))
app = worker.app
