"""Intake: turns deliveries into jobs and finds missed events."""
