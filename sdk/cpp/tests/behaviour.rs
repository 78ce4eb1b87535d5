//! Runs the C++ programs of `tests/programs` against the static library.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The archive that cargo has built for this test, beside the test itself.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("this test's path");
    let folder = test.parent().expect("its folder");
    let archives =
        std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let ours = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("libparlor-") && name.ends_with(".a")
    };
    let built = |path: &PathBuf| path.metadata().and_then(|meta| meta.modified()).expect("its time");
    archives.filter(|path| ours(path)).max_by_key(built).expect("libparlor.a")
}

fn run(program: &str) {
    let scratch = tempfile::tempdir().expect("a directory");
    let binary = scratch.path().join(program);
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let built = Command::new(compiler)
        .args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(root().join("include"))
        .arg("-I")
        .arg(root().join("src"))
        .arg(root().join("tests/programs").join(program).with_extension("cpp"))
        .arg(library())
        .args(["-o".as_ref(), binary.as_os_str()])
        .args(["-lpthread", "-ldl", "-lm"])
        .output()
        .expect("a C++ compiler");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let ran = Command::new(&binary).current_dir(scratch.path()).output().expect("it starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), "ok");
}

#[test]
fn life_without_a_server() {
    run("life");
}

#[test]
fn malformed_bytes() {
    run("wire");
}

#[test]
fn rooms_without_a_server() {
    run("room");
}

#[test]
fn eight_threads_at_once() {
    run("stress");
}
