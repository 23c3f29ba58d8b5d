"""A stateful GitHub in one aiohttp application: for the demo, for tests, and for any other client.

It keeps pull requests, answers GitHub's REST API from what it keeps, and sends signed deliveries.
What it does not know it answers as GitHub would, never with an invented success.
"""

from bot.simulator.app import create_app
from bot.simulator.calls import Call, Dropped, Moment
from bot.simulator.edits import Edit
from bot.simulator.faults import Fault
from bot.simulator.orders import (
    Advance,
    Dequeue,
    EditPull,
    EditReview,
    Enqueue,
    GrantApp,
    LabelPull,
    Lock,
    MergeBase,
    NewCommit,
    OpenPull,
    Permit,
    Push,
    React,
    Rename,
    Rerun,
    ResolveThread,
    Retarget,
    Say,
    SayOnLines,
    SetCheck,
    SetClock,
    SetStatus,
    SubmitReview,
    Tell,
    Unlock,
    WriteFile,
)
from bot.simulator.serve import served
from bot.simulator.simulator import Done, Simulator
from bot.simulator.storm import BARE, PARTIAL, PASSING, PERMANENT, Kind, Storm

__all__ = [
    "BARE",
    "PARTIAL",
    "PASSING",
    "PERMANENT",
    "Advance",
    "Call",
    "Dequeue",
    "Done",
    "Dropped",
    "Edit",
    "EditPull",
    "EditReview",
    "Enqueue",
    "Fault",
    "GrantApp",
    "Kind",
    "LabelPull",
    "Lock",
    "MergeBase",
    "Moment",
    "NewCommit",
    "OpenPull",
    "Permit",
    "Push",
    "React",
    "Rename",
    "Rerun",
    "ResolveThread",
    "Retarget",
    "Say",
    "SayOnLines",
    "SetCheck",
    "SetClock",
    "SetStatus",
    "Simulator",
    "Storm",
    "SubmitReview",
    "Tell",
    "Unlock",
    "WriteFile",
    "create_app",
    "served",
]
