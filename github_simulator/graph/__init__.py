"""GitHub's GraphQL API, as far as it is simulated: the part of its schema that is known here, and answers."""

from github_simulator.graph.route import GRAPHQL, GRAPHQL_PATHS
from github_simulator.graph.schema import SDL

__all__ = ["GRAPHQL", "GRAPHQL_PATHS", "SDL"]
