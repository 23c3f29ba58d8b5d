"""GitHub's JSON, built from the state. One module per family of objects."""
