"""An exporter that takes no time: it writes what stands in the file beside the one that it is to write."""

import sys
from pathlib import Path

from cluster.exported import written_whole

SOURCE = "source"

if __name__ == "__main__":
    path = Path(sys.argv[1])
    with written_whole(path) as part:
        part.write_bytes((path.parent / SOURCE).read_bytes())
