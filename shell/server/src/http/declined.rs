//! Published calls that no route performs yet, found by method and path. They are many and all answer the same, so they
//! are looked up where the router has found nothing.

use super::admission::PathParts;
use super::family::Family;
use super::published;
use super::route::Route;
use super::routes;
use crate::fault::Fault;
use axum::http::Method;
use parlor_protocol::codes::Code;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What the published calls say of a request that the router does not take.
pub enum Lookup {
    /// One of them, and what is in the places of its path.
    Call(Box<Route>, Result<PathParts, Fault>),
    /// One of them, but for the method.
    OtherMethod,
    /// Nobody published this.
    Unknown,
}

/// Looks up a request.
pub fn find(method: &Method, path: &str) -> Lookup {
    let Some(Found { calls, values, .. }) = Found::at(path) else { return Lookup::Unknown };
    let Some(template) = calls.get(method.as_str()) else { return Lookup::OtherMethod };
    let names = template.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parts = names.zip(&values).map(|(name, value)| {
        let value = percent_encoding::percent_decode_str(value).decode_utf8();
        let value = value.map_err(|_| Fault::new(Code::InvalidParameter, "the path is not UTF-8"))?;
        Ok((name.to_owned(), value.into_owned()))
    });
    Lookup::Call(Box::new(Route::not_supported(method.clone(), template)), parts.collect())
}

/// The template of a path, as figures are kept by; `None`: nobody published it, or a route performs it.
pub fn template(path: &str) -> Option<String> {
    let Found { calls, is_twin, .. } = Found::at(path)?;
    let template = calls.values().next()?;
    if is_twin { Family::twin(template) } else { Some((*template).to_owned()) }
}

/// Method and template of calls at one place.
type Calls = BTreeMap<String, &'static str>;

/// A place that a path leads to.
struct Found {
    calls: &'static Calls,
    values: Vec<String>,
    /// It is there under the family's other endpoint.
    is_twin: bool,
}

impl Found {
    fn at(path: &str) -> Option<Self> {
        let find = |path: &str, is_twin| {
            let mut values = Vec::new();
            let parts: Vec<&str> = path.split('/').collect();
            let calls = TREE.find(&parts, &mut values)?;
            Some(Self { calls, values: values.into_iter().map(str::to_owned).collect(), is_twin })
        };
        find(path, false).or_else(|| find(&Family::twin(path)?, true))
    }
}

static TREE: LazyLock<Tree> = LazyLock::new(|| {
    let mut tree = Tree::default();
    for call in published::not_supported(&routes()) {
        tree.insert(call.method.to_string(), call.path);
    }
    tree
});

/// Templates by the parts of their paths.
#[derive(Default)]
struct Tree {
    calls: Calls,
    named: BTreeMap<&'static str, Tree>,
    any: Option<Box<Tree>>,
}

impl Tree {
    fn insert(&mut self, method: String, template: &'static str) {
        let mut tree = self;
        for part in template.split('/') {
            tree = match part.starts_with('{') {
                true => tree.any.get_or_insert_default(),
                false => tree.named.entry(part).or_default(),
            };
        }
        tree.calls.insert(method, template);
    }

    /// Named parts count before any part, and no part stands for nothing.
    fn find<'a>(&self, parts: &[&'a str], values: &mut Vec<&'a str>) -> Option<&Calls> {
        let Some((part, rest)) = parts.split_first() else {
            return (!self.calls.is_empty()).then_some(&self.calls);
        };
        if let Some(found) = self.named.get(*part).and_then(|tree| tree.find(rest, values)) {
            return Some(found);
        }
        let tree = self.any.as_ref().filter(|_| !part.is_empty())?;
        values.push(part);
        let found = tree.find(rest, values);
        if found.is_none() {
            values.pop();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(templates: &[&'static str]) -> Tree {
        let mut tree = Tree::default();
        for template in templates {
            tree.insert("GET".to_owned(), template);
        }
        tree
    }

    fn found(tree: &Tree, path: &str) -> Option<(&'static str, Vec<String>)> {
        let (parts, mut values) = (path.split('/').collect::<Vec<_>>(), Vec::new());
        let template = *tree.find(&parts, &mut values)?.get("GET")?;
        Some((template, values.into_iter().map(str::to_owned).collect()))
    }

    #[test]
    fn a_named_part_counts_before_any_and_a_wrong_turn_is_taken_back() {
        let tree = tree(&["/a/{x}/c", "/a/b/d", "/a/{x}/{y}/e", "/a/"]);
        assert_eq!(found(&tree, "/a/b/d"), Some(("/a/b/d", vec![])));
        assert_eq!(found(&tree, "/a/b/c"), Some(("/a/{x}/c", vec!["b".to_owned()])));
        let both = vec!["b".to_owned(), "c".to_owned()];
        assert_eq!(found(&tree, "/a/b/c/e"), Some(("/a/{x}/{y}/e", both)));
        assert_eq!(found(&tree, "/a/"), Some(("/a/", vec![])));
        for path in ["/a", "/a//c", "/a/b/", "/a/b/c/f", "/a/b/d/e/f"] {
            assert_eq!(found(&tree, path), None, "{path}");
        }
    }

    #[test]
    fn figures_are_kept_by_template_under_either_endpoint() {
        let template = |path| super::template(path).unwrap();
        assert_eq!(template("/im/v2/chatrooms/7"), "/im/v2/chatrooms/{room_id}");
        assert_eq!(template("/nimserver/im/v2/chatrooms/7"), "/nimserver/im/v2/chatrooms/{room_id}");
        assert_eq!(template("/msg/sendMsg.action"), "/msg/sendMsg.action");
        assert_eq!(super::template("/msg/sendNothing.action"), None);
    }
}
