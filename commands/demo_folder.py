"""The demo's own folder within the data folder: emptied at each start, but only where the demo made it."""

import shutil
from pathlib import Path

from commands.broker import end_leftover
from commands.errors import CannotStart

NAME, MARKER = "demo", "invented-news.txt"
SAYS = "The demo made this folder, and empties it at each start.\n"


def is_demo(data_dir: Path) -> bool:
    """Whether a data folder is the demo's: what is in it is invented, and goes at the next start."""
    return (data_dir / MARKER).is_file()


def fresh_demo_folder(data_dir: Path) -> Path:
    """The folder, with nothing in it but its marker.

    Raises:
        CannotStart: when something stands there that the demo did not make, or it cannot be emptied.
    """
    folder = data_dir / NAME
    try:
        is_another = folder.is_symlink() or (folder.exists() and not is_demo(folder) and not _is_empty(folder))
        if is_another:
            raise CannotStart(
                f"the demo would empty {folder}, which it did not make: move that away, or set SECONDSOURCE_DATA_DIR "
                "to another folder (`secondsource run --no-demo` never shows the demo)"
            )
        folder.mkdir(exist_ok=True)
        (folder / MARKER).write_text(SAYS)
        end_leftover(folder)
        _empty(folder)
    except OSError as error:
        raise CannotStart(
            f"the demo's folder {folder} cannot be made anew ({error.strerror}: {error.filename}): put that right, or "
            "set SECONDSOURCE_DATA_DIR to another folder"
        ) from error
    return folder


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _empty(folder: Path) -> None:
    """All but the marker: without it what a failure leaves would be nobody's."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():  # the model's folder is a link
            shutil.rmtree(path)
        elif path.name != MARKER:
            path.unlink()
