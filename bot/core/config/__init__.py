"""The configuration of a repository: parsed, validated, merged and applied to a change. All pure."""

from bot.core.config.apply import apply_config, filter_review
from bot.core.config.describe import render_effective, render_problems
from bot.core.config.effective import EffectiveConfig, at, merge_layers
from bot.core.config.layers import Layer, operator_layer, read_layer
from bot.core.config.limits import limits
from bot.core.config.problem import ConfigProblem
from bot.core.config.trigger_rules import reason_not_triggered, reason_to_skip
from bot.core.config.values import Configuration

__all__ = [
    "ConfigProblem",
    "Configuration",
    "EffectiveConfig",
    "Layer",
    "apply_config",
    "at",
    "filter_review",
    "limits",
    "merge_layers",
    "operator_layer",
    "read_layer",
    "reason_not_triggered",
    "reason_to_skip",
    "render_effective",
    "render_problems",
]
