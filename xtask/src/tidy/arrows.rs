//! The arrows between the crates of the workspace: what this list, ARCHITECTURE.md and the manifests say is one.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::sources::Source;
use super::{Finding, wall};
use crate::process;

/// A crate and the crates of the workspace that it may depend on (tests apart).
const ALLOWED: &[(&str, &[&str])] = &[
    ("parlor-protocol", &[]),
    ("parlor-identity", &["parlor-protocol"]),
    ("parlor-room", &["parlor-protocol"]),
    ("parlor-chat", &["parlor-protocol"]),
    ("parlor-media", &["parlor-protocol"]),
    ("parlor-client", &["parlor-protocol", "parlor-room"]),
    ("parlor-store", &["parlor-identity", "parlor-protocol"]),
    ("parlor-bus", &["parlor-protocol"]),
    ("parlor-relay", &["parlor-media", "parlor-protocol"]),
    (
        "parlor-server",
        &[
            "parlor-bus",
            "parlor-chat",
            "parlor-identity",
            "parlor-media",
            "parlor-protocol",
            "parlor-relay",
            "parlor-room",
            "parlor-store",
        ],
    ),
    ("parlor-sdk", &["parlor-client", "parlor-protocol"]),
    ("parlor-cpp", &["parlor-protocol", "parlor-sdk"]),
    ("parlor-example-reuse-im", &["parlor-sdk"]),
    ("parlor-example-meeting", &["parlor-example-reuse-im", "parlor-sdk"]),
    ("parlor-example-bot", &["parlor-example-reuse-im", "parlor-sdk"]),
    ("parlor-wan", &[]),
    (
        "parlor-sim",
        &[
            "parlor-bus",
            "parlor-client",
            "parlor-identity",
            "parlor-media",
            "parlor-protocol",
            "parlor-relay",
            "parlor-sdk",
            "parlor-server",
            "parlor-store",
            "parlor-wan",
        ],
    ),
    ("parlor-load", &["parlor-sdk"]),
    ("parlor-bench", &["parlor-load", "parlor-protocol", "parlor-room", "parlor-sdk"]),
    (
        "parlor-fuzz",
        &[
            "parlor-bus",
            "parlor-identity",
            "parlor-media",
            "parlor-protocol",
            "parlor-relay",
            "parlor-server",
            "parlor-sim",
            "parlor-store",
            "parlor-wan",
        ],
    ),
    ("xtask", &["parlor-protocol"]),
];

const DOCUMENT: &str = "ARCHITECTURE.md";
const MANIFEST: &str = "Cargo.toml";

/// Crate to the crates it points at.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Compares the three.
pub(super) fn check(sources: &[Source]) -> Result<Vec<Finding>> {
    let metadata = process::output(&mut process::cargo(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata is not JSON")?;
    let document = sources.iter().find(|source| source.path == DOCUMENT).map_or("", |source| &source.text);
    let mut sentences = against_document(&allowed(), document);
    sentences.extend(against_manifests(&allowed(), &arrows_of(&metadata)));
    sentences.extend(beyond_the_wall(&metadata));
    Ok(sentences.into_iter().map(|(path, sentence)| Finding::new(path, 1, sentence)).collect())
}

fn allowed() -> Arrows {
    let set = |to: &[&str]| to.iter().map(|name| (*name).to_owned()).collect();
    ALLOWED.iter().map(|(from, to)| ((*from).to_owned(), set(to))).collect()
}

/// The fenced block `arrows`: one line `crate -> crate, crate` for each crate, `crate ->` for one that points nowhere.
fn documented(text: &str) -> Option<Arrows> {
    let block = text.split_once("```arrows\n")?.1.split_once("```")?.0;
    let line = |line: &str| {
        let (from, to) = line.split_once("->")?;
        let to = to.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        Some((from.trim().to_owned(), to.collect()))
    };
    Some(block.lines().filter_map(line).collect())
}

fn against_document(allowed: &Arrows, text: &str) -> Vec<(&'static str, String)> {
    let Some(documented) = documented(text) else {
        return vec![(DOCUMENT, "the block ```arrows is missing".to_owned())];
    };
    let names = allowed.keys().chain(documented.keys()).collect::<BTreeSet<_>>();
    let differs = |name: &&String| allowed.get(*name) != documented.get(*name);
    let sentence = |name: &String| (DOCUMENT, format!("the arrows of {name} differ from the list in xtask"));
    names.into_iter().filter(differs).map(sentence).collect()
}

fn against_manifests(allowed: &Arrows, real: &Arrows) -> Vec<(&'static str, String)> {
    let mut sentences = Vec::new();
    for (from, to) in real {
        match allowed.get(from) {
            None => sentences.push((MANIFEST, format!("{from} is in no list of arrows"))),
            Some(allowed) => {
                let more = to.difference(allowed);
                sentences
                    .extend(more.map(|to| (MANIFEST, format!("the arrow {from} -> {to} is not allowed"))));
            }
        }
    }
    let gone = allowed.keys().filter(|name| !real.contains_key(*name));
    sentences
        .extend(gone.map(|name| (MANIFEST, format!("{name} has arrows but is no crate of the workspace"))));
    sentences
}

fn arrows_of(metadata: &Value) -> Arrows {
    let mut arrows = Arrows::new();
    for package in packages(metadata) {
        let inside = dependencies(package).filter(|dependency| dependency["path"].is_string());
        arrows.insert(text(&package["name"]), inside.map(|dependency| text(&dependency["name"])).collect());
    }
    arrows
}

/// Crates that a crate of `core/` must not depend on.
fn beyond_the_wall(metadata: &Value) -> Vec<(&'static str, String)> {
    let in_core = |package: &&Value| text(&package["manifest_path"]).rsplit('/').nth(2) == Some("core");
    let mut sentences = Vec::new();
    for package in packages(metadata).iter().filter(in_core) {
        for name in dependencies(package).map(|dependency| text(&dependency["name"])) {
            if wall::CRATES.contains(&name.replace('-', "_").as_str()) {
                sentences.push((
                    MANIFEST,
                    format!("{} is pure and does not depend on {name}", text(&package["name"])),
                ));
            }
        }
    }
    sentences
}

fn packages(metadata: &Value) -> &[Value] {
    metadata["packages"].as_array().map_or(&[], Vec::as_slice)
}

/// The dependencies that ship: tests may point anywhere.
fn dependencies(package: &Value) -> impl Iterator<Item = &Value> {
    package["dependencies"].as_array().into_iter().flatten().filter(|dependency| dependency["kind"] != "dev")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arrows(list: &[(&str, &[&str])]) -> Arrows {
        let set = |to: &[&str]| to.iter().map(|name| (*name).to_owned()).collect();
        list.iter().map(|(from, to)| ((*from).to_owned(), set(to))).collect()
    }

    #[test]
    fn the_document_says_the_same_or_is_told() {
        let list = arrows(&[("a", &[]), ("b", &["a"])]);
        assert!(against_document(&list, "x\n```arrows\na ->\nb -> a\n```\n").is_empty());
        assert_eq!(against_document(&list, "```arrows\na ->\nb -> a, c\n```\n").len(), 1);
        assert_eq!(against_document(&list, "no block").len(), 1);
    }

    #[test]
    fn an_arrow_or_crate_beyond_the_list_is_told() {
        let list = arrows(&[("a", &[]), ("b", &["a"])]);
        assert!(against_manifests(&list, &arrows(&[("a", &[]), ("b", &[])])).is_empty());
        assert_eq!(against_manifests(&list, &arrows(&[("a", &["b"]), ("b", &["a"])])).len(), 1);
        assert_eq!(against_manifests(&list, &arrows(&[("a", &[]), ("b", &[]), ("c", &[])])).len(), 1);
        assert_eq!(against_manifests(&list, &arrows(&[("a", &[])])).len(), 1);
    }

    #[test]
    fn manifests_are_read_without_their_tests() {
        let metadata = json!({"packages": [{
            "name": "parlor-room",
            "manifest_path": "/x/core/room/Cargo.toml",
            "dependencies": [
                {"name": "parlor-protocol", "kind": null, "path": "/x/protocol"},
                {"name": "futures-util", "kind": null},
                {"name": "parlor-store", "kind": "dev", "path": "/x/store"},
                {"name": "tokio", "kind": "dev"},
            ],
        }]});
        assert_eq!(arrows_of(&metadata), arrows(&[("parlor-room", &["parlor-protocol"])]));
        assert_eq!(beyond_the_wall(&metadata).len(), 1);
    }

    #[test]
    fn arrows_point_down_only() {
        for (name, to) in ALLOWED {
            let place = |wanted: &str| ALLOWED.iter().position(|(name, _)| *name == wanted);
            assert!(
                to.iter().all(|to| place(to) < place(name)),
                "{name} points at a crate that stands after it"
            );
        }
    }
}
