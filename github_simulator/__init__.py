"""A stateful GitHub simulator in one aiohttp application, for the demo, the tests and other clients.

It stores pull requests, answers GitHub's REST and GraphQL APIs from its state, and sends signed deliveries.
Unsupported calls get GitHub's own error, never an invented success.
"""

from github_simulator.app import create_app
from github_simulator.calls import Call, Dropped, Moment
from github_simulator.control_requests import (
    Advance,
    Dequeue,
    EditPull,
    EditReview,
    Enqueue,
    GrantApp,
    LabelPull,
    Lock,
    MergeBase,
    NewAnnotation,
    NewCommit,
    OpenPull,
    Permit,
    Push,
    RaiseAlert,
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
from github_simulator.edits import Edit
from github_simulator.faults import Fault
from github_simulator.serve import served
from github_simulator.simulator import Done, Simulator
from github_simulator.storm import BARE, PARTIAL, PASSING, PERMANENT, Kind, Storm

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
    "NewAnnotation",
    "NewCommit",
    "OpenPull",
    "Permit",
    "Push",
    "RaiseAlert",
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
