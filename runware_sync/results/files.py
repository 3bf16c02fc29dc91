"""What comes as files: things in three dimensions, and trained models."""

from typing import TYPE_CHECKING, ClassVar, Self

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.results.base import Content, Record, Result, exhibit_of

if TYPE_CHECKING:
    from runware_sync.display import Html

__all__ = ["FileOutputs", "OutputFile", "ThreeD", "TrainedModel"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class OutputFile(Record):
    """One file that a task has made."""

    uuid: str | None = field(default=None, metadata=about("UUID of the stored file; it can be given to later calls."))
    url: str | None = field(default=None, metadata=about("Link to the file; it expires.", aliases=("fileURL",)))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class FileOutputs(Record):
    """The files that a task has made."""

    files: list[OutputFile] | None = field(default=None, metadata=about("The files."))


def _first(outputs: FileOutputs | None) -> OutputFile:
    return outputs.files[0] if outputs is not None and outputs.files else OutputFile()


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Filed(Content):
    """A result of one or more files; `read` and `save` are about the first, `Results(its.files).save` about all."""

    outputs: FileOutputs | None = field(default=None, metadata=about("The files."))

    @property
    def files(self) -> tuple[Self, ...]:
        """Its files, each to be read and saved by itself."""
        files = self.outputs.files if self.outputs is not None and self.outputs.files else []
        return tuple(self._alone(file) for file in files)

    def _alone(self, file: OutputFile) -> Self:
        made = type(self)(task_type=self.task_type, task_uuid=self.task_uuid, outputs=FileOutputs(files=[file]))
        # fetched in the way that was meant for the whole
        made.__dict__.update({name: value for name, value in self.__dict__.items() if name == "_route"})
        return made

    @property
    def uuid(self) -> str | None:
        """The UUID under which the service keeps the first file; it can be given to later calls."""
        return _first(self.outputs).uuid

    @property
    def url(self) -> str | None:
        """Where the first file can be fetched, for as long as the link lives."""
        return _first(self.outputs).url

    @property
    def inline(self) -> str | None:
        """Nothing: files come as links."""
        return None


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ThreeD(Filed):
    """A thing in three dimensions; `read` and `save` are about its first file, `Results(its.files).save` about all."""

    family: ClassVar[str] = "mesh"

    seed: int | None = field(default=None, metadata=about("Seed that made this thing."))
    nsfw_content: bool | None = field(
        default=None, metadata=about("Whether the safety check found adult content; `None` if it was off.")
    )

    def _display(self) -> "Html":
        """Return all of its files as links with their sizes."""
        if len(self.files) < 2:
            return super()._display()
        from runware_sync.gallery.exhibits import dollars, on_a_wall

        return on_a_wall([exhibit_of(file) for file in self.files], f"{len(self.files)} files", dollars(self.cost))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TrainedModel(Filed):
    """A model that has been trained; it can be given as `model`, and its weights can be read and saved."""

    family: ClassVar[str] = "weights"

    air: str | None = field(default=None, metadata=about("AIR identifier under which it can be used."))
    progress: int | None = field(default=None, metadata=about("How far it is, 0 to 100."))

    def _display(self) -> "Html":
        """Return what is known of it; weights are nothing to look at."""
        return Result._display(self)  # noqa: SLF001 - its own, past that of files
