//! Builds the server anew when the web client that a release build puts into it has changed.

use std::path::Path;

const APP: &str = "../../app";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let dist = format!("{APP}/dist");
    // A debug build reads the files from the disk when they are asked for, from a folder that has to be known by its real
    // path when the server is built: without it a client that is built later would not be found.
    if std::env::var_os("PROFILE").is_some_and(|profile| profile == "debug") {
        if let Err(cause) = std::fs::create_dir_all(&dist) {
            println!("cargo:warning=the web client will not be served: {dist}: {cause}");
        }
        return;
    }
    let watched = if Path::new(&dist).exists() { dist.as_str() } else { APP };
    println!("cargo:rerun-if-changed={watched}");
}
