"""The clean layer."""
