"""The review pipeline: one job, from delivery to posted review. `ports` names its dependencies."""
