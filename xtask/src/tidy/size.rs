//! A hand-written source file has at most 600 lines, a Rust function at most 70; tests, generated code and the
//! vendor-shaped headers apart.

use std::ops::RangeInclusive;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use super::Finding;
use super::sources::Source;

const MAX_FILE_LINES: usize = 600;
const MAX_FUNCTION_LINES: usize = 70;
const EXTENSIONS: [&str; 9] = [".rs", ".ts", ".tsx", ".c", ".cc", ".cpp", ".h", ".hpp", ".proto"];
/// Their shape is the published one.
const VENDOR_SHAPED: &str = "sdk/cpp/include/";

/// What is too long in one file.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let is_source = EXTENSIONS.iter().any(|extension| source.path.ends_with(extension));
    if !is_source || source.is_test() || source.is_generated() || source.path.starts_with(VENDOR_SHAPED) {
        return Vec::new();
    }
    let mut spans = Spans::default();
    if let Some(syntax) = &source.syntax {
        spans.visit_file(syntax);
    }
    let test_lines = spans.tests.iter().map(|lines| lines.clone().count()).sum::<usize>();
    let lines = source.text.lines().count() - test_lines;
    let mut findings = Vec::new();
    if lines > MAX_FILE_LINES {
        findings.push(Finding::new(&source.path, 1, format!("{lines} lines, the limit is {MAX_FILE_LINES}")));
    }
    for (name, lines) in spans.functions {
        let count = lines.clone().count();
        if count > MAX_FUNCTION_LINES {
            let sentence = format!("`{name}` has {count} lines, the limit is {MAX_FUNCTION_LINES}");
            findings.push(Finding::new(&source.path, *lines.start(), sentence));
        }
    }
    findings
}

#[derive(Default)]
struct Spans {
    functions: Vec<(String, RangeInclusive<usize>)>,
    tests: Vec<RangeInclusive<usize>>,
}

impl Spans {
    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let lines = signature.span().start().line..=block.span().end().line;
        self.functions.push((signature.ident.to_string(), lines));
    }
}

impl<'ast> Visit<'ast> for Spans {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if is_for_tests(&module.attrs) {
            self.tests.push(module.span().start().line..=module.span().end().line);
        } else {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        if !is_for_tests(&function.attrs) {
            self.function(&function.sig, &function.block);
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.function(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.function(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        meta => meta.path().segments.last().is_some_and(|segment| segment.ident == "test"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sources::Source;
    use super::check;

    fn sentences(path: &str, text: &str) -> Vec<String> {
        check(&Source::new(path, text)).into_iter().map(|finding| finding.sentence).collect()
    }

    #[test]
    fn a_long_file_is_found_in_every_language() {
        let long = "// line\n".repeat(601);
        for path in ["a/src/x.rs", "sdk/web/src/x.ts", "sdk/cpp/src/x.cpp"] {
            assert_eq!(sentences(path, &long), ["601 lines, the limit is 600"], "{path}");
        }
    }

    #[test]
    fn tests_generated_code_and_vendor_headers_may_be_long() {
        let long = "// line\n".repeat(601);
        for path in ["a/tests/x.rs", "a/src/gen/x.rs", "sdk/cpp/include/nim.h", "docs/x.md"] {
            assert!(sentences(path, &long).is_empty(), "{path}");
        }
        let with_tests = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
        assert!(sentences("a/src/x.rs", &with_tests).is_empty());
    }

    #[test]
    fn a_long_function_is_found_and_a_long_test_is_not() {
        let body = "g();\n".repeat(69);
        assert_eq!(
            sentences("a/src/x.rs", &format!("fn f() {{\n{body}}}")),
            ["`f` has 71 lines, the limit is 70"]
        );
        assert_eq!(sentences("a/src/x.rs", &format!("impl A {{ fn f() {{\n{body}}} }}")).len(), 1);
        let body = "g();\n".repeat(68);
        assert!(sentences("a/src/x.rs", &format!("fn f() {{\n{body}}}")).is_empty());
        let body = "g();\n".repeat(80);
        assert!(sentences("a/src/x.rs", &format!("#[tokio::test]\nasync fn f() {{\n{body}}}")).is_empty());
    }
}
