//! Compiles the C++ layer, which becomes a part of `libparlor.a`.

use std::path::PathBuf;

fn main() {
    let mut sources = files("src", "cpp");
    sources.sort();
    for path in sources.iter().chain(&files("src", "h")) {
        println!("cargo:rerun-if-changed={}", path.display());
    }
    println!("cargo:rerun-if-changed=include");
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .include("include")
        .flag("-fvisibility=hidden")
        .extra_warnings(true)
        .warnings_into_errors(true)
        .files(sources)
        .compile("parlor_layer");
}

fn files(dir: &str, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).expect("the source directory");
    let paths = entries.map(|entry| entry.expect("a directory entry").path());
    paths.filter(|path| path.extension().is_some_and(|e| e == extension)).collect()
}
