"""What MNIST and Fashion-MNIST share as data sources: everything but their names, classes and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from netbuilder import disk
from netbuilder.data import mnist_files
from netbuilder.data.examples import Cancelled, CannotRead, DataMissing, Examples, Tell
from netbuilder.data.known import known
from netbuilder.data.remote import Remote
from netbuilder.data.shares import refuse_unasked
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.rules import text
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.words import _, plural


@dataclass(frozen=True, slots=True)
class LikeMnist:
    """A data set in MNIST's layout, from the user's files, a cache, or a download that the user asked for."""

    path: str = text(
        _("File or folder"),
        path=True,
        help=_("the four IDX files or an .npz; empty: what was downloaded, by this program or by Keras"),
    )

    title: ClassVar[str]
    classes: ClassVar[tuple[str, ...]]
    files: ClassVar[tuple[Remote, ...]]
    cached_as: ClassVar[str]  # the folder of its own downloads, in the program's cache
    keras_caches_as: ClassVar[tuple[str, ...]]  # the files or folders in Keras's cache

    def facts(self, split: Split) -> DataFacts:
        return known(
            split,
            count=mnist_files.COUNT,
            shape=(mnist_files.SIDE, mnist_files.SIDE),
            value_range=(0.0, 255.0),
            classes=self.classes,
            own_test=mnist_files.TEST,
        )

    def usual_split(self) -> Split:
        return Split(validation=5000.0)

    def summary(self) -> str:
        return Path(self.path).name or plural("{count} picture", "{count} pictures", mnist_files.COUNT)

    def read_from(self) -> tuple[Path, ...]:
        try:
            found = self._found()
        except CannotRead:
            return ()
        return () if found is None else found.paths

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        found = self._found()
        if found is None:
            message = _(
                "{title} is not on this computer: choose its files, press Download, "
                "or give --download on the command line."
            )
            raise DataMissing(message.format(title=self.title))
        examples = mnist_files.read(found, self.classes, tell, cancelled)
        self._refuse_another(examples)
        return examples

    def _refuse_another(self, examples: Examples) -> None:
        """Digits would be trained and answered as shirts and bags: the files have the same names and sizes."""
        import hashlib

        digest = hashlib.sha256(mnist_files.test_labels(examples.targets)).hexdigest()
        for entry in source:
            files = () if isinstance(self, entry.kind) else getattr(entry.kind, "files", ())
            if any(file.unpacked and file.sha256 == digest for file in files):
                message = _("“{path}” holds {other}, not {title}: choose other files, or {other} as the data.")
                raise CannotRead(message.format(path=self.path or self.folder(), other=entry.title, title=self.title))

    def present(self) -> bool:
        """Whether the data can be read without a download: the user chose files, or a cache holds them."""
        return bool(self.path) or self._kept() is not None

    def remote(self) -> tuple[Remote, ...]:
        """The files to download."""
        return self.files

    def folder(self) -> Path:
        """Where the downloaded files are kept."""
        return disk.cache_folder() / self.cached_as

    def _found(self) -> mnist_files.Found | None:
        if not self.path:
            return self._kept()
        refuse_unasked(self.path)
        return mnist_files.chosen(disk.at_home(self.path))

    def _kept(self) -> mnist_files.Found | None:
        keras = mnist_files.keras_folder()
        return mnist_files.kept((self.folder(), *(keras / name for name in self.keras_caches_as)))
