"""pip is started with the user's own settings, and its failures end in a sentence."""

import os
import sys
from pathlib import Path

import installation
import pytest

needs_scripts = pytest.mark.skipif(os.name == "nt", reason="stands a shell script in for pip")


@pytest.fixture
def pip(tmp_path: Path):
    """An environment whose Python is a script that says these lines and ends with this code."""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)

    def stand_in(lines: str, code: int = 0) -> Path:
        python.write_text(f'#!/bin/sh\necho "asked $@" >&2\ncat <<END\n{lines}\nEND\nexit {code}\n', encoding="utf-8")
        python.chmod(0o755)
        return python

    return stand_in


def test_proxies_certificates_and_mirrors_reach_pip() -> None:
    own = {
        "HTTPS_PROXY": "http://proxy:3128",
        "https_proxy": "http://proxy:3128",
        "NO_PROXY": "localhost",
        "PIP_INDEX_URL": "https://mirror/simple",
        "PIP_CERT": "/etc/ca.pem",
        "PATH": "/bin",
    }
    assert own.items() <= installation.pip_environment(own, Path("/downloads")).items()


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_USER", "PIP_PREFIX"])
def test_settings_that_send_packages_elsewhere_do_not_reach_pip(name: str) -> None:
    assert name not in installation.pip_environment({name: "x"}, Path("/downloads"))


@pytest.mark.parametrize("name", ["TMPDIR", "TEMP", "TMP"])
def test_downloads_do_not_go_to_a_small_tmp(name: str) -> None:
    assert installation.pip_environment({name: "/tmp"}, Path("/big"))[name] == str(Path("/big"))


def test_behind_a_proxy_the_failure_names_it_without_its_password() -> None:
    sentence = installation.failure(["gone"], {"https": "http://me:secret@proxy:3128"}, network_trouble=True)
    assert "through the proxy http://proxy:3128" in sentence
    assert "secret" not in sentence


def test_without_a_proxy_the_failure_says_how_to_set_one() -> None:
    assert "HTTPS_PROXY=" in installation.failure(["gone"], {}, network_trouble=True)


def test_a_failure_that_is_not_the_networks_does_not_blame_it() -> None:
    assert "internet" not in installation.failure(["error: x"], {}, network_trouble=False)


def test_a_full_disk_is_named() -> None:
    assert "disk is full" in installation.failure(["OSError: [Errno 28] No space left on device"], {}, True)


@needs_scripts
def test_what_fails_shows_the_last_lines_of_pip(pip, tmp_path: Path, monkeypatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    python = pip("WARNING: Retrying (Retry(total=4)) after connection broken\nERROR: No matching distribution", code=1)
    with pytest.raises(installation.Failed, match=r"(?s)No matching distribution.*connected to the internet"):
        installation.install(tmp_path, python, ["test"])


@needs_scripts
def test_the_checkout_is_installed_in_place_with_its_extras(pip, tmp_path: Path) -> None:
    python = pip('$(echo "$@" > asked; pwd > where)')
    installation.install(tmp_path, python, ["gpu", "test"])
    assert "install --editable .[gpu,test]" in (tmp_path / "asked").read_text(encoding="utf-8")
    assert (tmp_path / "where").read_text(encoding="utf-8").strip() == str(tmp_path)


@needs_scripts
@pytest.mark.parametrize("code", [0, 1])
def test_no_download_stays_behind(pip, tmp_path: Path, code: int) -> None:
    python = pip('$(echo x > "$TMPDIR/left")', code)
    if code:
        with pytest.raises(installation.Failed):
            installation.install(tmp_path, python, [])
    else:
        installation.install(tmp_path, python, [])
    assert not (tmp_path / ".venv" / "downloads").exists()


def test_a_package_of_which_a_file_is_missing_is_found(tmp_path: Path, monkeypatch) -> None:
    for name, record in (("whole", "whole.py,,\n"), ("torn", "torn.py,,\n")):
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (info / "RECORD").write_text(record, encoding="utf-8")
    (tmp_path / "whole.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = installation.incomplete(Path(sys.executable))
    assert "torn==1.0" in found
    assert "whole==1.0" not in found
