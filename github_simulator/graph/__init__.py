"""The simulated part of GitHub's GraphQL API: its schema and its resolvers."""

from github_simulator.graph.route import GRAPHQL, GRAPHQL_PATHS
from github_simulator.graph.schema import SDL

__all__ = ["GRAPHQL", "GRAPHQL_PATHS", "SDL"]
