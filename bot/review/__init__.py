"""The journey: one job from delivery to posted review. What it needs is named in `ports`."""
