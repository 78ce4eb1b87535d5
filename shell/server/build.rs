//! Builds the server anew when the web client that a release build puts into it has changed.

use std::path::Path;

const APP: &str = "../../app";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A debug build reads the files from the disk when they are asked for.
    if std::env::var_os("PROFILE").is_some_and(|profile| profile == "debug") {
        return;
    }
    let dist = format!("{APP}/dist");
    let watched = if Path::new(&dist).exists() { dist.as_str() } else { APP };
    println!("cargo:rerun-if-changed={watched}");
}
