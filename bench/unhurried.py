"""What `bench.soak` changes inside workers, by `CELERY_LOADER`; they know nothing of it."""

from datetime import timedelta

from celery.loaders.app import AppLoader

from ingest import host_store, turns

LOADER = f"{__name__}:Unhurried"
HOST_RESTS = timedelta(milliseconds=50)


class Unhurried(AppLoader):  # type: ignore[misc]  # Celery has no types
    """Celery makes one in each worker, whose children inherit what it changes."""

    def on_worker_init(self) -> None:
        """Lets hosts rest for a shorter time."""
        host_store.HOST_RESTS = turns.HOST_RESTS = HOST_RESTS  # type: ignore[attr-defined]
