//! The C ABI behind the published C++ headers, and the C++ layer that is linked with it.
//!
//! Bytes of `proto/sdk.proto` come down through [`abi`], are begun in order on one core thread, and answers
//! and events go up through one callback on one callback thread. The C++ side (`src/*.cpp`) turns them into
//! the calls of `nim::` and `neroom::`.

pub mod abi;
mod address;
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::enum_variant_names,
    clippy::large_enum_variant,
    reason = "generated; proto/sdk.proto has the comments"
)]
mod r#gen {
    include!("gen/parlor.sdk.v1.rs");
}
mod device;
mod events;
mod facade;
mod reply;
mod room;
mod threads;
