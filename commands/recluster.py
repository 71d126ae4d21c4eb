"""`secondsource recluster`: today's rules over recent articles that were placed under earlier ones."""

from datetime import UTC, datetime, timedelta

from cluster.cross_encoder import CrossEncoder
from cluster.reclustering import KeepsChanging, Reclustered
from cluster.reclustering import recluster as decide_anew
from commands.errors import CannotStart
from commands.preparing import prepare
from storage.settings import Settings


def recluster(settings: Settings, hours: int) -> Reclustered:
    """Decides anew on the articles of the last hours; workers describe what changed.

    Raises:
        CannotStart: when articles came in faster than they could be decided on, or the database is not ready.
    """
    now = datetime.now(UTC)
    try:
        reader = CrossEncoder(settings.model_dir)
        return decide_anew(prepare(settings, ()), now - timedelta(hours=hours), now, reader)
    except KeepsChanging as error:
        raise CannotStart(str(error)) from error
