"""Checks that several task types share: of the values in an object, and of what goes together."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runware_sync.sandbox.inputs import nested
from runware_sync.sandbox.rules import Problem, Rule

__all__ = ["exclusive", "texts", "within"]


def within(request: Mapping[str, Any], name: str, rules: Iterable[Rule], *, strict: bool) -> Iterator[Problem]:
    """Yield what is wrong with the values in an object of the request."""
    for rule in rules:
        value = nested(request, name, rule.name)
        problem = None if value is None else rule.problem(value, strict=strict)
        if problem is not None:
            problem.parameter = f"{name}.{rule.name}"
            yield problem


def exclusive(given: Mapping[str, Any], *names: str) -> Iterator[Problem]:
    """Yield the problem of parameters that exclude each other, if more than one is given."""
    found = [name for name in names if given.get(name) is not None]
    if len(found) > 1:
        yield Problem("incompatibleParameters", f"Only one of {' and '.join(names)} can be given.", found[1])


def texts(request: Mapping[str, Any], *names: str) -> Iterator[Problem]:
    """Yield the problem of each list of texts that holds something else."""
    for name in names:
        if not all(isinstance(value, str) for value in request.get(name) or ()):
            yield Problem(f"invalid{name[0].upper()}{name[1:]}", f"{name} must hold texts.", name, type="array")
