"""What the widget's file may weigh and may not contain."""

import gzip

from api.widget import SCRIPT

MAX_BYTES = 5000  # gzipped, what a publisher's page can spare


def test_the_widget_stays_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes())) < MAX_BYTES


def test_the_widget_never_writes_markup_and_keeps_nothing() -> None:
    script = SCRIPT.read_text(encoding="utf-8")

    markup = ("innerHTML", "outerHTML", "insertAdjacent", "DOMParser", "document.write", "eval(")
    kept = ("document.cookie", "localStorage", "sessionStorage", "indexedDB")
    assert not [word for word in (*markup, *kept) if word in script]
