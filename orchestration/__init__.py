"""Thin wiring: Dagster assets, checks, schedules and the ``kliping`` command."""
