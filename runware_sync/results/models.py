"""Models of the catalogue."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from runware_sync.errors import RunwareError
from runware_sync.names import about
from runware_sync.results.base import Record, Result

if TYPE_CHECKING:
    from runware_sync.display import Html

__all__ = ["ModelInfo", "ModelPage", "ModelUploadStatus"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ModelInfo(Record):
    """A model of the catalogue; it can be given as `model`."""

    air: str | None = field(default=None, metadata=about("AIR identifier under which it can be used."))
    name: str | None = field(default=None, metadata=about("Its name."))
    version: str | None = field(default=None, metadata=about("Name of the version."))
    category: str | None = field(default=None, metadata=about("Kind of model."))
    architecture: str | None = field(default=None, metadata=about("Its architecture."))
    type: str | None = field(default=None, metadata=about("Kind of checkpoint."))
    tags: list[Any] | None = field(default=None, metadata=about("Words to find it by."))
    capabilities: list[Any] | None = field(default=None, metadata=about("What it can do."))
    source: str | None = field(default=None, metadata=about("Where it comes from."))
    hero_image: str | None = field(default=None, metadata=about("Link to a picture of it."))
    private: bool | None = field(default=None, metadata=about("Whether only your organisation may use it."))
    is_favorite: bool | None = field(default=None, metadata=about("Whether you have marked it."))
    provider: str | None = field(default=None, metadata=about("Who offers it."))
    comment: str | None = field(default=None, metadata=about("A note."))
    short_description: str | None = field(default=None, metadata=about("What it is, in a line."))
    default_width: int | None = field(default=None, metadata=about("Width that suits it, in pixels."))
    default_height: int | None = field(default=None, metadata=about("Height that suits it, in pixels."))
    default_steps: int | None = field(default=None, metadata=about("Number of steps that suits it."))
    default_scheduler: str | None = field(default=None, metadata=about("Sampling algorithm that suits it."))
    default_cfg: float | None = field(default=None, metadata=about("Guidance scale that suits it."))
    default_strength: float | None = field(default=None, metadata=about("Strength that suits it."))
    conditioning: str | None = field(default=None, metadata=about("What it is guided by, if it is a ControlNet."))
    positive_trigger_words: str | None = field(default=None, metadata=about("Words that call it up."))
    negative_trigger_words: str | None = field(default=None, metadata=about("Words for the negative prompt."))
    default_weight: float | None = field(default=None, metadata=about("Weight that suits it."))
    nsfw_level: int | None = field(default=None, metadata=about("How adult its pictures may be.", wire="nsfwLevel"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ModelPage(Result):
    """Some of the models that a search has found; iterate over it, and fetch the next page."""

    results: list[ModelInfo] | None = field(default=None, metadata=about("The models of this page."))
    total_results: int | None = field(default=None, metadata=about("How many were found in all."))

    def __iter__(self) -> Iterator[ModelInfo]:
        """Iterate over the models of this page."""
        return iter(self.results or ())

    def __len__(self) -> int:
        """Return how many models this page has."""
        return len(self.results or ())

    def __getitem__(self, index: int) -> ModelInfo:
        """Return a model of this page."""
        return (self.results or [])[index]

    def __bool__(self) -> bool:
        """Tell whether there is a model on it."""
        return len(self) > 0

    def __repr__(self) -> str:
        """Show how many models there are, here and in all."""
        return f"ModelPage({len(self)} of {self.total_results} models)"

    def _display(self) -> "Html":
        """Return the models of this page as a table; the pictures of them are links, since they are on other hosts."""
        from runware_sync import display

        models = [{**model.to_dict(), "picture": display.link(model.hero_image, "open") or None} for model in self]
        columns = "name version air category architecture type short_description picture".split()
        count = f"{len(self)} of {self.total_results} models"
        return display.stacked(display.table(models, columns) if models else "", display.caption(count))

    def follow(self, offset: int, fetch: "Callable[[int], ModelPage]") -> None:
        """Say where this page begins, and how another one is fetched; not part of what is compared or pickled."""
        self.__dict__["_place"] = (offset, fetch)

    def next_page(self) -> "ModelPage | None":
        """Fetch the page after this one; `None` if this is the last.

        Raises:
            RunwareError: The page was unpickled, and has no client any more; or the search failed.
        """
        place: Any = self.__dict__.get("_place")
        if place is None:
            raise RunwareError("this page has no client any more; search again, with the offset of the next page")
        offset, fetch = place
        following = offset + len(self)
        if not self or (self.total_results is not None and following >= self.total_results):
            return None
        page: ModelPage = fetch(following)
        return page or None


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ModelUploadStatus(Result):
    """The state of a model that is being added; the last one is `'ready'`. It can be given as `model`."""

    status: str | None = field(  # which is what it tells, and plays its part in a comparison
        default=None, repr=False, metadata=about("How far it is, such as `'validated'` or `'ready'`.")
    )
    message: str | None = field(default=None, metadata=about("What the service says of it."))
    air: str | None = field(default=None, metadata=about("AIR identifier under which it can be used."))
