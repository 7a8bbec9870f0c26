"""Runs one of the modules here in a process of its own, with a request and a reply in JSON."""

import importlib
import json
import sys

PARTS = ("look", "curve", "resume", "export", "load")


def run(part: str, request: dict) -> dict:
    """What a part finds."""
    return importlib.import_module(f"on_gpu.{part}").run(request)


if __name__ == "__main__":
    print("\n" + json.dumps(run(sys.argv[1], json.loads(sys.argv[2]))))
