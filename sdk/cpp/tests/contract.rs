//! What an app is promised at compile time: every header stands alone, and the document's and the guides' lines
//! compile as they are written.

use std::path::{Path, PathBuf};
use std::process::Command;

const STRICT: &[&str] = &["-std=c++17", "-Wall", "-Wextra", "-Werror"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn compiler() -> String {
    std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned())
}

fn headers(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("include directory") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            headers(&path, out);
        } else if path.extension().is_some_and(|e| e == "h") {
            out.push(path);
        }
    }
}

fn check(source: &Path, language: &str, flags: &[&str]) -> Result<(), String> {
    let out = Command::new(compiler())
        .args(flags)
        .arg("-fsyntax-only")
        .args(["-x", language])
        .arg("-I")
        .arg(root().join("include"))
        .arg(source)
        .output()
        .map_err(|e| format!("cannot run {}: {e}", compiler()))?;
    if out.status.success() {
        return Ok(());
    }
    Err(format!("{}:\n{}", source.display(), String::from_utf8_lossy(&out.stderr)))
}

#[test]
fn every_header_compiles_alone_and_pedantically() {
    let mut all = Vec::new();
    headers(&root().join("include"), &mut all);
    assert!(all.len() >= 60, "only {} headers found", all.len());
    let mut flags = STRICT.to_vec();
    flags.push("-Wpedantic");
    // A header given as the main file would be told off for its own `#pragma once`.
    let dir = std::env::temp_dir().join(format!("parlor-contract-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("scratch directory");
    let mut failed = Vec::new();
    for header in &all {
        let source = dir.join("one.cpp");
        std::fs::write(&source, format!("#include \"{}\"\n", header.display())).expect("scratch file");
        failed.extend(check(&source, "c++", &flags).err());
    }
    std::fs::remove_dir_all(&dir).expect("scratch directory goes");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn headers_silence_no_diagnostic() {
    let mut all = Vec::new();
    headers(&root().join("include"), &mut all);
    for header in all {
        let text = std::fs::read_to_string(&header).expect("header");
        assert!(!text.contains("diagnostic"), "{} silences the compiler", header.display());
    }
}

#[test]
fn the_document_and_the_guides_compile() {
    let mut flags = STRICT.to_vec();
    flags.push("-Wno-unused-parameter");
    let mut failed = Vec::new();
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("tests/contract")).expect("contract directory") {
        let path = entry.expect("entry").path();
        if path.extension().is_some_and(|e| e == "cpp") {
            seen += 1;
            failed.extend(check(&path, "c++", &flags).err());
        }
    }
    assert!(seen >= 5, "only {seen} samples found");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_readme_compiles() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let blocks: Vec<_> =
        readme.split("```cpp\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    let dir = tempfile::tempdir().expect("scratch directory");
    for block in blocks {
        let source = dir.path().join("readme.cpp");
        std::fs::write(&source, block).expect("scratch file");
        check(&source, "c++", STRICT).expect("it compiles");
    }
}
