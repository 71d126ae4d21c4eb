"""Models exported to ONNX files: made where there is none yet, made anew where one is not what was exported."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from cluster.packaged_model import NoModel

# Before its import: else it notes in the home folder what it is used for, and sends that to its makers.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime

CODE = Path(__file__).resolve().parent.parent
STAMP = ".made-from"  # behind a model's file name

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Exported:
    """Where a model is exported to, the module that does it, and what it is made from: another text, another model."""

    path: Path
    exporter: str
    made_from: str

    def session(self) -> onnxruntime.InferenceSession:
        """A single-threaded session of the model.

        A file that was cut short, altered or exported from something else is made anew: its vectors would be compared
        with others as if one model had made them.

        Raises:
            NoModel: when there is none and none could be made.
        """
        with _alone_in(self.path.parent):
            if (wrong := self._what_is_wrong()) is not None:
                log.warning("model is exported", path=str(self.path), because=wrong)
                self._export()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # processes, not threads: OMP_NUM_THREADS is ignored here
        options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(str(self.path), options, providers=["CPUExecutionProvider"])

    def _what_is_wrong(self) -> str | None:
        stamp = self._stamp_path()
        if not self.path.exists():
            return "there is none yet"
        if not stamp.exists():
            return "nothing says what it was made from"
        made_from, _, digest = stamp.read_text(errors="replace").rpartition(" ")
        if made_from != self.made_from:
            return "it was made from something else"
        return None if digest == _digest(self.path) else "it was altered"

    def _export(self) -> None:
        """Has the module write the model, in a process of its own, and says beside it what it is.

        torch goes with that process: a worker that had loaded it kept a third of a gigabyte for nothing.
        """
        command = [sys.executable, "-m", self.exporter, str(self.path.resolve())]
        done = subprocess.run(command, cwd=CODE, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = done.stderr.strip().rpartition("\n")[2] or f"exit status {done.returncode}"
            raise NoModel(f"{self.path.name} cannot be made: {reason}")
        try:
            self._stamp_path().write_text(f"{self.made_from} {_digest(self.path)}")
        except OSError as error:  # the disk had room for the model and for no letter more
            raise NoModel(f"{self._stamp_path()} cannot be written ({error.strerror})") from error

    def _stamp_path(self) -> Path:
        return self.path.with_name(self.path.name + STAMP)


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Where to write what `path` is to hold: it is put there when the block ends, and gone when that raises."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)  # of a disk that it has filled


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Of several workers that need a model one exports it, and the others wait for that: it takes a gigabyte each."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise NoModel(f"{folder} cannot be used ({error.strerror})") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
