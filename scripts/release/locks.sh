#!/usr/bin/env bash
# Pins every package with its hashes, for CI and for the image.
#
#     scripts/release/locks.sh            # after a change of pyproject.toml; keeps what is pinned
#     scripts/release/locks.sh --upgrade  # takes the newest versions
#
# It needs uv: pip install uv
set -euo pipefail
cd "$(dirname "$0")/../.."

compile() {
  uv pip compile --quiet --universal --python-version 3.11 --no-annotate --generate-hashes \
    --custom-compile-command scripts/release/locks.sh "$@"
}

compile pyproject.toml --extra deploy --extra dev --extra docs --output-file requirements.lock "$@"
echo "hatchling" | compile pyproject.toml - --extra documents --extra serve \
  --constraint <(grep --invert-match -- --hash requirements.lock | sed 's/ \\$//') \
  --output-file deploy/requirements.lock
