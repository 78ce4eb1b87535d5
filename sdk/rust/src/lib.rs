//! The Rust SDK: IM and RoomKit on one connection.
