"""Pages, diagrams and tables from one flow definition. Plain Python; only `site.py` knows MkDocs."""
