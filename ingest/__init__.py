"""The library: pure functions from frame to frame. Never imports dagster, dbt or great_expectations."""
