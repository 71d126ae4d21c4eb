"""What the widget's file may weigh and may not contain."""

import gzip

from api.widget import SCRIPT

MAX_BYTES = 5000  # gzipped, what a publisher's page can spare


def test_the_widget_stays_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes())) < MAX_BYTES


def test_the_widget_never_writes_markup_nor_cookies() -> None:
    script = SCRIPT.read_text(encoding="utf-8")

    assert not [
        word for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.cookie", "eval(") if word in script
    ]
