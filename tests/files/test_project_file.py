"""Project files come back as they were saved; whatever is no project is refused in one sentence."""

import contextlib
import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest

from netbuilder import disk
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.disk import CannotWrite
from netbuilder.events import RunEnded
from netbuilder.files import arrays, migrations
from netbuilder.files.contents import Attached, Contents, Stored
from netbuilder.files.migrations import migrated
from netbuilder.files.project_file import CannotOpen, made_by, open_project, save
from netbuilder.files.templates import templates
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import MOST_LAYERS, DataSpec, Placed, ProjectSpec, stack
from netbuilder.spec.scaling import Scaling

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
PROJECT = ProjectSpec(
    DataSpec(Digits8x8()), stack(Flatten(), Dense(units=10, activation="softmax")), title="“Ä” — 数字"
)


def trained() -> Stored:
    random = np.random.default_rng(1)
    return Stored(
        project=PROJECT,
        scaling=Scaling(1 / 255, 0.0),
        weights=(random.random((64, 10), np.float32), random.random(10, np.float32)),
        examples=random.integers(0, 256, (5, 8, 8), np.uint8),
        reached={"val_loss": 0.1, "test_accuracy": 0.97},
        versions={"Keras": "3.15.1"},
    )


def saved(path: Path) -> Path:
    save(path, Contents(PROJECT, trained()))
    return path


def test_a_project_comes_back_equal(tmp_path: Path) -> None:
    for template in templates():
        project = template.project()
        save(tmp_path / "a.netbuilder", Contents(project))
        opened = open_project(tmp_path / "a.netbuilder")
        assert opened.project == project
        assert opened.trained is None


def with_layers(count: int) -> ProjectSpec:
    return replace(PROJECT, layers=tuple(Placed(f"dense_{one}", Dense(10)) for one in range(count)))


def test_a_project_of_as_many_layers_as_a_network_can_have_comes_back(tmp_path: Path) -> None:
    project = with_layers(MOST_LAYERS)
    save(tmp_path / "a.netbuilder", Contents(project))
    assert open_project(tmp_path / "a.netbuilder").project == project


def test_a_project_of_more_layers_than_are_read_again_is_not_saved_over_the_one_before(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    with pytest.raises(CannotWrite, match="has 1,001 layers, and no network can have more than 1,000: delete some"):
        save(path, Contents(with_layers(MOST_LAYERS + 1)))
    assert open_project(path).project == PROJECT


def test_a_trained_network_comes_back_to_the_bit(tmp_path: Path) -> None:
    found = open_project(saved(tmp_path / "a.netbuilder")).trained
    ours = trained()
    assert found is not None
    assert (found.project, found.scaling, found.reached, found.versions) == (
        ours.project,
        ours.scaling,
        ours.reached,
        ours.versions,
    )
    for one, other in zip((*found.weights, found.examples), (*ours.weights, ours.examples), strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


def test_scaling_by_columns_comes_back_equal(tmp_path: Path) -> None:
    stored = replace(trained(), scaling=Scaling((0.1, 1e-30) * 4, (1 / 3, -0.0) * 4))
    save(tmp_path / "a.netbuilder", Contents(PROJECT, stored))
    found = open_project(tmp_path / "a.netbuilder").trained
    assert found is not None
    assert found.scaling == stored.scaling


def test_a_loss_beyond_all_bounds_does_not_hinder_saving(tmp_path: Path) -> None:
    stored = replace(trained(), reached={"loss": float("nan"), "val_loss": float("inf"), "accuracy": 0.1})
    save(tmp_path / "a.netbuilder", Contents(PROJECT, stored))
    found = open_project(tmp_path / "a.netbuilder").trained
    assert found is not None
    assert found.reached == {"accuracy": 0.1}


def test_the_same_contents_are_the_same_bytes(tmp_path: Path) -> None:
    assert saved(tmp_path / "a.netbuilder").read_bytes() == saved(tmp_path / "b.netbuilder").read_bytes()


def test_a_file_says_which_program_wrote_it_until_a_person_saves_it(tmp_path: Path) -> None:
    path = tmp_path / "a.netbuilder"
    assert made_by(path) == ""
    save(path, Contents(PROJECT), maker="netbuilder train")
    assert made_by(path) == "netbuilder train"
    contents = open_project(path)
    assert contents.project == PROJECT
    save(path, contents)
    assert made_by(path) == ""
    path.write_bytes(b"no project")
    assert made_by(path) == ""
    assert made_by(tmp_path) == ""


def test_a_save_that_fails_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "a.netbuilder")
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="disk is full"):
        save(path, Contents(PROJECT))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("too_many", [False, True])
def test_what_could_not_be_opened_again_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, too_many: bool
) -> None:
    path = saved(tmp_path / "a.netbuilder")
    before = path.read_bytes()
    if too_many:
        monkeypatch.setattr(arrays, "MOST_MEMBERS", 12)
    large = replace(trained(), weights=(np.broadcast_to(np.float32(0), (1 << 20, 1 << 10)),))
    with pytest.raises(CannotWrite, match="more than 2 GB: export the network instead"):
        save(path, Contents(PROJECT, trained() if too_many else large))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_arrays_that_are_too_large_together_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 20_000)
    saved(tmp_path / "a.netbuilder")
    large = replace(trained(), examples=np.zeros((150, 8, 8), np.uint8), checkpoint=None)
    several = tuple(np.zeros((100, 10), np.float32) for _number in range(10))
    with pytest.raises(CannotWrite, match="more than 2 GB"):
        save(tmp_path / "b.netbuilder", Contents(PROJECT, replace(large, weights=several)))


def test_a_file_of_version_1_opens_for_ever() -> None:
    opened = open_project(GOLDEN / "version-1.netbuilder")
    assert opened.project.title == "“Ä” — 数字"
    assert [placed.name for placed in opened.project.layers] == ["flatten_1", "dense_1"]
    assert opened.trained is not None
    assert [one.shape for one in opened.trained.weights] == [(64, 10), (10,)]


def test_a_file_of_version_2_opens_for_ever() -> None:
    opened = open_project(GOLDEN / "version-2.netbuilder")
    assert opened.project.title == "Everything"
    assert opened.attached.notes == "Ein Versuch.\n数字"
    assert [(one.pixels.shape, one.label) for one in opened.attached.drawings] == [((28, 28), "7"), ((8, 8), None)]
    assert [one.path for one in opened.attached.data_files] == ["/data/digits.csv"]
    assert opened.trained is not None
    assert opened.trained.checkpoint is not None
    assert (opened.trained.checkpoint.epoch, len(opened.trained.checkpoint.optimizer)) == (2, 6)
    assert [type(one).__name__ for one in opened.trained.history][-2:] == ["EpochEnded", "RunEnded"]


def test_a_file_of_version_3_opens_for_ever() -> None:
    opened = open_project(GOLDEN / "version-3.netbuilder")
    assert opened.attached.notes == "Within the third epoch."
    assert opened.trained is not None
    checkpoint, ended = opened.trained.checkpoint, opened.trained.history[-1]
    assert checkpoint is not None
    assert (checkpoint.epoch, checkpoint.part_steps, [one.shape for one in checkpoint.counted]) == (2, 3, [(4,), (3,)])
    assert isinstance(ended, RunEnded)
    assert (ended.epochs, ended.part_steps) == (2, 3)


def test_an_older_file_was_not_stopped_within_an_epoch() -> None:
    trained = open_project(GOLDEN / "version-2.netbuilder").trained
    assert trained is not None
    assert trained.checkpoint is not None
    assert (trained.checkpoint.part_steps, trained.checkpoint.counted) == (0, ())


def test_an_older_file_has_nothing_of_what_came_later() -> None:
    opened = open_project(GOLDEN / "version-1.netbuilder")
    assert opened.attached == Attached()
    assert opened.trained is not None
    assert opened.trained.checkpoint is None
    assert opened.trained.history == ()


def test_every_version_has_its_golden_file() -> None:
    assert {path.name for path in GOLDEN.glob("*.netbuilder")} == {
        f"version-{number}.netbuilder" for number in range(1, migrations.VERSION + 1)
    }


def test_migrations_are_made_one_after_the_other() -> None:
    steps: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
        1: lambda old: {"order": [*old["order"], "1→2"]},
        2: lambda old: {"order": [*old["order"], "2→3"]},
    }
    assert migrated({"order": []}, 1, steps, newest=3) == {"order": ["1→2", "2→3"]}
    assert migrated({"order": []}, 3, steps, newest=3) == {"order": []}


def test_every_older_version_has_its_migration() -> None:
    assert set(migrations.MIGRATIONS) == set(range(1, migrations.VERSION))


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, **changes: bytes | None) -> Path:
    """The file with other members; a name's slashes and dots are given as double underscores."""
    found: dict[str, bytes | None] = dict(members(path))
    found |= {name.replace("___", "/").replace("__", "."): content for name, content in changes.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in found.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(CannotOpen) as caught:
        open_project(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(members(path)["project.json"])
    return found


def npy(shape: str, kind: str = "<f4", data: bytes = b"") -> bytes:
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}}}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def test_a_newer_version_is_named_with_its_program(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    newer = {**document(path), "version": migrations.VERSION + 1, "netbuilder": "9.9", "project": "of another form"}
    sentence = refusal(rewritten(path, project__json=json.dumps(newer).encode()))
    assert "made by a newer netbuilder (9.9)" in sentence


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no zip at all",
        b"PK\5\6" + bytes(18),
        b"PK\5\6" + bytes(6) + b"\xff\xff" + bytes(10),
        b"%!PS-Adobe" + bytes(1000),
    ],
    ids=["empty", "text", "no members", "65,535 members", "PostScript"],
)
def test_what_is_no_project_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.netbuilder"
    path.write_bytes(content)
    refusal(path)


def test_missing_files_folders_and_pipes_are_refused_at_once(tmp_path: Path) -> None:
    refusal(tmp_path / "nowhere.netbuilder")
    (tmp_path / "folder.netbuilder").mkdir()
    refusal(tmp_path / "folder.netbuilder")
    os.mkfifo(tmp_path / "pipe.netbuilder")
    refusal(tmp_path / "pipe.netbuilder")


DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe",
        b"[]",
        b"{",
        b'{"format": NaN}',
        b'{"format": 1e999}',
        b'{"format": ' + b"9" * 5000 + b"}",
        b'{"format": "netbuilder project", "format": "netbuilder project"}',
        DEEP,
        b'{"format": "another", "version": 1}',
        b'{"format": "netbuilder project"}',
        b'{"format": "netbuilder project", "version": true, "project": {}}',
        b'{"format": "netbuilder project", "version": 0, "project": {}}',
        b'{"format": "netbuilder project", "version": 1, "project": {"layers": [{"name": "a", "layer": {"kind": "x"}}]}}',
        b'{"format": "netbuilder project", "version": 1, "project": {"layers": []}}',
    ],
    ids=lambda text: text[:24].decode("latin-1"),
)
def test_json_that_is_not_strict_or_no_project_is_refused(text: bytes, tmp_path: Path) -> None:
    refusal(rewritten(saved(tmp_path / "a.netbuilder"), project__json=text))


@pytest.mark.parametrize(
    "old, new, says",
    [
        (b'"units": 10', b'"units": 0', "Units must be a whole number from 1"),
        (b'"kind": "dense"', b'"kind": "lambda"', "no layer named 'lambda'"),
        (b'"epochs": 12', b'"epochs": 1e999', "a number beyond all bounds"),
        (b'"epochs": 12', b'"epochs": 12, "epochs": 13', "stands twice"),
        (b'"epochs": 12', b'"spells": 12', "no setting named spells"),
    ],
)
def test_a_refused_project_is_told_what_is_wrong_with_it(old: bytes, new: bytes, says: str, tmp_path: Path) -> None:
    save(tmp_path / "a.netbuilder", Contents(PROJECT))
    text = members(tmp_path / "a.netbuilder")["project.json"]
    assert text.count(old) == 1
    assert says in refusal(rewritten(tmp_path / "a.netbuilder", project__json=text.replace(old, new)))


@pytest.mark.parametrize(
    "name",
    ["../evil.json", "/etc/passwd.json", "a\\b.json", "trained/weights/../x.npy", "project.json.exe", "X.json"],
)
def test_names_that_lead_elsewhere_are_refused(name: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"{}")
    assert "as none should be" in refusal(path)


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("project.json", b"{}")
    assert "same name" in refusal(path)


def test_more_members_than_any_project_has_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.netbuilder"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(40_001):
            archive.writestr(f"trained/weights/{number}.npy", b"")
    assert "too many parts" in refusal(path)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = rewritten(saved(tmp_path / "a.netbuilder"), project__json=b" " * (9 << 20))
    assert "too large" in refusal(path)


WEIGHT = "trained___weights___000__npy"
RIGHT = np.zeros((64, 10), np.float32).tobytes()


@pytest.mark.parametrize(
    "content",
    [
        npy("(64, 10)", "|O", b"\x80\x04K\x01." * 640),
        npy("(1000000000000,)"),
        npy("(" + "1, " * 70 + ")"),
        npy("(64, 10)", data=RIGHT[:-1]),
        npy("(64, 10)", data=RIGHT + b"\0"),
        npy("(64, 10)", ">f4", RIGHT),
        npy("(64, 10)", "<f8", RIGHT + RIGHT),
        npy("(65, 10)", data=np.zeros((65, 10), np.float32).tobytes()),
        npy("(-64, -10)", data=RIGHT),
        npy("(64, 10), 'x': __import__('os').abort()", data=RIGHT),
        b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 65535,
        b"\x93NUMPY\x03\x00" + bytes(100),
        b"\x80\x04K\x01.",
        None,
    ],
    ids=[
        "objects",
        "a trillion numbers",
        "70 axes",
        "cut",
        "longer",
        "big-endian",
        "float64",
        "another shape",
        "negative shape",
        "an expression",
        "long header",
        "version 3",
        "pickle",
        "missing",
    ],
)
def test_arrays_that_are_not_what_is_expected_are_refused(content: bytes | None, tmp_path: Path) -> None:
    refusal(rewritten(saved(tmp_path / "a.netbuilder"), **{WEIGHT: content}))


@pytest.mark.parametrize("scale", [[], [1.0] * 3, 1e39, [1.0] * 7 + [1e39]])
def test_a_scaling_that_is_not_one_of_the_network_is_refused(scale: Any, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    plain = json.loads(members(path)["trained/trained.json"])
    plain["scaling"] = {"scale": scale, "offset": 0.0}
    assert "its scaling is not that of its network" in refusal(
        rewritten(path, trained___trained__json=json.dumps(plain).encode())
    )


def test_weights_of_another_network_are_refused_before_it_is_made(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    described = json.loads(members(path)["trained/trained.json"])
    described["project"]["layers"][1]["layer"]["units"] = 1_000_000
    text = json.dumps(described).encode()
    assert "not those of its network" in refusal(rewritten(path, trained___trained__json=text))


@pytest.mark.parametrize(
    "change",
    [
        {"weights": 3},
        {"weights": -1},
        {"weights": 10**9},
        {"scaling": {"scale": "1", "offset": 0.0}},
        {"scaling": []},
        {"reached": {"loss": "low"}},
        {"versions": None},
        {"project": None},
    ],
    ids=str,
)
def test_a_description_of_the_network_that_is_not_complete_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    described = json.loads(members(path)["trained/trained.json"]) | change
    refusal(rewritten(path, trained___trained__json=json.dumps(described).encode()))


def test_a_flipped_byte_anywhere_never_ends_in_a_traceback(tmp_path: Path) -> None:
    content = saved(tmp_path / "a.netbuilder").read_bytes()
    path = tmp_path / "b.netbuilder"
    refused = 0
    for at in range(0, len(content), 7):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x41]) + content[at + 1 :])
        try:
            open_project(path)
        except CannotOpen:
            refused += 1
    assert refused > len(content) // 14  # most bytes are under a checksum; dates and the like are not


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    content = saved(tmp_path / "a.netbuilder").read_bytes()
    path = tmp_path / "b.netbuilder"
    for length in range(0, len(content), 13):
        path.write_bytes(content[:length])
        refusal(path)


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    content = path.read_bytes()
    weights = members(path)["trained/weights/000.npy"]
    at = content.index(weights[200:300])
    path.write_bytes(content[:at] + bytes(100) + content[at + 100 :])
    assert "damaged" in refusal(path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\1\2")
    content[at + 8] |= 1
    path.write_bytes(bytes(content))
    refusal(path)


def test_garbage_between_the_members_does_not_matter_but_a_comment_does(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"PK\5\6" + bytes(18)
    refusal(path)


def test_arrays_that_would_unpack_to_more_than_the_file_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    found = members(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    assert "packed in an unusual way" in refusal(path)


def test_parts_that_lie_upon_each_other_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    content, name = bytearray(path.read_bytes()), b"trained/weights/000.npy"
    entry = content.rindex(name) - 46
    grown = struct.unpack_from("<L", content, entry + 20)[0] + len(content)
    struct.pack_into("<LL", content, entry + 20, grown, grown)  # as long as all that follows it, and more
    path.write_bytes(content)
    assert "lie upon each other" in refusal(path)


def test_deflated_garbage_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.netbuilder")
    packed = zlib.compress(members(path)["project.json"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("project.json", packed)
    path.write_bytes(out.getvalue())
    refusal(path)


def test_a_file_that_shrinks_while_it_is_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "a.netbuilder")
    whole = disk.opened

    @contextlib.contextmanager
    def shrinking(asked: Path) -> Iterator[tuple[BinaryIO, int]]:
        with whole(asked) as (file, size):
            os.truncate(asked, 5)
            yield file, size

    monkeypatch.setattr(disk, "opened", shrinking)
    assert "damaged" in refusal(path)
