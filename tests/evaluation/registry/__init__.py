"""The registry set: changes between two published versions of a package, most with a known regression.

The index (`pypi.toml`, `npm.toml`, `crates.toml`, `maven.toml`) contains facts in our own words: which
package, which versions, which files, and what goes wrong where. It contains nothing of the packages. The
command

    python -m tests.evaluation.registry --out registry.jsonl --cache DIR

fetches both versions with the client of each registry and writes the dataset that `review-bot eval` reads.
"""
