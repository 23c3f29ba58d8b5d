"""GitHub's JSON, made from what is kept. One module for each family of objects."""
