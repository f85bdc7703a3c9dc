"""What a reader downloads and waits for, and how long a writer does: `python -m bench`."""
