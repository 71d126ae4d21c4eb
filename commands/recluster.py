"""`secondsource recluster`: today's rules over recent articles that were placed under earlier ones."""

from datetime import UTC, datetime, timedelta

from cluster.cross_encoder import CrossEncoder
from cluster.describe_stage import describe_events, relate_events
from cluster.reclustering import KeepsChanging, Reclustered
from cluster.reclustering import recluster as decide_anew
from commands.errors import CannotStart
from commands.preparing import prepare
from storage.settings import Settings


def recluster(settings: Settings, hours: int) -> Reclustered:
    """Decides anew on the articles of the last hours, and describes the events that changed.

    Raises:
        CannotStart: when articles came in faster than they could be decided on, or the database is not ready.
    """
    now = datetime.now(UTC)
    try:
        engine = prepare(settings, ())
        done = decide_anew(engine, now - timedelta(hours=hours), now, CrossEncoder(settings.model_dir))
    except KeepsChanging as error:
        raise CannotStart(str(error)) from error
    describe_events(done.events, engine=engine, now=now)
    relate_events(done.events, engine=engine, now=now)
    return done
