//! Generated files are what their generator writes today.

use anyhow::Result;

use super::Finding;
use crate::codegen;

/// The files that differ.
pub(super) fn check() -> Result<Vec<Finding>> {
    let finding = |file: codegen::Generated| {
        Finding::new(&file.path, 1, "not fresh: run `cargo xtask codegen` and commit")
    };
    Ok(codegen::stale()?.into_iter().map(finding).collect())
}
