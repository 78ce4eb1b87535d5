//! The wall around `core/`: no clock, no IO, no task, no randomness of its own, no hash-order iteration.

use super::Finding;
use super::paths::{NamedPath, paths};
use super::sources::Source;

/// Types that a pure crate does not say, wherever they stand in a path.
const TYPES: [&str; 4] = ["HashMap", "HashSet", "Instant", "SystemTime"];

/// Modules of `std` that reach outside.
const STD_MODULES: [&str; 7] = ["env", "fs", "io", "net", "os", "process", "thread"];

/// Crates that a pure crate neither names nor depends on.
pub(super) const CRATES: [&str; 13] = [
    "async_std",
    "axum",
    "chrono",
    "fastrand",
    "futures_util",
    "getrandom",
    "governor",
    "rand",
    "reqwest",
    "rusqlite",
    "time",
    "tokio",
    "uuid",
];

/// What a source under `core/` names beyond the wall.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("core/") || !source.path.contains("/src/") || source.is_test() {
        return Vec::new();
    }
    let finding = |path: NamedPath| {
        let name = beyond(&path.segments)?;
        Some(Finding::new(&source.path, path.line, format!("core is pure and does not name `{name}`")))
    };
    paths(&source.text).into_iter().filter_map(finding).collect()
}

fn beyond(segments: &[String]) -> Option<String> {
    if let Some(name) = segments.iter().find(|segment| TYPES.contains(&segment.as_str())) {
        return Some(name.clone());
    }
    match segments {
        [root, module, ..] if root == "std" && STD_MODULES.contains(&module.as_str()) => {
            Some(format!("std::{module}"))
        }
        [name, _, ..] if CRATES.contains(&name.as_str()) => Some(name.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sources::Source;
    use super::check;

    fn count(path: &str, text: &str) -> usize {
        check(&Source::new(path, text)).len()
    }

    #[test]
    fn clocks_sockets_tasks_and_hash_order_are_found_in_core() {
        for text in [
            "use std::time::Instant;",
            "use std::{collections::BTreeMap, thread};",
            "fn f() -> u64 { std::time::SystemTime::now() }",
            "type Map = std::collections::HashMap<u8, u8>;",
            "fn f() { assert!(tokio::spawn(g)); }",
            "fn f() { getrandom::fill(&mut b); }",
        ] {
            assert_eq!(count("core/identity/src/a.rs", text), 1, "{text}");
        }
    }

    #[test]
    fn pure_code_tests_and_the_shell_may() {
        let pure = "use std::{collections::BTreeMap, time::Duration}; fn f(process: u8, uuid: [u8; 16]) -> u8 { process }";
        assert_eq!(count("core/identity/src/a.rs", pure), 0);
        assert_eq!(count("core/identity/src/a.rs", "#[cfg(test)] mod tests { use std::thread; }"), 0);
        assert_eq!(count("shell/store/src/a.rs", "use std::thread;"), 0);
    }
}
