"""Pages, diagrams and tables from one flow definition. Plain Python; only the room `mkdocs` knows MkDocs."""

import os

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them takes longer than following ten routes
