//! libFuzzer on the frames of the link.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    parlor_fuzz::link::run(input);
});
