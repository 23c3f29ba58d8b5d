"""Storms: random faults in a share of all calls and deliveries, determined by a seed.

`Fault` (github_simulator/faults.py) affects chosen calls; a storm affects all.
"""

from github_simulator.storm.current_storm import CurrentStorm
from github_simulator.storm.kinds import BARE, PARTIAL, PASSING, PERMANENT, Kind
from github_simulator.storm.order import Storm

__all__ = ["BARE", "PARTIAL", "PASSING", "PERMANENT", "CurrentStorm", "Kind", "Storm"]
