"""Measure what real proxies say: .venv/bin/python -m tools.proxies nginx=/usr/sbin/nginx caddy=… [only=CASE]

Needs root, unshare, ip, nft, curl 7.75 or newer, openssl, and the programs named. All runs in namespaces of its own, so
that nothing is left behind. The last one named of each product is written to docs/recordings/.
"""

import os
import sys

from .lab import Failed, enter
from .measuring import measure

if __name__ == "__main__":
    try:
        if os.environ.get("PROXIES_INSIDE") != "1":
            enter()
        measure(sys.argv[1:])
    except Failed as problem:
        sys.exit(f"tools.proxies: {problem}")
    except KeyboardInterrupt:
        sys.exit("tools.proxies: interrupted")
