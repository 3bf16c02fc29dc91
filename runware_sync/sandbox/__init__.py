"""An offline Runware for tests, notebooks and first steps: a real server on loopback that costs nothing.

Importing this package loads neither `websockets` nor Pillow; starting a `Sandbox` does.
"""

from runware_sync.sandbox.clock import Clock, ManualClock
from runware_sync.sandbox.faults import Fault
from runware_sync.sandbox.record import ConnectionRecord, RefusedTask, TaskRecord
from runware_sync.sandbox.sandbox import Sandbox, SandboxUnavailableError
from runware_sync.sandbox.shared import shared
from runware_sync.sandbox.switches import Switches

__all__ = [
    "Clock",
    "ConnectionRecord",
    "Fault",
    "ManualClock",
    "RefusedTask",
    "Sandbox",
    "SandboxUnavailableError",
    "Switches",
    "TaskRecord",
    "shared",
]
