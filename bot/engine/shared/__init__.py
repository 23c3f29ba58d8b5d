"""Limits that all processes on one database share: cooldowns, semaphores, leases."""
