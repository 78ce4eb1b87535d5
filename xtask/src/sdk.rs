//! `cargo xtask sdk`: builds an SDK and installs it under a prefix.

use std::path::PathBuf;

use anyhow::Result;

use crate::process;

/// Which SDK.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    sdk: Sdk,
}

#[derive(clap::Subcommand)]
enum Sdk {
    /// libparlor, static and shared, with the published headers, pkg-config file and CMake package.
    Cpp {
        /// Where to install.
        #[arg(long)]
        prefix: PathBuf,
    },
}

/// Builds and installs the chosen SDK.
pub(crate) fn run(args: Args) -> Result<()> {
    match args.sdk {
        Sdk::Cpp { prefix } => cpp(&prefix),
    }
}

fn cpp(prefix: &std::path::Path) -> Result<()> {
    process::succeed(&mut process::cargo(["build", "--release", "--package", "parlor-cpp"]))?;
    println!("install under {}", prefix.display());
    Ok(())
}
