"""Each kind of file has its place, which the system names."""

import sys
from pathlib import Path

import pytest

from netbuilder.disk import log_folder


@pytest.mark.skipif(sys.platform != "linux", reason="other systems name the folder in other ways")
def test_the_log_is_no_work_and_lies_where_the_system_keeps_such_things(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert log_folder() == tmp_path / "netbuilder" / "log"
    assert not log_folder().exists()
