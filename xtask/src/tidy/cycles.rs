//! No circle among the modules of a crate.
//!
//! A module and the modules inside it are one unit (a machine's main file and its parts know each other); among
//! the modules that stand side by side, `use` and other paths must point one way.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::paths::{NamedPath, paths};
use super::sources::Source;

/// A module: its crate's `src` folder, then its path; empty for the root.
type Module = Vec<String>;
/// Module to the siblings it names, each with where it does.
type Edges = BTreeMap<Module, BTreeMap<Module, (String, usize)>>;

/// One finding per circle.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let files = sources
        .iter()
        .filter(|source| !source.is_test())
        .filter_map(|source| Some((module_of(&source.path)?, source)))
        .collect::<BTreeMap<_, _>>();
    let known = files.keys().cloned().collect::<BTreeSet<_>>();
    let mut edges = Edges::new();
    for (module, source) in &files {
        for path in paths(&source.text) {
            if let Some((from, to)) = sibling_edge(module, &path, &known) {
                edges.entry(from).or_default().entry(to).or_insert((source.path.clone(), path.line));
            }
        }
    }
    circles(&edges)
}

/// `sdk/rust/src/link/retry.rs` is `[sdk/rust/src, link, retry]`; binaries and build scripts have no module.
fn module_of(path: &str) -> Option<Module> {
    let (folder, rest) = path.strip_suffix(".rs")?.rsplit_once("/src/")?;
    let mut module = vec![format!("{folder}/src")];
    module.extend(rest.split('/').map(str::to_owned));
    match module.last()?.as_str() {
        "lib" | "main" | "mod" => {
            module.pop();
        }
        _ => {}
    }
    (module.get(1).map(String::as_str) != Some("bin")).then_some(module)
}

/// The two modules that stand side by side and hold the namer and the named.
fn sibling_edge(module: &Module, path: &NamedPath, known: &BTreeSet<Module>) -> Option<(Module, Module)> {
    let mut target = match path.segments.first()?.as_str() {
        "crate" => module[..1].to_vec(),
        "super" => {
            let supers = path.segments.iter().take_while(|segment| *segment == "super").count();
            let up = supers.saturating_sub(path.inline_modules);
            module[..module.len().saturating_sub(up).max(1)].to_vec()
        }
        _ => return None,
    };
    let rest = path.segments.iter().skip_while(|segment| matches!(segment.as_str(), "crate" | "super"));
    for segment in rest {
        target.push(segment.clone());
        if !known.contains(&target) {
            target.pop();
            break;
        }
    }
    let common = module.iter().zip(&target).take_while(|(a, b)| a == b).count();
    if common == module.len() || common == target.len() {
        return None;
    }
    Some((module[..=common].to_vec(), target[..=common].to_vec()))
}

fn circles(edges: &Edges) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut told = BTreeSet::new();
    for start in edges.keys() {
        let Some(circle) = circle_through(start, edges) else { continue };
        if told.insert(circle.iter().cloned().collect::<BTreeSet<_>>()) {
            let (path, line) = &edges[&circle[0]][&circle[1]];
            let names = circle.iter().map(|module| module[1..].join("::")).collect::<Vec<_>>();
            findings.push(Finding::new(path, *line, format!("modules in a circle: {}", names.join(" -> "))));
        }
    }
    findings
}

/// The shortest way from a module back to itself, both ends included.
fn circle_through(start: &Module, edges: &Edges) -> Option<Vec<Module>> {
    let mut ways = std::collections::VecDeque::from([vec![start.clone()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in edges.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            let mut longer = way.clone();
            longer.push(next.clone());
            if next == start {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                ways.push_back(longer);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::sources::Source;
    use super::check;

    fn sentences(files: &[(&str, &str)]) -> Vec<String> {
        let sources = files.iter().map(|(path, text)| Source::new(path, *text)).collect::<Vec<_>>();
        check(&sources).into_iter().map(|finding| finding.sentence).collect()
    }

    #[test]
    fn a_circle_is_found_once_with_its_way() {
        let found = sentences(&[
            ("x/src/lib.rs", "mod a; mod b; mod c;"),
            ("x/src/a.rs", "use crate::b::B;"),
            ("x/src/b.rs", "fn f() { super::c::g() }"),
            ("x/src/c/deep.rs", "use crate::a;"),
            ("x/src/c.rs", "mod deep;"),
        ]);
        assert_eq!(found, ["modules in a circle: a -> b -> c -> a"]);
    }

    #[test]
    fn one_way_parents_and_other_crates_are_no_circle() {
        let found = sentences(&[
            ("x/src/lib.rs", "mod a; mod b; use crate::a::A;"),
            ("x/src/a.rs", "mod part; use crate::b::B; use self::part::P; mod inner { use super::part; }"),
            ("x/src/a/part.rs", "use super::A; use crate::a::A;"),
            ("x/src/b.rs", "#[cfg(test)] mod tests { use crate::a::A; }"),
            ("y/src/b.rs", "use crate::a::A;"),
            ("y/src/a.rs", ""),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }
}
