//! libFuzzer on the signed calls of the HTTP API.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    parlor_fuzz::http::run(input);
});
