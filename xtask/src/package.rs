//! The npm packages of the repository: the web SDK, and the web client that stands on it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Result, bail};

use crate::process;

/// What the lock file names, and nothing else; a lock file that does not fit the package is refused.
const INSTALL: [&str; 4] = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
/// The oldest Node that the tools run on.
const NODE_MAJOR: u32 = 20;
/// What npm writes when it has installed.
const INSTALLED: &str = "node_modules/.package-lock.json";

/// A package by its folder.
pub(crate) struct Package(&'static str);

/// The SDK for browsers.
pub(crate) const SDK: Package = Package("sdk/web");
/// The web client; its build reads the SDK's sources.
pub(crate) const APP: Package = Package("app");

impl Package {
    /// An `npm` command in the package's folder.
    pub(crate) fn npm(&self, words: &[&str]) -> Command {
        let mut command = process::command("npm", words);
        command.current_dir(self.folder());
        command
    }

    /// Installs what the package needs, unless that was done since the package last changed.
    pub(crate) fn install(&self) -> Result<()> {
        let wanted = newest(&[self.folder().join("package.json"), self.folder().join("package-lock.json")]);
        match newest(&[self.folder().join(INSTALLED)]) {
            done if done.is_some() && done >= wanted => Ok(()),
            _ => process::succeed(&mut self.npm(&INSTALL)),
        }
    }

    fn folder(&self) -> PathBuf {
        process::root().join(self.0)
    }
}

/// Builds the web client into `app/dist`, unless that is newer than all that it is made of.
pub(crate) fn built_app() -> Result<()> {
    let (app, sdk) = (APP.folder(), SDK.folder());
    let beside = ["index.html", "package.json", "vite.config.ts", "compress.ts", "src", "public"];
    let made_of = beside.iter().map(|name| app.join(name)).chain([sdk.join("src"), sdk.join("package.json")]);
    let built = newest(&[app.join("dist/index.html")]);
    if built.is_some() && built >= newest(&made_of.collect::<Vec<_>>()) {
        return Ok(());
    }
    node()?;
    SDK.install()?;
    APP.install()?;
    process::succeed(&mut APP.npm(&["run", "build"]))
}

/// When one of these was last written, folders with all that is in them; `None` when there is none.
fn newest(paths: &[PathBuf]) -> Option<SystemTime> {
    paths.iter().filter_map(|path| changed(path)).max()
}

fn changed(path: &Path) -> Option<SystemTime> {
    let own = path.metadata().ok()?.modified().ok()?;
    let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
    Some(inside.filter_map(|entry| changed(&entry.path())).fold(own, SystemTime::max))
}

/// Whether Node is there, and new enough.
pub(crate) fn node() -> Result<()> {
    let major = |version: &str| version.trim().trim_start_matches('v').split('.').next()?.parse::<u32>().ok();
    let found = process::output(&mut process::command("node", ["--version"])).ok();
    match found.as_deref().and_then(major) {
        Some(found) if found >= NODE_MAJOR && process::works("npm", &["--version"]) => Ok(()),
        _ => {
            bail!("the web packages need Node {NODE_MAJOR} or later with npm: https://nodejs.org/en/download")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::newest;

    #[test]
    fn a_file_deep_in_a_folder_counts() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let file = std::fs::File::create(deep.join("c")).unwrap();
        let later = SystemTime::now() + Duration::from_secs(3600);
        file.set_modified(later).unwrap();
        assert_eq!(newest(&[folder.path().join("a")]), Some(later));
        assert_eq!(newest(&[folder.path().join("none")]), None);
    }
}
