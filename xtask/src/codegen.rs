//! `cargo xtask codegen`: writes the generated sources, or with `--check` compares them.
//!
//! A generator returns files (path from the root, text); this file writes or compares them.

mod codes;
mod coverage;
mod proto;
mod typescript;

use anyhow::{Result, bail};

use crate::process;

/// Whether to write.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Change nothing; fail when a committed file differs.
    #[arg(long)]
    check: bool,
}

/// One generated file: its path from the repository's root, and its text.
pub(crate) struct Generated {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Runs every generator.
pub(crate) fn run(args: Args) -> Result<()> {
    if !args.check {
        typescript::prepare()?;
    }
    let stale = stale()?;
    if stale.is_empty() {
        return Ok(());
    }
    if args.check {
        let paths = stale.iter().map(|file| file.path.as_str()).collect::<Vec<_>>();
        bail!("generated files are not fresh, run `cargo xtask codegen`: {}", paths.join(", "));
    }
    for file in stale {
        let path = process::root().join(&file.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, file.text)?;
        println!("wrote {}", file.path);
    }
    Ok(())
}

/// The generated files whose committed twin is missing or different.
pub(crate) fn stale() -> Result<Vec<Generated>> {
    let mut files = proto::generate()?;
    files.extend(codes::generate());
    files.extend(coverage::generate()?);
    files.extend(typescript::generate()?);
    files.retain(|file| {
        std::fs::read_to_string(process::root().join(&file.path)).ok().as_ref() != Some(&file.text)
    });
    Ok(files)
}
