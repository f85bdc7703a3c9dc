"""What a reader downloads and waits for, and how long a build takes, against the usual ways: `python -m bench`."""
