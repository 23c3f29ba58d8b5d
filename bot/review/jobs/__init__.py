"""Jobs: the worker, what each kind of job does, and how a job ends."""
