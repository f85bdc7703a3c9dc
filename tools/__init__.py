"""Programs and helpers for those who work on the project."""
