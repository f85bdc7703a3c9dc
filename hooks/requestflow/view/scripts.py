"""What the site writes before a script: things of the definition that the script looks for."""

import json


def knowing(text: str, **known: object) -> str:
    """Give a script with constants before it: name → anything that JSON can say."""
    made = (f"{name}={json.dumps(v, ensure_ascii=False, separators=(',', ':'))}" for name, v in known.items())
    return f"const {','.join(made)}\n{text}"
