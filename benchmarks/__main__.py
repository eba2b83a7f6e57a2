"""``python -m benchmarks [NAME ...]``: run every benchmark, or those named, and print one table."""

import sys
from importlib import import_module
from pkgutil import iter_modules

import benchmarks
from benchmarks.table import Measured, lines

_PARTS = {"__main__", "databases", "processes", "table"}


def main(names: list[str]) -> int:
    found = [module.name for module in iter_modules(benchmarks.__path__) if module.name not in _PARTS]
    if unknown := set(names) - set(found):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(found)}.", file=sys.stderr)
        return 2
    rows: list[Measured] = []
    for name in names or found:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        rows += import_module(f"benchmarks.{name}").run()
    print("\n".join(lines(rows)))
    return int(any(row.reached is False for row in rows))


sys.exit(main(sys.argv[1:]))
