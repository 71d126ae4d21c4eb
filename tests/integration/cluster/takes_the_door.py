"""A process that goes through the door again and again, as placing does with a backlog: `… takes_the_door URL`."""

import sys
import time
from itertools import count

from cluster.changes import change_events
from storage.engine import open_engine
from tests.integration.cluster.pipeline import NOW

HOLDS_SECONDS = 0.2


def main() -> None:
    """Goes on until it is killed, and says each time that it is in."""
    engine = open_engine(sys.argv[1])
    for time_in in count():
        with change_events(engine, by="placing", at=NOW):
            print(time_in, flush=True)
            time.sleep(HOLDS_SECONDS)


if __name__ == "__main__":
    main()
