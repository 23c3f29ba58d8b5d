"""The job queue: deliveries in the inbox, jobs, claims and transitions."""
