"""The entities layer."""
