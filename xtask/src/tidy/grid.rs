//! The grid: a feature is one word and has the same file name in every layer; a name says what a thing is.

use super::Finding;

const FEATURES: [&str; 12] =
    ["app", "identity", "link", "chat", "team", "room", "seat", "board", "media", "file", "callback", "live"];
/// Files beside the features in `protocol/proto`.
const PROTO_OTHERS: [&str; 1] = ["frame"];
/// Names that say nothing about what a crate or module is.
const EMPTY_NAMES: [&str; 10] =
    ["common", "helper", "helpers", "manager", "misc", "shared", "type", "types", "util", "utils"];

/// What is wrong with the name of a file or of a folder above it.
pub(super) fn check(path: &str) -> Vec<Finding> {
    let is_source =
        [".rs", ".ts", ".tsx", ".cpp", ".proto"].iter().any(|extension| path.ends_with(extension));
    if !is_source || path.starts_with("sdk/cpp/include/") {
        return Vec::new();
    }
    sentence(path).map(|sentence| Finding::new(path, 1, sentence)).into_iter().collect()
}

fn sentence(path: &str) -> Option<String> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    let empty = |name: &&str| EMPTY_NAMES.iter().any(|empty| name.rsplit(['_', '-']).next() == Some(empty));
    if let Some(name) = folders.split('/').chain([stem]).find(empty) {
        return Some(format!("`{name}` says nothing: name the thing"));
    }
    if let Some(feature) = FEATURES.iter().find(|feature| stem == format!("{feature}s")) {
        return Some(format!("`{stem}` is the feature `{feature}`: one word in every layer"));
    }
    let is_proto = folders == "protocol/proto";
    (is_proto && !FEATURES.contains(&stem) && !PROTO_OTHERS.contains(&stem))
        .then(|| format!("`{stem}` is not a feature: {}", FEATURES.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn empty_names_plurals_and_unknown_features_are_found() {
        for path in [
            "core/common/src/lib.rs",
            "shell/server/src/utils.rs",
            "shell/server/src/session_manager.rs",
            "sdk/web/src/helpers/x.ts",
            "core/room/src/seats.rs",
            "protocol/proto/messages.proto",
        ] {
            assert_eq!(check(path).len(), 1, "{path}");
        }
    }

    #[test]
    fn features_and_real_nouns_may_stand() {
        for path in [
            "protocol/proto/room.proto",
            "protocol/proto/frame.proto",
            "shell/server/src/hub.rs",
            "docs/types.md",
        ] {
            assert!(check(path).is_empty(), "{path}");
        }
    }
}
