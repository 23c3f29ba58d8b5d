"""How good reviews are: pull requests with the remarks that a good review makes, and scores against them."""
