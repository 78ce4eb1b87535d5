#!/bin/sh
# A RUSTC_WORKSPACE_WRAPPER: the crates of this workspace report to libFuzzer where they have been. Needs no nightly:
# the passes are LLVM's own. Build scripts and macros run in the compiler and stay as they are.
case " $* " in
*" --crate-name parlor_"*" --crate-type lib "* | *" --crate-name fuzz_"*)
    exec "$@" -C passes=sancov-module -C llvm-args=-sanitizer-coverage-level=4 \
        -C llvm-args=-sanitizer-coverage-inline-8bit-counters -C llvm-args=-sanitizer-coverage-pc-table \
        -C llvm-args=-sanitizer-coverage-trace-compares -C debug-assertions=on -C overflow-checks=on
    ;;
*) exec "$@" ;;
esac
