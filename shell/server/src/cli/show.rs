//! What commands print: JSON, or text for people made from the same value.

use super::ask::CliError;
use crate::doctor::{Finding, Verdict};
use serde_json::{Map, Value, json};
use std::io::Write;

/// Prints what a command has to show.
pub(super) fn done(shown: &Value, as_json: bool) {
    if as_json {
        return text(&format!("{shown}\n"));
    }
    text(&match shown {
        Value::Array(rows) => table(rows),
        Value::Object(fields) => lines(fields),
        Value::Null => "done\n".to_owned(),
        other => format!("{}\n", word(other)),
    });
}

/// Prints text as it is.
pub(super) fn text(text: &str) {
    // Nobody may be reading.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Prints why a command came to nothing.
pub(super) fn error(error: &CliError, as_json: bool) {
    let line = if as_json {
        let (code, field) = error.particulars();
        json!({"error": error.to_string(), "code": code, "field": field}).to_string()
    } else {
        format!("parlor: {error}")
    };
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Prints what the doctor found.
pub(super) fn findings(findings: &[Finding], as_json: bool) {
    if as_json {
        return text(&format!("{}\n", json!(findings)));
    }
    for finding in findings {
        let mark = match finding.verdict {
            Verdict::Fine => "ok   ",
            Verdict::Doubtful => "note ",
            Verdict::Wrong => "WRONG",
        };
        text(&format!("{mark}  {}: {}\n", finding.subject, finding.sentence));
        if let Some(remedy) = &finding.remedy {
            text(&format!("       → {remedy}\n"));
        }
    }
}

fn lines(fields: &Map<String, Value>) -> String {
    let width = fields.keys().map(String::len).max().unwrap_or(0);
    fields.iter().map(|(name, value)| format!("{name:width$}  {}\n", word(value))).collect()
}

fn table(rows: &[Value]) -> String {
    let Some(Value::Object(first)) = rows.first() else { return "none\n".to_owned() };
    let mut names: Vec<&String> = first.keys().collect();
    // What a row is called stands in front.
    names.sort_by_key(|name| !["name", "accid", "act"].contains(&name.as_str()));
    let mut cells: Vec<Vec<String>> = vec![names.iter().map(|name| name.to_uppercase()).collect()];
    cells.extend(rows.iter().map(|row| names.iter().map(|name| word(&row[name.as_str()])).collect()));
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    cells
        .iter()
        .map(|row| {
            let padded: Vec<String> =
                row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
            format!("{}\n", padded.join("  ").trim_end())
        })
        .collect()
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(on) => if *on { "on" } else { "off" }.to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_columns() {
        let rows = [json!({"name": "a", "on": true}), json!({"name": "long", "on": null})];
        assert_eq!(table(&rows), "NAME  ON\na     on\nlong  -\n");
        assert_eq!(table(&[]), "none\n");
    }

    #[test]
    fn fields_stand_one_below_the_other() {
        let Value::Object(fields) = json!({"app_key": "k", "n": 3}) else { unreachable!() };
        assert_eq!(lines(&fields), "app_key  k\nn        3\n");
    }
}
