"""Intake: deliveries become jobs, and missed events are found."""
