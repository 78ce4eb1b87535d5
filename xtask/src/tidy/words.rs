//! Words that no committed text holds: a machine's paths, and marks of unfinished work.

use super::Finding;
use super::sources::Source;

/// Written in halves, so that this file does not hold what it looks for.
const MACHINE: [&str; 5] = [
    concat!("/wo", "rk"),
    concat!("/tmp", "/wt"),
    concat!(".lib", "rary"),
    concat!("/ro", "ot/"),
    concat!("../sha", "red"),
];
const UNFINISHED: [&str; 7] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("todo", "!("),
    concat!("unimple", "mented!("),
    concat!("#[ig", "nore]"),
    concat!("#[ig", "nore ="),
];

/// Where one of the words stands.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    if source.is_generated() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let machine = MACHINE
            .iter()
            .find(|word| stands_alone(line, word))
            .map(|word| format!("a machine's path: `{word}`"));
        let unfinished = UNFINISHED
            .iter()
            .find(|word| stands_alone(line, word))
            .map(|word| format!("unfinished: `{word}`"));
        findings
            .extend(machine.or(unfinished).map(|sentence| Finding::new(&source.path, index + 1, sentence)));
    }
    findings
}

/// Whether the word occurs in the line as a word of its own.
fn stands_alone(line: &str, word: &str) -> bool {
    let is_part = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        let opens = word.starts_with(|c: char| c.is_alphanumeric());
        let closes = word.ends_with(|c: char| c.is_alphanumeric());
        !(is_part(before) && (opens || word.starts_with('/'))) && !(closes && is_part(after))
    })
}

#[cfg(test)]
mod tests {
    use super::super::sources::Source;
    use super::{MACHINE, UNFINISHED, check};

    fn count(path: &str, text: &str) -> usize {
        check(&Source::new(path, text)).len()
    }

    #[test]
    fn each_word_is_found() {
        for word in MACHINE.iter().chain(&UNFINISHED) {
            assert_eq!(count("docs/a.md", &format!("see {word} here")), 1, "{word}");
        }
    }

    #[test]
    fn longer_words_and_generated_files_are_not() {
        let near = format!(
            "the {}space, build{}, a {}X and net{}s",
            MACHINE[0], MACHINE[0], UNFINISHED[2], MACHINE[0]
        );
        assert_eq!(count("docs/a.md", &near), 0, "{near}");
        assert_eq!(count("protocol/src/gen/a.rs", UNFINISHED[0]), 0);
        assert_eq!(count("Cargo.lock", UNFINISHED[2]), 0);
    }
}
