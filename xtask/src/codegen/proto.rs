//! Rust from `.proto`: protox parses, prost-build writes, rustfmt sets the lines.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use prost_build::Module;

use super::Generated;
use crate::process;

/// Each folder of `.proto` files and the folder that receives one Rust file per package.
const FOLDERS: [(&str, &str); 2] =
    [("protocol/proto", "protocol/src/gen"), ("sdk/cpp/proto", "sdk/cpp/src/gen")];

/// Messages that carry a token or a key: what they show of themselves is written by hand, in `protocol/src/shown.rs`.
const WITH_SECRETS: [&str; 9] = [
    ".parlor.v1.Login",
    ".parlor.v1.LoginDone",
    ".parlor.v1.Resume",
    ".parlor.v1.RoomLogin",
    ".parlor.v1.RenewRoomToken",
    ".parlor.v1.RoomCreate",
    ".parlor.v1.RoomJoin",
    ".parlor.v1.RoomView",
    ".parlor.v1.FilePlace",
];

/// One Rust file per protobuf package.
pub(crate) fn generate() -> Result<Vec<Generated>> {
    let mut files = Vec::new();
    for (from, to) in FOLDERS {
        let protos = protos(from)?;
        if !protos.is_empty() {
            files.extend(package_files(from, to, protos)?);
        }
    }
    Ok(files)
}

fn protos(folder: &str) -> Result<Vec<PathBuf>> {
    let folder = process::root().join(folder);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut protos =
        entries.into_iter().filter(|path| path.extension().is_some_and(|e| e == "proto")).collect::<Vec<_>>();
    protos.sort();
    Ok(protos)
}

fn package_files(from: &str, to: &str, protos: Vec<PathBuf>) -> Result<Vec<Generated>> {
    let descriptors = protox::compile(protos, [process::root().join(from)])
        .map_err(|error| anyhow::anyhow!("{error:?}"))
        .with_context(|| format!("cannot compile {from}"))?;
    let requests = descriptors
        .file
        .into_iter()
        .map(|file| (Module::from_protobuf_package_name(file.package()), file))
        .collect::<Vec<_>>();
    let mut config = prost_build::Config::new();
    config.btree_map(["."]);
    config.skip_debug(WITH_SECRETS);
    let mut files = Vec::new();
    for (module, code) in config.generate(requests)? {
        let name = module.to_file_name_or("root");
        files.push(Generated { path: format!("{to}/{name}"), text: rustfmt(&code)? });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The text as the repository's rustfmt.toml wants it.
pub(crate) fn rustfmt(code: &str) -> Result<String> {
    let mut command = process::command("rustfmt", ["--edition", "2024"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start rustfmt")?;
    child.stdin.take().context("rustfmt without standard input")?.write_all(code.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "rustfmt refused generated code");
    Ok(String::from_utf8(output.stdout)?)
}
