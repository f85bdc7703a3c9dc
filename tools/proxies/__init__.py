"""What a client sees when something behind a real proxy fails: measured, and written to docs/recordings/proxy-*.txt."""
