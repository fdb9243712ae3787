# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the scripts beside it: where things are, and how they speak.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home=${QUANTOSCOPE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/quantoscope}
build=$root/build/release
torch_version=2.11.0
cuda_runtime_version=13.0.96
cuda_cupti_version=13.0.85

say() { printf '\n== %s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
