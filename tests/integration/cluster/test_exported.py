"""An exported model is used only as it was exported: whatever else lies in its place is made anew."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from onnx import TensorProto, helper
from structlog.testing import capture_logs

from cluster.exported import STAMP, Exported, written_whole
from cluster.packaged_model import NoModel
from tests.integration.cluster.copied_export import SOURCE

WORKERS = 3


@pytest.fixture
def model(tmp_path: Path) -> Exported:
    """A tiny model, exported."""
    (tmp_path / SOURCE).write_bytes(_identity())
    found = Exported(tmp_path / "tiny.onnx", "tests.integration.cluster.copied_export", "version 1")
    assert _exports(found) == 1
    return found


def _identity() -> bytes:
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "identity", ends[:1], ends[1:])
    made: bytes = helper.make_model(
        graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]
    ).SerializeToString()
    return made


def _exports(model: Exported) -> int:
    """How often it was exported for one session."""
    with capture_logs() as said:
        assert [one.name for one in model.session().get_inputs()] == ["x"]
    return [one["event"] for one in said].count("model is exported")


def _stamp(model: Exported) -> Path:
    return model.path.with_name(model.path.name + STAMP)


def test_a_model_that_is_as_it_was_exported_is_used(model: Exported) -> None:
    assert _exports(model) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda model: model.path.unlink(),
        lambda model: model.path.write_bytes(b""),
        lambda model: model.path.write_bytes(model.path.read_bytes()[:-9]),
        lambda model: model.path.write_bytes(model.path.read_bytes().replace(b"identity", b"Identity")),
        lambda model: _stamp(model).unlink(),
        lambda model: _stamp(model).write_bytes(b""),
        lambda model: _stamp(model).write_text(_stamp(model).read_text().replace("version 1", "version 0")),
    ],
    ids=["missing", "empty", "cut short", "altered", "of who knows what", "empty stamp", "of another version"],
)
def test_any_other_file_in_its_place_is_made_anew_once(model: Exported, spoil: Callable[[Exported], object]) -> None:
    spoil(model)

    assert _exports(model) == 1
    assert model.path.read_bytes() == _identity()
    assert _exports(model) == 0


def test_of_several_workers_one_exports(model: Exported) -> None:
    model.path.unlink()

    with capture_logs() as said, ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(lambda _: model.session(), range(WORKERS)))

    assert [one["event"] for one in said].count("model is exported") == 1


def test_what_could_not_be_exported_leaves_nothing_behind(model: Exported) -> None:
    model.path.unlink()
    (model.path.parent / SOURCE).unlink()

    with pytest.raises(NoModel, match=r"tiny\.onnx cannot be made: FileNotFoundError"):
        model.session()

    assert [one.name for one in model.path.parent.iterdir()] == [_stamp(model).name]


def test_a_model_of_which_it_cannot_be_noted_what_it_is_is_none(model: Exported) -> None:
    _stamp(model).unlink()
    _stamp(model).symlink_to(model.path.parent / "nowhere" / "stamp")

    with pytest.raises(NoModel, match=r"tiny\.onnx\.made-from cannot be written \(No such file or directory\)"):
        model.session()


def test_what_breaks_off_on_a_full_disk_gives_the_room_back(tmp_path: Path) -> None:
    def fill(part: Path) -> None:
        part.write_bytes(b"half")
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"), written_whole(tmp_path / "model.onnx") as part:
        fill(part)

    assert not list(tmp_path.iterdir())
