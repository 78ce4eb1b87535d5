//! The text files of the repository, as git sees them.

use anyhow::Result;

use crate::process;

/// One text file.
pub(super) struct Source {
    /// From the repository's root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    /// The parsed file, for Rust that parses; rustc speaks about the rest.
    pub(super) syntax: Option<syn::File>,
}

impl Source {
    pub(super) fn new(path: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        let syntax = if path.ends_with(".rs") { syn::parse_file(&text).ok() } else { None };
        Self { path: path.to_owned(), text, syntax }
    }

    /// Written by a generator.
    pub(super) fn is_generated(&self) -> bool {
        self.folders().any(|folder| folder == "gen")
            || self.path.ends_with(".lock")
            || self.path.ends_with("-lock.json")
    }

    /// A test as a whole: its folder is for tests, or it is the `tests` module of its parent.
    pub(super) fn is_test(&self) -> bool {
        self.folders().any(|folder| folder == "tests" || folder == "benches")
            || self.path.ends_with("/tests.rs")
            || self.path.ends_with("_test.cpp")
    }

    fn folders(&self) -> impl Iterator<Item = &str> {
        self.path.rsplit('/').skip(1)
    }
}

/// Every file that is committed or would be: tracked, or new and not ignored. Files that are not text are left out.
pub(super) fn all() -> Result<Vec<Source>> {
    let args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let list = process::output(&mut process::command("git", args))?;
    let mut paths = list.split('\0').filter(|path| !path.is_empty()).collect::<Vec<_>>();
    paths.sort_unstable();
    paths.dedup();
    let text = |path| std::fs::read_to_string(process::root().join(path)).ok();
    Ok(paths.into_iter().filter_map(|path| Some(Source::new(path, text(path)?))).collect())
}
