//! The C ABI behind the published C++ headers.
