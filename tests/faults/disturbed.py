"""What the harness does inside workers and beat, by `CELERY_LOADER`; they know nothing of it.

Every message is published twice, every task that failed is noted, and what FAULTS_WITHOUT names is switched off.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from celery.loaders.app import AppLoader
from celery.signals import before_task_publish, task_failure
from sqlalchemy import Engine

LOADER = f"{__name__}:Disturbed"
WITHOUT, FAILED = "FAULTS_WITHOUT", "FAULTS_FAILED"  # names in the environment
SWEEP, LEASE = "sweep", "lease"


class Disturbed(AppLoader):  # type: ignore[misc]  # Celery has no types
    """Celery makes one in each worker and in beat; their children inherit what it connects."""

    def on_worker_init(self) -> None:
        """Disturbs the process that is about to begin."""
        app, off = self.app, os.environ[WITHOUT]

        def publish_again(
            sender: str,
            body: object,
            exchange: str,
            routing_key: str,
            headers: Mapping[str, Any],
            properties: Mapping[str, Any],
            **_: object,
        ) -> None:
            # Not tried again: the first copy is, and where no broker answers none of both would come.
            with app.producer_or_acquire() as producer:
                producer.publish(
                    body,
                    exchange=exchange,
                    routing_key=routing_key,
                    headers=dict(headers),
                    serializer=app.conf.task_serializer,
                    retry=False,
                    **properties,
                )

        before_task_publish.connect(publish_again, weak=False)
        task_failure.connect(_note_failure, weak=False)
        if off == SWEEP:
            del app.conf.beat_schedule["sweep"]
        if off == LEASE:
            _place_without_lease()


def _note_failure(sender: Any, exception: BaseException, **_: object) -> None:
    text = str(exception).partition("\n")[0]
    line = json.dumps({"task": sender.name, "error": type(exception).__name__, "text": text})
    with open(os.environ[FAILED], "a", encoding="utf-8") as noted:  # a short line stays whole whoever writes beside
        noted.write(f"{line}\n")


def _place_without_lease() -> None:
    """Every placing worker takes itself for the only one: no lease, no fence, no second look behind the door."""
    import worker
    from cluster import placing
    from cluster.changes import change_events

    def lease(engine: Engine, holder: str, now: datetime) -> int:
        return 0

    def door(engine: Engine, *, by: str, at: datetime, fence: int) -> Any:
        return change_events(engine, by=by, at=at)

    worker.placing_lease = lease  # type: ignore[attr-defined]
    placing.change_events = door  # type: ignore[assignment, attr-defined]
    placing.Placer._is_outdated = lambda self, database: False  # type: ignore[method-assign]
