"""What the theme's own HTML lacks, and no template of ours can give without a copy of the whole of it."""

import re

# In a section with a page of its own the label of the toggle holds an icon only: its list had no name.
LIST = re.compile(r'(<nav class="md-nav" data-md-level="\d+" aria-labelledby="(__nav_\w+?)_)label("[^>]*>\s*<label )')


def mended(html: str) -> str:
    """Give a page whose lists in the menu are named by their visible titles."""
    return LIST.sub(r'\1title\3id="\2_title" ', html)
