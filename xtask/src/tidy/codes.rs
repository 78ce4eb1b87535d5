//! A code that a caller can get has a test.
//!
//! Of the code table, each code that some source names is named by a test too, or the test has one of its numbers. C++
//! names it `kName`.

use std::collections::BTreeSet;

use super::Finding;
use super::sources::Source;

const TABLE: &str = "protocol/src/codes/table.rs";
/// Says what `#[cfg(test)] mod tests` begins with.
const INNER_TESTS: &str = "#[cfg(test)]";

/// Names every code of the table that is used and not tested.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(table) = sources.iter().find(|source| source.path == TABLE) else { return Vec::new() };
    let (mut used, mut tested) = (BTreeSet::new(), BTreeSet::new());
    for source in sources.iter().filter(|source| is_program(source)) {
        let inner = match source.is_test() || source.path.starts_with("examples/") {
            true => 0,
            false => source.text.find(INNER_TESTS).unwrap_or(source.text.len()),
        };
        used.extend(words(&source.text[..inner]));
        tested.extend(words(&source.text[inner..]));
    }
    let rows = table.text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, row(line)?)));
    rows.filter(|(_, (name, _))| used.contains(*name))
        .filter(|(_, (name, numbers))| {
            !tested.contains(*name) && numbers.iter().all(|number| !tested.contains(number.as_str()))
        })
        .map(|(line, (name, _))| Finding::new(TABLE, line, format!("no test names the code {name}")))
        .collect()
}

fn is_program(source: &Source) -> bool {
    let is_code =
        [".rs", ".ts", ".mjs", ".cpp", ".http", ".json"].iter().any(|end| source.path.ends_with(end));
    is_code && source.path != TABLE && !source.is_generated() && !source.path.starts_with("docs/")
}

/// The name and the numbers of a row such as `NotFound [404, LINK, 102_404] Fix, "...`.
fn row(line: &str) -> Option<(&str, Vec<String>)> {
    let (name, rest) = line.split_once(" [")?;
    let (numbers, _) = rest.split_once("] ")?;
    let is_name = name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric);
    let numbers = numbers.split(", ").map(|number| number.replace('_', ""));
    // Shorter ones are too common to say which code was meant.
    is_name.then(|| (name, numbers.filter(|number| number.len() >= 3 && number != "LINK").collect()))
}

/// Words and numbers, as the table writes them.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.len() >= 3);
    words.map(|word| match word.strip_prefix('k') {
        Some(name) if name.starts_with(char::is_uppercase) => name.to_owned(),
        _ if word.starts_with(|c: char| c.is_ascii_digit()) => word.replace('_', ""),
        _ => word.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{TABLE, check};
    use crate::tidy::sources::Source;

    const CODES: &str = "NotFound [404, LINK, 102_404] Fix, \"x\",\nRoomLocked [1019, LINK] Ask, \"x\",\n";

    fn found(sources: &[(&str, &str)]) -> Vec<usize> {
        let all: Vec<_> =
            [(TABLE, CODES)].iter().chain(sources).map(|(path, text)| Source::new(path, *text)).collect();
        check(&all).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_used_code_needs_a_test() {
        let used = ("core/room/src/room.rs", "fn f() { Code::NotFound; Code::RoomLocked }");
        assert_eq!(found(&[used]), [1, 2]);
        assert_eq!(found(&[used, ("core/room/tests/acts.rs", "Code::NotFound")]), [2]);
        assert_eq!(found(&[]), [] as [usize; 0]);
    }

    #[test]
    fn a_number_a_c_name_and_inner_tests_count() {
        let used = ("a/src/a.rs", "fn f() { Code::NotFound; Code::RoomLocked }");
        for test in [("sdk/web/tests/a.test.ts", "code: 102404"), ("a/tests/a.rs", "102_404")] {
            assert_eq!(found(&[used, test]), [2], "{test:?}");
        }
        assert_eq!(found(&[used, ("sdk/cpp/tests/a.cpp", "kNotFound, kRoomLocked")]), [] as [usize; 0]);
        let inner = ("b/src/b.rs", "fn f() {}\n#[cfg(test)]\nmod tests { NotFound; RoomLocked }");
        assert_eq!(found(&[used, inner]), [] as [usize; 0]);
    }
}
