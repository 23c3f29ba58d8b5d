"""Adds and removes labels of pulls."""

from collections.abc import Sequence

from github_simulator.state.pulls import Pull
from github_simulator.state.repositories import Repository
from github_simulator.state.world import World


def attach_labels(world: World, repository: Repository, pull: Pull, names: Sequence[str]) -> list[str]:
    """Adds labels; returns those that the pull did not have."""
    labels = [world.label(repository, name).name for name in names]
    added = [name for name in dict.fromkeys(labels) if name not in pull.labels]
    pull.labels += added
    return added


def detach_label(pull: Pull, name: str) -> str | None:
    """Removes a label; returns its name, or None if the pull does not have it."""
    label = next((labels for labels in pull.labels if labels.lower() == name.lower()), None)
    if label is not None:
        pull.labels.remove(label)
    return label
