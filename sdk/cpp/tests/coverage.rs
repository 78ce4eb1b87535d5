//! `coverage.toml` names every call that the headers declare, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(serde::Deserialize)]
struct Service {
    header: String,
    supported: BTreeSet<String>,
    /// By reason.
    #[serde(default)]
    not_supported: BTreeMap<String, BTreeSet<String>>,
}

/// Classes of values and of what the client mirrors, not of calls.
const VALUES: [&str; 6] = [
    "INEBaseController",
    "INERoomMember",
    "INERoomMemberBase",
    "INEWaitRoomManager",
    "INEWaitingRoomMember",
    "SignalingNotifyInfo",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn table() -> BTreeMap<String, Service> {
    let text = std::fs::read_to_string(root().join("coverage.toml")).expect("coverage.toml");
    toml::from_str(&text).expect("its form")
}

fn headers(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => headers(&path, out),
            false => out.push(path),
        }
    }
}

/// The name that is called in a declaration such as `    static bool Init(const ...`.
fn called(line: &str) -> Option<&str> {
    let declared = line.strip_prefix("    static ").or_else(|| line.strip_prefix("    virtual "));
    let overridden = || line.strip_prefix("    ").filter(|line| line.contains(" override"));
    let declaration = declared.or_else(overridden)?;
    let (before, _) = declaration.split_once('(')?;
    let name = before.rsplit([' ', '&', '*']).next()?;
    (!before.contains('~') && !name.is_empty()).then_some(name)
}

/// Calls by `namespace::Class`, as the headers declare them.
fn declared() -> BTreeMap<String, BTreeSet<String>> {
    let mut files = Vec::new();
    headers(&root().join("include"), &mut files);
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a header");
        let (mut space, mut class) = ("", None::<String>);
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("namespace ").and_then(|l| l.strip_suffix(" {")) {
                space = name;
            }
            if let Some(rest) = line.strip_prefix("class ").filter(|line| line.ends_with('{')) {
                let rest = rest.trim_start_matches("NIM_SDK_CPPWRAPPER_DLL_API ");
                let name = rest.split([' ', ':']).next().unwrap_or_default();
                class = Some(name.to_owned());
            }
            if line == "};" {
                class = None;
            }
            let Some(name) = class.as_deref() else { continue };
            let is_service = name.starts_with("INE") || space.starts_with("nim");
            let message = name.starts_with("INERoomChat") && name != "INERoomChatController";
            if is_service && !message && name != "Json" && !VALUES.contains(&name) {
                out.entry(format!("{space}::{name}")).or_default().extend(called(line).map(str::to_owned));
            }
        }
    }
    out.retain(|_, calls| !calls.is_empty());
    out.insert(
        "neroom".to_owned(),
        ["createNERoomKit", "destroyNERoomKit"].map(str::to_owned).into_iter().collect(),
    );
    out
}

#[test]
fn the_table_and_the_headers_name_the_same_calls() {
    let table = table();
    let declared = declared();
    assert!(declared.values().map(BTreeSet::len).sum::<usize>() > 700, "the headers were read");
    let names = |keys: Vec<&String>| keys.into_iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(table.keys().collect()), names(declared.keys().collect()));
    for (name, service) in &table {
        let not_supported: Vec<_> = service.not_supported.values().flatten().cloned().collect();
        let listed: BTreeSet<_> = service.supported.iter().chain(&not_supported).cloned().collect();
        assert_eq!(&listed, &declared[name], "{name}");
        assert_eq!(listed.len(), service.supported.len() + not_supported.len(), "{name}: listed twice");
        assert!(root().join("include").join(&service.header).is_file(), "{name}");
    }
}

#[test]
fn the_heart_and_rooms_are_supported() {
    let table = table();
    assert!(table["neroom::INERoomContext"].supported.contains("leaveRoom"));
    assert!(table["neroom::INENosService"].not_supported.is_empty());
    assert!(table["nim::Client"].supported.contains("Login"));
    assert!(table["neroom::INEAuthService"].not_supported.is_empty());
}
