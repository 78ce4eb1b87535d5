//! The API coverage table does not shrink.
//!
//! `docs/coverage.md` says `Covered: N` once and holds tables whose last column is `yes` for what works. N and the
//! count of those rows are the same number, so that losing a row needs a visible change of N.

use super::Finding;
use super::sources::Source;

const TABLE: &str = "docs/coverage.md";

/// Compares the count with the committed number; nothing without the table.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| source.path == TABLE)
        .filter_map(|source| check_table(&source.text))
        .collect()
}

fn check_table(text: &str) -> Option<Finding> {
    let covered = text.lines().filter(|line| is_covered(line)).count();
    let promised = text.lines().enumerate().find_map(|(index, line)| {
        let number = line.strip_prefix("Covered: ")?.split_whitespace().next()?;
        Some((index + 1, number.parse::<usize>().ok()?))
    });
    let (line, sentence) = match promised {
        None => (1, format!("a line `Covered: {covered}` is missing")),
        Some((line, n)) if covered < n => {
            (line, format!("the table shrank from {n} to {covered} covered rows"))
        }
        Some((line, n)) if covered > n => {
            (line, format!("{covered} rows are covered, write `Covered: {covered}`"))
        }
        Some(_) => return None,
    };
    Some(Finding::new(TABLE, line, sentence))
}

fn is_covered(line: &str) -> bool {
    line.trim_end()
        .strip_suffix('|')
        .and_then(|row| row.rsplit('|').next())
        .is_some_and(|cell| cell.trim() == "yes")
}

#[cfg(test)]
mod tests {
    use super::check_table;

    const ROWS: &str = "| API | works |\n|---|---|\n| a | yes |\n| b | yes |\n| c | coded refusal |\n";

    #[test]
    fn fewer_more_or_no_number_is_found() {
        for head in ["Covered: 3\n", "Covered: 1\n", ""] {
            assert!(check_table(&format!("{head}{ROWS}")).is_some(), "{head:?}");
        }
    }

    #[test]
    fn the_same_number_is_well() {
        assert_eq!(check_table(&format!("Covered: 2 of 3\n\n{ROWS}")), None);
    }
}
