//! libFuzzer on packets at the relay's door.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    parlor_fuzz::packet::run(input);
});
