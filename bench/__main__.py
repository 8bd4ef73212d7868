"""Run every benchmark, or those named: python -m bench [NAME...]."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from pathlib import Path


def main() -> int:
    here = Path(__file__).parent
    names = sorted(m.name for m in pkgutil.iter_modules([str(here)]) if not m.name.startswith("_"))
    over = 0
    for name in sys.argv[1:] or [n for n in names if n not in ("corpus", "timing")]:
        for claim, value, limit, at_least in import_module(f"bench.{name}").measure():
            good = value >= limit if at_least else value <= limit
            over += not good
            sign = ">=" if at_least else "<="
            print(
                f"{'ok  ' if good else 'OVER'} {claim}: {value:.3g} (wanted {sign} {limit:g})",
                flush=True,
            )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
