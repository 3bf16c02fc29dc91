"""How long the properties are tried: so many examples as a usual run can afford, or as many times more as is wished.

`RUNWARE_TEST_EFFORT=20` in the environment tries twenty times as many, and other ones each time; without it the same
examples are tried each time, so that nobody's run fails by chance.
"""

import os
from typing import Final

from hypothesis import HealthCheck, settings

EFFORT: Final = int(os.environ.get("RUNWARE_TEST_EFFORT", "1"))


def tried(examples: int, *, steps: int = 50) -> settings:
    """Return the settings of a property.

    Args:
        examples: How many are tried in a usual run.
        steps: How many steps an example of a stateful test has at most.
    """
    return settings(
        max_examples=examples * EFFORT,
        stateful_step_count=steps,
        derandomize=EFFORT == 1,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
