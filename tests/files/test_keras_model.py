"""Keras files that hurt elsewhere: each way is refused in one sentence, which says what is wrong with which file."""

import io
import json
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from netbuilder import disk
from netbuilder.files.keras_model import NotAModel, read_keras_model

GOLDEN = Path(__file__).parent.parent / "golden" / "keras"
Change = Callable[[Any], object]


@pytest.fixture(scope="module")
def genuine() -> dict[str, dict[str, bytes]]:
    """The members of two genuine files: of a Sequential network, and of a functional one."""
    (newest,) = GOLDEN.glob("3.15.*.tar.xz")
    found = {}
    with tarfile.open(newest) as archive:
        for name in ("sequential", "functional"):
            with zipfile.ZipFile(archive.extractfile(f"{name}.keras")) as inside:
                found[name] = {member: inside.read(member) for member in inside.namelist()}
    return found


class Changed:
    """Writes a genuine file with something changed, and tells what is said of it."""

    def __init__(self, genuine: dict[str, dict[str, bytes]], path: Path) -> None:
        self._genuine, self.path = genuine, path

    def write(
        self,
        config: Change = lambda _plain: None,
        weights: Change = lambda _file: None,
        *,
        base: str = "sequential",
        members: dict[str, bytes | None] | None = None,
        packing: int = zipfile.ZIP_STORED,
    ) -> None:
        parts: dict[str, bytes | None] = dict(self._genuine[base])
        plain = json.loads(parts["config.json"] or b"")
        config(plain)
        parts["config.json"] = json.dumps(plain).encode()
        content = io.BytesIO(parts["model.weights.h5"] or b"")
        with h5py.File(content, "r+") as file:
            weights(file)
        parts["model.weights.h5"] = content.getvalue()
        parts |= members or {}
        with zipfile.ZipFile(self.path, "w", packing) as archive:
            for name, data in parts.items():
                if data is not None:
                    archive.writestr(name, data)

    def says(self, *changes: Change, **more: Any) -> str:
        self.write(*changes, **more)
        return self.said()

    def said(self) -> str:
        with pytest.raises(NotAModel) as refusal:
            read_keras_model(self.path)
        words = str(refusal.value)
        assert words.startswith(f"“{self.path.name}” is not opened as a Keras model, since ")
        assert words.endswith((": choose another file.", ": save it anew with Keras 3, and open that."))
        assert "\n" not in words
        assert len(words) < 300
        assert words.replace("\N{NO-BREAK SPACE}", " ").isprintable()
        return words


@pytest.fixture
def changed(genuine: dict[str, dict[str, bytes]], tmp_path: Path) -> Changed:
    return Changed(genuine, tmp_path / "a.keras")


def layers(plain: Any) -> list[Any]:
    return plain["config"]["layers"]


def dense(plain: Any) -> dict[str, Any]:
    return next(one for one in layers(plain) if one["class_name"] == "Dense")["config"]


def set_in(pick: Callable[[Any], dict[str, Any]], **values: Any) -> Change:
    return lambda plain: pick(plain).update(values)


def first(kind: str) -> Callable[[Any], dict[str, Any]]:
    return lambda plain: next(one for one in layers(plain) if one["class_name"] == kind)["config"]


LAMBDA = {"module": "builtins", "class_name": "__lambda__", "config": {"value": "4wEA"}}
FOREIGN = {"module": "os", "class_name": "system", "config": {"command": "true"}, "registered_name": None}
EVAL = {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "eval"}
POLICY = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_float16"}, "registered_name": None}
CONV = {"module": "keras.layers", "class_name": "Conv2D", "config": {"name": "c"}, "registered_name": None}


@pytest.mark.parametrize("base", ["sequential", "functional"])
def test_the_unchanged_file_opens(changed: Changed, base: str) -> None:
    changed.write(base=base)
    found = read_keras_model(changed.path)
    assert len(found.layers) in (12, 13)
    assert found.remarks == ()


@pytest.mark.parametrize(
    "change, says",
    [
        (set_in(dense, trainable="no"), "“first” is not taken: it has the setting “trainable” = 'no'"),
        (set_in(dense, units=0), "Units must be a whole number from 1"),
        (set_in(dense, units=10**30), "Units must be"),
        (set_in(dense, units=True), "Units must be"),
        (set_in(dense, units="7"), "Units must be"),
        (lambda plain: dense(plain).pop("units"), "its setting “units” is missing"),
        (set_in(dense, activation="nonsense"), "Activation is 'nonsense', which netbuilder does not know"),
        (set_in(dense, activation=LAMBDA), "runs no code of a file"),
        (set_in(dense, activation=FOREIGN), "does not know: 'system'"),
        (set_in(dense, dtype="float16"), "“dtype” = 'float16'"),
        (set_in(dense, dtype={**FOREIGN, "module": "keras", "class_name": "QuantizedDTypePolicy"}), "“dtype”"),
        (set_in(dense, dtype=POLICY), "“dtype” = DTypePolicy 'mixed_float16'"),
        (set_in(dense, lora_rank=4), "“lora_rank” = 4"),
        (set_in(dense, surprise=1), "“surprise” = 1"),
        (set_in(dense, **{"a\nb\ud800": 1}), "“a\ufffdb\ufffd” = 1"),
        (set_in(dense, name="a\n" * 100, units=0), "its layer “a\ufffda\ufffd"),
        (
            set_in(dense, kernel_initializer={**FOREIGN, "module": "builtins"}),
            "an object that netbuilder does not know",
        ),
        (set_in(dense, kernel_initializer=EVAL), "Initializer is 'eval'"),
        (set_in(dense, bias_initializer=EVAL), "“bias_initializer” = 'eval'"),
        (set_in(dense, bias_initializer={**CONV, "module": "keras.initializers"}), "“bias_initializer” = Conv2D"),
        (set_in(dense, activation=EVAL), "Activation is 'eval'"),
        (set_in(dense, activity_regularizer={**CONV, "module": "keras.regularizers", "class_name": "L2"}), "L2"),
        (set_in(dense, kernel_constraint={**CONV, "module": "keras.constraints", "class_name": "NonNeg"}), "NonNeg"),
        (set_in(first("BatchNormalization"), axis=3), "“axis” = 3"),
        (set_in(first("BatchNormalization"), momentum=2.0), "Momentum must be a number"),
        (set_in(first("BatchNormalization"), renorm=True), "“renorm” = True"),
        (set_in(first("Dropout"), rate=1.0), "Dropped share must be"),
        (set_in(first("Dropout"), noise_shape=[1, 2]), "“noise_shape”"),
        (set_in(first("Dropout"), name=["a", {"b": 1}]), "it holds a setting that is no value"),
        (set_in(first("InputLayer"), batch_shape=[None, 0]), "its input has the shape"),
        (set_in(first("InputLayer"), batch_shape=[None, 10**9]), "its input has the shape"),
        (set_in(first("InputLayer"), batch_shape=[None, None]), "its input has the shape"),
        (set_in(first("InputLayer"), batch_shape=[None] + [2] * 70), "its input has the shape"),
        (set_in(first("InputLayer"), batch_shape=[None]), "its input has the shape"),
        (set_in(first("InputLayer"), sparse=True), "no plain float32|not one of plain float32"),
        (set_in(first("InputLayer"), dtype="int32"), "not one of plain float32"),
        (set_in(first("Rescaling"), scale=[1.0, 2.0]), "neither one number nor one for each column"),
        (set_in(first("Rescaling"), scale=[[1.0]] * 4), "neither one number"),
        (set_in(first("Rescaling"), scale=10**39), "neither one number"),
        (set_in(first("Rescaling"), name="a", axis=1), "its scaling has settings"),
        (lambda plain: layers(plain).insert(2, CONV), "knows no layer “Conv2D”"),
        (lambda plain: layers(plain).insert(2, {**CONV, "class_name": "Lambda"}), "knows no layer “Lambda”"),
        (lambda plain: layers(plain).insert(2, FOREIGN), "does not know: 'system'"),
        (lambda plain: layers(plain).insert(2, {**FOREIGN, "class_name": "Functional"}), "a model within the model"),
        (lambda plain: layers(plain).insert(2, layers(plain)[1]), "knows no layer “Rescaling”"),
        (lambda plain: layers(plain)[3].update(registered_name="mine>Dense"), "registered as 'mine>Dense'"),
        (lambda plain: layers(plain)[3].update(module="mine.keras.layers"), "an object that netbuilder does not know"),
        (lambda plain: layers(plain)[3].update(module=7), "an object that netbuilder does not know"),
        (lambda plain: layers(plain)[3].update(class_name="../../Dense"), "an object that netbuilder does not know"),
        (lambda plain: layers(plain)[3].update(config=[]), "an object that netbuilder does not know"),
        (lambda plain: layers(plain)[3].update(extra=1), "an object that netbuilder does not know"),
        (lambda plain: plain["config"].update(layers=[]), "its layers are no list"),
        (lambda plain: plain["config"].update(layers=layers(plain)[:2]), "its network has no layers"),
        (lambda plain: plain["config"].update(layers=layers(plain) * 100), "its layers are no list of 1 to 1,000"),
        (lambda plain: plain["config"].update(layers={"a": 1}), "its layers are no list"),
        (lambda plain: plain["config"].update(dtype="mixed_float16"), "other numbers than float32"),
        (lambda plain: plain["config"].update(build=1), "a setting “build”"),
        (lambda plain: plain.update(class_name="Mine"), "its network is a 'Mine'"),
        (lambda plain: plain.update(module="mine"), "none of Keras's"),
        (lambda plain: plain.update(config=3), "should be an object"),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_a_network_that_is_not_ours_is_refused_with_what_and_where(changed: Changed, change: Change, says: str) -> None:
    found = changed.says(change)
    assert any(part in found for part in says.split("|")), found


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda nodes: nodes[3].clear(), "“flatten” takes other inputs|“first” takes other inputs"),
        (lambda nodes: nodes[4].append(nodes[4][0]), "takes other inputs"),
        (lambda nodes: nodes[4][0]["args"][0]["config"].update(keras_history=["pixels", 0, 0]), "takes other inputs"),
        (lambda nodes: nodes[4][0]["args"][0]["config"].update(keras_history=["first", 0, 1]), "takes other inputs"),
        (lambda nodes: nodes[4][0]["kwargs"].update(training=True), "takes other inputs"),
        (lambda nodes: nodes[4][0]["kwargs"].update(mask={"a": 1}), "takes other inputs"),
        (lambda nodes: nodes[0].append({"args": [], "kwargs": {}}), "takes other inputs"),
    ],
)
def test_a_functional_network_that_is_no_chain_is_refused(changed: Changed, change: Change, says: str) -> None:
    found = changed.says(lambda plain: change([one["inbound_nodes"] for one in layers(plain)]), base="functional")
    assert any(part in found for part in says.split("|"))


@pytest.mark.parametrize("key", ["input_layers", "output_layers"])
def test_a_functional_network_with_other_ends_is_refused(changed: Changed, key: str) -> None:
    change = set_in(lambda plain: plain["config"], **{key: [["first", 0, 0], ["pixels", 0, 0]]})
    assert "other inputs or outputs" in changed.says(change, base="functional")


def test_a_functional_network_whose_ends_have_names_opens(changed: Changed) -> None:
    ends: Change = lambda plain: plain["config"].update(  # noqa: E731
        {key: {"own": plain["config"][key]} for key in ("input_layers", "output_layers")}
    )
    changed.write(ends, base="functional")
    assert len(read_keras_model(changed.path).layers) in (12, 13)
    two = set_in(lambda plain: plain["config"], input_layers={"a": ["pixels", 0, 0], "b": ["pixels", 0, 0]})
    assert "other inputs or outputs" in changed.says(two, base="functional")


def test_layers_that_are_called_the_same_are_refused(changed: Changed) -> None:
    change: Change = lambda plain: layers(plain)[4].update(name="first")  # noqa: E731
    assert "no names of their own" in changed.says(change, base="functional")


@pytest.mark.parametrize(
    "compiled, says",
    [
        ({"loss": LAMBDA}, "Its loss was left out: it holds a function that its author wrote"),
        ({"loss": "mine"}, "Its loss was left out: netbuilder knows no loss “mine”"),
        ({"loss": ["mse", "mae"]}, "Its loss was left out"),
        ({"loss": {**CONV, "module": "keras.losses", "class_name": "CTC"}}, "“CTC”"),
        ({"optimizer": FOREIGN}, "Its optimizer was left out"),
        ({"optimizer": {**CONV, "module": "keras.optimizers", "class_name": "LossScaleOptimizer"}}, "left out"),
        ({"metrics": [LAMBDA]}, "A metric was left out"),
        ({"metrics": {"a": "mse"}}, "Its metrics were left out"),
        ({"metrics": ["mse"] * 1000}, "Its metrics were left out"),
        ({"weighted_metrics": ["mse"]}, "weighted metrics were left out"),
    ],
)
def test_a_training_that_is_not_ours_is_left_out_and_said(changed: Changed, compiled: Any, says: str) -> None:
    changed.write(lambda plain: plain["compile_config"].update(compiled))
    (remark,) = read_keras_model(changed.path).remarks
    assert says in remark
    assert remark.endswith(".")


def test_how_first_weights_were_drawn_is_only_a_remark(changed: Changed) -> None:
    changed.write(set_in(dense, bias_initializer={**CONV, "module": "keras.initializers", "class_name": "Ones"}))
    (remark,) = read_keras_model(changed.path).remarks
    assert "Layer “first”" in remark
    assert "“bias_initializer” = Ones" in remark


def test_a_frozen_layer_learns_here_and_that_is_said(changed: Changed) -> None:
    def freeze(plain: Any) -> None:
        plain["config"]["trainable"] = dense(plain)["trainable"] = first("Rescaling")(plain)["trainable"] = False

    changed.write(freeze)
    found = read_keras_model(changed.path)
    assert found.remarks == ("Layer “first” was frozen, and learns here.",)
    assert len(found.weights) == len(read_unchanged(changed).weights)


def read_unchanged(changed: Changed) -> Any:
    changed.write()
    return read_keras_model(changed.path)


def test_what_is_listed_for_the_only_output_is_taken(changed: Changed) -> None:
    plain = read_unchanged(changed)

    def listed(config: Any) -> None:
        compiled = config["compile_config"]
        compiled.update(loss=[compiled["loss"]], metrics=[compiled["metrics"]])

    changed.write(listed)
    found = read_keras_model(changed.path)
    assert plain.metrics
    assert (found.loss, found.metrics, found.remarks) == (plain.loss, plain.metrics, ())


KERNEL = "layers/dense/vars/0"


def replaced(name: str, make: Callable[[Any, str], object]) -> Change:
    def change(file: Any) -> None:
        del file[name]
        make(file, name)

    return change


def external(file: Any, name: str) -> None:
    file.create_dataset(name, (4, 7), "f4", external=[("/etc/passwd", 0, 112)])


def virtual(file: Any, name: str) -> None:
    layout = h5py.VirtualLayout((4, 7), "f4")
    layout[:] = h5py.VirtualSource("/tmp/other.h5", "data", (4, 7))
    file.create_virtual_dataset(name, layout)


def committed(file: Any, name: str) -> None:
    file["a_type"] = np.dtype("f4")
    file.create_dataset(name, (4, 7), file["a_type"])


def at_odds(**more: Any) -> Change:
    return replaced(KERNEL, lambda file, name: file.create_dataset(name, **more))


@pytest.mark.parametrize(
    "change, says",
    [
        (replaced(KERNEL, external), "stored in an unusual way"),
        (replaced(KERNEL, virtual), "stored in an unusual way"),
        (replaced(KERNEL, committed), "something that is no array"),
        (at_odds(data=np.zeros((4, 7), "f4"), chunks=(2, 7)), "stored in an unusual way"),
        (at_odds(data=np.zeros((4, 7), "f4"), compression="gzip"), "stored in an unusual way"),
        (at_odds(shape=(4, 7), dtype="f4"), "are not stored in it"),
        (at_odds(shape=(10**6, 10**6), dtype="f4"), "of shape (1000000, 1000000), but float32 of shape (4, 7)"),
        (at_odds(data=np.zeros((7, 4), "f4")), "of shape (7, 4), but float32 of shape (4, 7)"),
        (at_odds(data=np.zeros((4, 7), "f8")), "are float64"),
        (at_odds(data=np.zeros((4, 7), ">f4")), "are other values of shape (4, 7)"),
        (at_odds(data=np.zeros((4, 7), "i4")), "are int32"),
        (at_odds(data=np.zeros((4, 7), [("a\n", "f4")])), "weights “layers/dense/vars/0” are"),
        (replaced(KERNEL, lambda file, name: file.create_dataset(name, data="text")), "are other values"),
        (replaced(KERNEL, lambda file, name: file.create_group(name)), "not numbered|are 1 arrays"),
        (replaced(KERNEL, lambda file, name: None), "not numbered"),
        (lambda file: file.__setitem__("layers/dense/vars/2", np.zeros(3, "f4")), "are 3 arrays, but 2"),
        (lambda file: file.__setitem__("layers/dense/vars/x", np.zeros(3, "f4")), "not numbered"),
        (replaced(KERNEL, lambda file, name: file.__setitem__(name, h5py.SoftLink("/vars"))), "elsewhere"),
        (lambda file: file.__setitem__("a", h5py.ExternalLink("/etc/passwd", "/")), "in another way than Keras"),
        (lambda file: file.__setitem__("layers/again", file["layers"]), "one thing under two names"),
        (lambda file: file.create_group("/".join("abcdefghijkl")), "too many parts"),
        (lambda file: [file.create_group(f"g{place}") for place in range(3000)], "too many parts|too large"),
    ],
)
def test_weights_that_are_not_plain_arrays_of_the_right_shape_are_refused(
    changed: Changed, change: Change, says: str
) -> None:
    found = changed.says(lambda _plain: None, change)
    assert any(part in found for part in says.split("|")), found


def test_numbers_that_are_none_are_said_with_their_layer(changed: Changed) -> None:
    def ruin(file: Any) -> None:
        file[KERNEL][0, 0] = np.nan

    changed.write(weights=ruin)
    (remark,) = read_keras_model(changed.path).remarks
    assert "Layer “first” has weights that are no numbers" in remark


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.__delitem__("optimizer/vars/5"),
        replaced("optimizer/vars/2", lambda file, name: file.__setitem__(name, np.zeros((9, 9), "f4"))),
        replaced("optimizer/vars/2", external),
        lambda file: file.__setitem__("optimizer/vars/28", np.zeros(3, "f4")),
        replaced("optimizer/vars/0", lambda file, name: file.__setitem__(name, np.float32(np.nan))),
        replaced("optimizer/vars/0", lambda file, name: file.__setitem__(name, np.float32(3))),
    ],
)
def test_the_state_of_another_optimizer_is_left_out_and_said(changed: Changed, change: Change) -> None:
    changed.write(weights=change)
    found = read_keras_model(changed.path)
    assert found.optimizer_state == ()
    (remark,) = found.remarks
    assert "state of its optimizer was left out" in remark


@pytest.mark.parametrize(
    "members, says",
    [
        ({"config.json": None}, "its part “config.json” is missing"),
        ({"metadata.json": None}, "its part “metadata.json” is missing"),
        ({"model.weights.h5": None}, "its part “model.weights.h5” is missing"),
        ({"model.weights.h5": b"no HDF5"}, "no HDF5 file"),
        ({"model.weights.h5": b"\x89HDF\r\n\x1a\n" + b"\0" * 500}, "its weights are damaged"),
        ({"model.weights.h5": b"\0" * (3 << 20)}, "“model.weights.h5” is too large|far more than it is"),
        ({"config.json": b"{" * 1000}, "no JSON|too deeply"),
        ({"config.json": b'{"a": NaN}'}, "NaN"),
        ({"config.json": b'{"a": 1, "a": 2}'}, "a name stands twice"),
        ({"config.json": b"[" + b"{}," * 300_000 + b"{}]"}, "it holds too many values"),
        ({"config.json": b"[" + b"1," * 300_000 + b"1]"}, "it holds too many values"),
        ({"config.json": b" " * (5 << 20)}, "“config.json” is too large"),
        ({"config.json": b"[]"}, "should be an object"),
        ({"config.json": b"\xff"}, "no JSON"),
        ({"metadata.json": b'{"keras_version": "2.15.0"}'}, "Keras 2.15.0 wrote it: save it anew with Keras 3"),
        ({"metadata.json": b'{"keras_version": 3}'}, "does not say which Keras"),
        ({"netbuilder.json": b"[]"}, "no object with named values"),
        ({"netbuilder.json": b'{"classes": [1]}'}, "“classes” is not what it should be"),
        ({"../evil": b""}, "is named '../evil', as none should be"),
        ({"/etc/evil": b""}, "as none should be"),
        ({"assets/../../evil": b""}, "as none should be"),
        ({"a\nb": b""}, "as none should be"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_parts_that_are_not_what_they_should_be_are_refused(changed: Changed, members: Any, says: str) -> None:
    found = changed.says(members=members)
    assert any(part in found for part in says.split("|")), found


def test_further_parts_do_no_harm(changed: Changed) -> None:
    changed.write(members={"assets/": b"", "assets/words.txt": b"hello", "README.md": b"# mine"})
    assert read_keras_model(changed.path).remarks == ()


def test_a_project_that_is_none_or_another_ones_is_left_out_and_said(changed: Changed) -> None:
    changed.write(members={"netbuilder.json": b'{"classes": ["a", "b"], "project": {"layers": 3}}'})
    found = read_keras_model(changed.path)
    assert (found.project, found.classes) == (None, ("a", "b"))
    assert "project in the file was left out" in found.remarks[0]


def test_a_bomb_is_refused_without_taking_the_memory(changed: Changed) -> None:
    def wide(plain: Any) -> None:
        for one in layers(plain):
            if one["class_name"] == "Dense":
                one["config"]["units"] = 3000

    tracemalloc.start()
    try:
        zeros = b"\x89HDF\r\n\x1a\n" + b"\0" * (100 << 20)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        with zipfile.ZipFile(changed.path, "w", zipfile.ZIP_DEFLATED) as archive:
            plain = json.loads(changed._genuine["sequential"]["config.json"])
            wide(plain)
            archive.writestr("metadata.json", changed._genuine["sequential"]["metadata.json"])
            archive.writestr("config.json", json.dumps(plain))
            archive.writestr("model.weights.h5", zeros)
        assert "far more than it is" in changed.said()
        assert tracemalloc.get_traced_memory()[1] - before < 20 << 20
    finally:
        tracemalloc.stop()


def test_a_network_that_needs_more_than_this_computer_has_is_refused(changed: Changed) -> None:
    def huge(plain: Any) -> None:
        for one in layers(plain):
            if one["class_name"] == "Dense":
                one["config"]["units"] = 1_000_000

    assert "needs about" in changed.says(huge)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(changed: Changed, packing: int) -> None:
    assert "packed in an unusual way" in changed.says(packing=packing)


def test_deflated_parts_are_accepted(changed: Changed) -> None:
    changed.write(packing=zipfile.ZIP_DEFLATED)
    assert read_keras_model(changed.path).remarks == ()


def spoiled(content: bytes, at: int, data: bytes) -> bytes:
    at = at if at >= 0 else len(content) + at
    return content[:at] + data + content[at + len(data) :]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"#!/bin/sh\n" + content,
        lambda content: content + b"more",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: spoiled(content, -2, struct.pack("<H", 1)),
        lambda content: spoiled(content, -18, struct.pack("<H", 1)),  # the number of this disk
        lambda content: spoiled(content, -14, struct.pack("<H", 2)),  # members on it
        lambda content: spoiled(content, -6, struct.pack("<L", 7)),  # where the directory begins
        lambda content: spoiled(content, -42, b"PK\6\7"),
        lambda content: spoiled(content, 40, b"\xff\xff"),  # a broken local header, or CRC
        lambda content: spoiled(content, 60, b"\0\0\0"),
    ],
)
def test_a_container_in_another_than_the_plain_form_is_refused(changed: Changed, change: Callable[..., bytes]) -> None:
    changed.write()
    changed.path.write_bytes(change(changed.path.read_bytes()))
    changed.said()


def test_a_second_directory_is_refused_though_zipfile_would_read_that_one(changed: Changed) -> None:
    changed.write()
    empty = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 0, 0, 0, 0) + struct.pack(
        "<4sLQL", b"PK\6\7", 0, 0, 1
    )
    with zipfile.ZipFile(changed.path, "a") as archive:
        last = zipfile.ZipInfo("assets/last")
        last.comment = empty
        archive.writestr(last, b"")
    assert zipfile.ZipFile(changed.path).namelist() == []
    assert "it is damaged" in changed.said()


def test_parts_of_one_name_are_refused(changed: Changed) -> None:
    changed.write()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(changed.path, "a") as archive:
        archive.writestr("config.json", "{}")
    assert "two of its parts have the same name" in changed.said()


def test_too_many_parts_are_refused_at_once(changed: Changed) -> None:
    assert "too many parts" in changed.says(members={f"assets/{place}": b"" for place in range(1500)})


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.keras"):
        with pytest.raises(disk.CannotOpen):
            read_keras_model(path)
