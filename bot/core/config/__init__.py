"""What a repository asks of its reviews: read, checked, put together, applied to a change. All pure."""

from bot.core.config.effective import Effective, at, put_together
from bot.core.config.gate import is_wanted, reason_to_skip
from bot.core.config.layers import Layer, operator_layer, read_layer
from bot.core.config.limits import limits
from bot.core.config.problem import Problem
from bot.core.config.showing import render_effective, render_problems
from bot.core.config.tailor import sift, tailor
from bot.core.config.values import Configuration

__all__ = [
    "Configuration",
    "Effective",
    "Layer",
    "Problem",
    "at",
    "is_wanted",
    "limits",
    "operator_layer",
    "put_together",
    "read_layer",
    "reason_to_skip",
    "render_effective",
    "render_problems",
    "sift",
    "tailor",
]
