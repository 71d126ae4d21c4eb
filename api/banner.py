"""The sentence above every page while the news is invented."""

from pathlib import Path


class Banner:
    """A fixed sentence or, without one, the text of a file that may appear, change and vanish while we serve."""

    def __init__(self, path: Path, fixed: str | None = None) -> None:
        self._path = path
        self._fixed = fixed
        self._read: tuple[int, str | None] = (0, None)  # the file's mtime in ns and what it said then

    def text(self) -> str | None:
        """What to say now; None when the news is real. Costs one stat while the file stays the same."""
        if self._fixed is not None:
            return self._fixed
        try:
            written = self._path.stat().st_mtime_ns
            if written != self._read[0]:
                self._read = (written, self._path.read_text(encoding="utf-8").strip() or None)
        except OSError:  # a folder that cannot be read among them: the page says what failed there
            self._read = (0, None)
        return self._read[1]
