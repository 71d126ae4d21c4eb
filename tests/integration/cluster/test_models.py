"""Both models can be made ahead, and what is there stays."""

import subprocess
import sys
from pathlib import Path


def test_a_folder_with_both_models_is_left_as_it_is(exported: Path) -> None:
    def found() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in exported.glob("*.onnx")}

    before = found()

    subprocess.run([sys.executable, "-m", "cluster.models", str(exported)], check=True, timeout=60)

    assert sorted(before) == ["cross_encoder.onnx", "model.onnx"]
    assert found() == before
