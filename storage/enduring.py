"""Work on a database that may be away for a while: it waits, and says so once."""

from collections.abc import Callable

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storage.migrating import is_current
from storage.outage import Outage, outage

log = structlog.get_logger()


class Enduring:
    """Knows what it last said of the database; one for each process."""

    def __init__(self) -> None:
        self._met: Outage | None = None

    def run(self, engine: Engine, work: Callable[[], object]) -> None:
        """Does some work, unless the database has another schema; broken off where the database cannot be used.

        Whoever calls has to come back by itself: what was written before is written.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: for a mistake of ours, which is no better later.
        """
        try:
            if is_current(engine):
                work()
                self._say(None)
            else:
                self._say(Outage.UNMIGRATED)
        except SQLAlchemyError as error:
            met = outage(error)
            if met is None:
                raise
            self._say(met)

    def _say(self, met: Outage | None) -> None:
        if met is self._met:
            return
        self._met = met
        if met is None:
            log.info("database serves again")
        else:
            log.error("database cannot be used, work waits", outage=met.value, do=met.remedy)
