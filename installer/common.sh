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

# configure FOLDER OPTIONS…: CMake in the preset `release`, from the root; silent but for what was found, unless it fails.
configure() {
    local log
    log=$(mktemp)
    if ! cmake --preset release -B "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        fail "CMake could not configure the build; see above"
    fi
    grep -E '^-- (CUDA|libtorch)' "$log" || true
    rm -f "$log"
}
