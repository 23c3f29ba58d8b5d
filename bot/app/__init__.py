"""The composition root: creates the parts from the settings and connects them."""
