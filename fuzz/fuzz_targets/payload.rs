//! libFuzzer on what packets of pictures say.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    parlor_fuzz::payload::run(input);
});
