"""The worker with shorter waits, for tests that kill it: `celery -A tests.integration.impatient worker`.

What a killed worker held is another's after seconds instead of half a minute; what was refused is sent again at once.
"""

from datetime import timedelta

import cluster.lease
import worker
from api.webhooks import delivering, retrying

SOON = timedelta(seconds=2)
cluster.lease.LEASE_LASTS = delivering.CLAIM_LASTS = worker.SWEPT_AFTER = SOON
retrying.RETRY_AFTER = (timedelta(milliseconds=100),) * 9
app = worker.app
