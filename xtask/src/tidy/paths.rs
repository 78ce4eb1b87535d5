//! The paths (`a::b::c`) that Rust code names, in `use` trees, expressions and macro calls alike.
//!
//! It walks tokens, not syntax, so that the inside of a macro call counts too. Items behind `#[cfg(test)]` are
//! left out.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree, token_stream::IntoIter};

/// One path as written; a single name is a path of one segment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedPath {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    /// How many inline modules of the file surround it.
    pub(super) inline_modules: usize,
}

/// Every path outside tests; none where the text is not Rust.
pub(super) fn paths(text: &str) -> Vec<NamedPath> {
    let mut walk = Walk { found: Vec::new(), inline_modules: 0 };
    walk.stream(text.parse().unwrap_or_default(), &[]);
    walk.found
}

struct Walk {
    found: Vec<NamedPath>,
    inline_modules: usize,
}

impl Walk {
    /// `prefix` is what stands before the braces of a `use` tree.
    fn stream(&mut self, stream: TokenStream, prefix: &[String]) {
        let mut tokens = stream.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(name) if name == "mod" => self.module(&mut tokens),
                TokenTree::Ident(name) => self.path(name, prefix, &mut tokens),
                TokenTree::Punct(punct) if punct.as_char() == '#' => match tokens.peek() {
                    Some(TokenTree::Group(attribute)) if is_test_attribute(attribute) => {
                        skip_item(&mut tokens)
                    }
                    _ => {}
                },
                TokenTree::Group(group) => self.stream(group.stream(), prefix),
                _ => {}
            }
        }
    }

    fn module(&mut self, tokens: &mut Peekable<IntoIter>) {
        tokens.next();
        if let Some(TokenTree::Group(body)) = tokens.peek() {
            let body = body.stream();
            tokens.next();
            self.inline_modules += 1;
            self.stream(body, &[]);
            self.inline_modules -= 1;
        }
    }

    fn path(&mut self, first: proc_macro2::Ident, prefix: &[String], tokens: &mut Peekable<IntoIter>) {
        let line = first.span().start().line;
        let mut segments = prefix.to_vec();
        segments.push(first.to_string());
        while eat_double_colon(tokens) {
            match tokens.peek() {
                Some(TokenTree::Ident(name)) => segments.push(name.to_string()),
                Some(TokenTree::Group(tree)) if tree.delimiter() == Delimiter::Brace => {
                    let tree = tree.stream();
                    tokens.next();
                    self.stream(tree, &segments);
                    return;
                }
                _ => break,
            }
            tokens.next();
        }
        self.found.push(NamedPath { segments, line, inline_modules: self.inline_modules });
    }
}

fn eat_double_colon(tokens: &mut Peekable<IntoIter>) -> bool {
    let is_colon =
        |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == ':');
    let mut ahead = tokens.clone();
    ahead.next();
    if is_colon(tokens.peek()) && is_colon(ahead.peek()) {
        tokens.next();
        tokens.next();
        return true;
    }
    false
}

fn is_test_attribute(attribute: &Group) -> bool {
    let text = attribute.stream().to_string().replace(' ', "");
    text == "cfg(test)" || text == "test"
}

/// Passes over the attributes and the item that follow a test attribute.
fn skip_item(tokens: &mut Peekable<IntoIter>) {
    for token in tokens.by_ref() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => return,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::paths;

    fn joined(text: &str) -> Vec<String> {
        paths(text).into_iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn use_trees_and_macro_bodies_are_seen() {
        let found =
            joined("use std::{fs, time::{Duration, Instant as I}}; fn f() { vec![tokio::spawn(a)]; }");
        for path in ["std::fs", "std::time::Duration", "std::time::Instant", "tokio::spawn"] {
            assert!(found.contains(&path.to_owned()), "{path} in {found:?}");
        }
    }

    #[test]
    fn tests_are_left_out_and_the_next_item_is_not() {
        let found = joined(
            "#[cfg(test)] mod tests { use std::fs; } #[test] fn t() { std::net::x() } fn f() { std::env::args() }",
        );
        assert!(!found.contains(&"std::fs".to_owned()) && !found.contains(&"std::net::x".to_owned()));
        assert!(found.contains(&"std::env::args".to_owned()));
    }

    #[test]
    fn inline_modules_are_counted() {
        let found = paths("mod a { use super::b; } use super::c;");
        let depth = found
            .iter()
            .filter(|path| path.segments.len() == 2)
            .map(|path| path.inline_modules)
            .collect::<Vec<_>>();
        assert_eq!(depth, [1, 0]);
    }
}
