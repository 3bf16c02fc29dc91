"""One request in many variations."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pictures import several
from PIL import Image as Pixels

from runware_sync import ContentPolicyError, Grid, ImageInference, Results, RunwareError, TextInference, grid, recipe
from runware_sync.requests import Request
from runware_sync.results import Image, Text

FOX = ImageInference("a fox", model="m", seed=7, task_uuid="6d8f9a10-1c2b-4f3e-9a7d-0123456789ab")
REFUSED = ContentPolicyError("no foxes, please", task_uuid="t-9")


class Client:
    """A client that gives what a test has prepared."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = outcomes
        self.asked: list[Any] = []

    def map(
        self, requests: Iterable[Request[Any]], /, *, ordered: bool = True, return_exceptions: bool = False
    ) -> Iterator[Any]:
        assert ordered
        assert return_exceptions
        self.asked = list(requests)
        for outcome in self.outcomes or [several(1)] * len(self.asked):
            if isinstance(outcome, KeyboardInterrupt):
                raise outcome
            yield outcome


def test_every_combination_is_asked_for_once() -> None:
    """The last parameter changes fastest; everything else stays as it was."""
    client = Client()

    made = grid(client, FOX, steps=[4, 20], cfg_scale=(2, 7))

    assert [(4, 2), (4, 7), (20, 2), (20, 7)] == [(each.steps, each.cfg_scale) for each in client.asked]
    assert {("a fox", "m", 7)} == {(each.positive_prompt, each.model, each.seed) for each in client.asked}
    assert tuple(client.asked) == made.requests
    assert [{"steps": 4, "cfg_scale": 2}, {"steps": 4, "cfg_scale": 7}] == [cell.values for cell in made.cells[:2]]


def test_each_cell_is_a_purchase_of_its_own() -> None:
    """A UUID that the request had would be that of all of them."""
    client = Client()

    grid(client, FOX, steps=[4, 20])

    assert [None, None] == [each.task_uuid for each in client.asked]
    assert FOX.task_uuid is not None


@pytest.mark.parametrize("values", [[1, 2], (1, 2), range(1, 3), iter([1, 2]), {1: 0, 2: 0}.keys()])
def test_values_come_from_anything_iterable(values: Any) -> None:
    """Also from what can be gone through only once."""
    assert 4 == len(grid(Client(), FOX, seed=values, steps=[4, 20]))


@pytest.mark.parametrize(
    ("axes", "kind", "words"),
    [
        ({}, TypeError, "takes the parameters to vary"),
        ({"stepps": [1]}, TypeError, "no parameter 'stepps'; did you mean 'steps'"),
        ({"task_uuid": ["a"]}, TypeError, "no parameter 'task_uuid'"),
        ({"steps": 4}, TypeError, "steps takes a list of values, not a single int"),
        ({"scheduler": "Euler"}, TypeError, "scheduler takes a list of values, not a single str"),
        ({"lora": {"model": "a"}}, TypeError, "not a single dict"),
        ({"steps": []}, ValueError, "steps has no values"),
        ({"steps": [4, "many"]}, TypeError, "steps='many'"),
        ({"strength": [0.5, 7]}, ValueError, "strength=7"),
    ],
)
def test_mistakes_are_found_before_anything_is_bought(axes: dict[str, Any], kind: type[Exception], words: str) -> None:
    """Whichever cell they are in."""
    client = Client()

    with pytest.raises(kind, match=words):
        grid(client, FOX, **axes)

    assert [] == client.asked


def test_a_failed_cell_leaves_the_others() -> None:
    """It holds its error, and what had arrived counts as paid."""
    partly = RunwareError("half of it", task_uuid="t-8", results=list(several(2)))

    made = grid(Client(several(2), REFUSED, partly), FOX, steps=[1, 2, 3])

    assert [None, REFUSED, partly] == [cell.error for cell in made]
    assert (several(2), REFUSED, partly) == made.results
    assert made.cells[1].result is None
    assert 0.004 == made.cost
    assert ["t-1", "t-9", "t-8"] == [cell.task_uuid for cell in made]


def test_when_all_cells_fail_the_first_error_is_raised() -> None:
    """A wrong key is no grid of errors."""
    with pytest.raises(ContentPolicyError, match="no foxes") as caught:
        grid(Client(REFUSED, RunwareError("other")), FOX, steps=[1, 2])

    assert caught.value is REFUSED


def test_an_interrupt_tells_which_cells_were_done() -> None:
    """They were paid for, and can be collected."""
    with pytest.raises(KeyboardInterrupt) as caught:
        grid(Client(several(1), several(1), KeyboardInterrupt()), FOX, steps=[1, 2, 3])

    assert ["these cells were done; client.job(uuid).result() has them: t-1, t-1"] == caught.value.__notes__


def test_the_table_has_a_row_for_each_cell() -> None:
    """As text, and as dicts for pandas."""
    made = grid(Client(several(1), REFUSED), FOX, positive_prompt=["a fox", "a\nhare"])

    assert (
        "positive_prompt  seed  cost   error\n"
        "a fox            7     0.001\n"
        "a hare                        ContentPolicyError: task t-9: no foxes, please"
    ) == str(made)
    assert {
        "positive_prompt": "a fox",
        "cost": 0.001,
        "task_uuid": "t-1",
        "seed": 7,
        "uuid": "u-0",
        "url": None,
        "error": None,
    } == made.to_dicts()[0]
    assert "error" not in grid(Client(), FOX, steps=[1]).table()


def test_a_label_never_holds_a_file() -> None:
    """Media can be varied like anything else; so can nested objects."""
    data = several(1)[0].read()

    made = grid(Client(), FOX, seed_image=[data], lora=[[{"model": "a:1@1"}]])

    assert f"seed_image=<{len(data)} bytes>, lora=[{{'model': 'a:1@1'}}]" == made.cells[0].label
    assert len(made.table()) < 300


@pytest.mark.parametrize(
    ("axes", "columns", "shape"),
    [
        ({"steps": [1, 2], "cfg_scale": [1, 2, 3]}, None, (3, 2)),
        ({"steps": range(1, 7)}, None, (4, 2)),
        ({"steps": [1, 2]}, None, (2, 1)),
        ({"steps": [1, 2], "cfg_scale": [1, 2, 3]}, 6, (6, 1)),
    ],
)
def test_the_sheet_is_laid_out_like_the_axes(axes: dict[str, Any], columns: int | None, shape: tuple[int, int]) -> None:
    """The last parameter runs from left to right."""
    made = grid(Client(), FOX, **axes).sheet(columns)

    unit = several(1).contact_sheet()
    wide, tall = several(2).contact_sheet(), several(2).contact_sheet(1)
    step = wide.width - unit.width, tall.height - unit.height
    header = grid(Client(), FOX, steps=[1]).sheet().height - unit.height
    assert shape == ((made.width - unit.width) // step[0] + 1, (made.height - header - unit.height) // step[1] + 1)


def test_the_sheet_labels_its_cells_and_shows_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was varied, the seed, the size and the price of each."""
    drawn: dict[str, Any] = {}

    def recorded(panels: list[Any], **how: Any) -> Pixels.Image:
        drawn.update(how, panels=panels)
        return Pixels.new("RGB", (1, 1))

    monkeypatch.setattr("runware_sync.gallery.sheet.contact_sheet", recorded)

    grid(Client(several(3), REFUSED), FOX, steps=[4, 20]).sheet()

    first, second = drawn["panels"]
    assert ("steps=4", "seed 7, 24 x 16", "$0.001") == (first.title, first.caption, first.price)
    assert ("steps=20", ["ContentPolicyError", "no foxes, please"]) == (second.title, second.text)
    assert ("steps", "2 cells, $0.003", 2) == (drawn["title"], drawn["note"], drawn["columns"])
    with pytest.raises(ValueError, match="columns=0"):
        grid(Client(), FOX, steps=[4]).sheet(0)


def test_notebooks_see_sheet_and_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within ten seconds; without Pillow the table alone."""
    made = grid(Client(several(1), REFUSED), FOX, steps=[4, 20])

    both = made._repr_mimebundle_()["text/html"]
    monkeypatch.setitem(sys.modules, "runware_sync.gallery.sheet", None)
    alone = made._repr_mimebundle_()["text/html"]

    assert "data:image/jpeg;base64," in both
    assert "<img" not in alone
    assert all("no foxes, please" in html and "cost" in html for html in (both, alone))


def test_files_are_named_after_their_cells(tmp_path: Path) -> None:
    """All of them, also those that came in spite of an error."""
    partly = RunwareError("half of it", results=list(several(1)))

    paths = grid(Client(several(2), REFUSED, partly), FOX, steps=[4, 20, 30]).save(tmp_path)

    assert ["00-steps=4-7.png", "01-steps=4-8.png", "02-steps=30-7.png"] == [path.name for path in paths]
    assert ["steps=4_0.png"] == [
        path.name for path in grid(Client(), FOX, steps=[4]).save(tmp_path, name="{label}_{index}.{ext}")
    ]


def test_single_results_and_texts_are_cells_too() -> None:
    """Any operation can be varied."""
    text = Text(text="red, green", cost=0.01)

    words: Grid[Results[Text]] = grid(Client(Results([text])), TextInference("colours", model="m"), temperature=[1])
    single = grid(Client(several(1)[0]), FOX, steps=[1])

    assert 0.01 == words.cost
    assert words.sheet().width == single.sheet().width
    assert isinstance(single.cells[0].first, Image)
    assert 0.001 == single.cost


def test_a_grid_through_the_sandbox(tmp_path: Path) -> None:
    """As many results are billed as there are cells, and each file tells its own recipe."""
    from runware_sync import Runware
    from runware_sync.sandbox import Sandbox

    fox = ImageInference("a fox", model="runware:101@1", width=256, height=256, seed=7)
    with Sandbox() as sandbox, Runware("any-key", url=sandbox.url) as runware:
        made = grid(runware, fox, steps=[4, 20], cfg_scale=[2, 7])
        paths = made.save(tmp_path)

        assert 4 == sandbox.purchases
        assert list(made.requests) == [recipe(path) for path in paths]
        assert made.sheet().width > 700
