"""What a built site needs to be hosted: `python -m tools.deploy` after a build."""
