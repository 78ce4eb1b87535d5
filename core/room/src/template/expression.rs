//! Role expressions: `operatorRole[.targetRole|targetRole...][#put|delete]`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ANY;

/// Who may do it to whom. Without targets: to anybody, oneself included. Without a verb: both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Expression {
    /// A role, or `*` for any.
    pub operator: String,
    /// Empty = anybody.
    pub targets: Vec<Target>,
    /// `None` = both.
    pub verb: Option<Verb>,
}

/// To whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `self`.
    Oneself,
    /// `*`: anybody.
    Any,
    /// Whoever has that role.
    Role(String),
}

/// Setting or taking away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Setting, switching on, banning.
    Put,
    /// Deleting, switching off, lifting a ban.
    Delete,
}

/// Words for a malformed expression.
const FORM: &str = "a role expression is operatorRole[.targetRole|targetRole...][#put|delete]";

impl Expression {
    /// Whether it lets `operator` do that to a target of `role`, who may be the operator.
    pub fn allows(&self, operator: &str, role: &str, is_oneself: bool, verb: Verb) -> bool {
        let hits = |target: &Target| match target {
            Target::Oneself => is_oneself,
            Target::Any => true,
            Target::Role(name) => name == role,
        };
        self.is_of(operator, verb) && (self.targets.is_empty() || self.targets.iter().any(hits))
    }

    /// Whether it lets `operator` do that to somebody.
    pub fn is_of(&self, operator: &str, verb: Verb) -> bool {
        (self.operator == ANY || self.operator == operator) && self.verb.is_none_or(|own| own == verb)
    }

    /// The roles it names.
    pub(super) fn roles(&self) -> impl Iterator<Item = &str> {
        let targets = self.targets.iter().filter_map(|target| match target {
            Target::Role(name) => Some(name.as_str()),
            Target::Oneself | Target::Any => None,
        });
        std::iter::once(self.operator.as_str()).filter(|operator| *operator != ANY).chain(targets)
    }
}

impl FromStr for Expression {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Expression, &'static str> {
        let (who, verb) = match text.split_once('#') {
            Some((who, "put")) => (who, Some(Verb::Put)),
            Some((who, "delete")) => (who, Some(Verb::Delete)),
            Some(_) => return Err("after # comes put or delete"),
            None => (text, None),
        };
        let (operator, targets) = match who.split_once('.') {
            Some((operator, targets)) => (operator, targets.split('|').map(target).collect()),
            None => (who, Vec::new()),
        };
        let is_name = |name: &str| !name.is_empty() && !name.contains(['.', '|', '#']);
        let named = |target: &Target| !matches!(target, Target::Role(name) if !is_name(name));
        if !is_name(operator) || operator == "self" || !targets.iter().all(named) {
            return Err(FORM);
        }
        Ok(Expression { operator: operator.to_owned(), targets, verb })
    }
}

fn target(name: &str) -> Target {
    match name {
        "self" => Target::Oneself,
        ANY => Target::Any,
        role => Target::Role(role.to_owned()),
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operator)?;
        for (place, target) in self.targets.iter().enumerate() {
            f.write_str(if place == 0 { "." } else { "|" })?;
            f.write_str(match target {
                Target::Oneself => "self",
                Target::Any => ANY,
                Target::Role(name) => name,
            })?;
        }
        f.write_str(match self.verb {
            Some(Verb::Put) => "#put",
            Some(Verb::Delete) => "#delete",
            None => "",
        })
    }
}

impl TryFrom<String> for Expression {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Expression, &'static str> {
        text.parse()
    }
}

impl From<Expression> for String {
    fn from(expression: Expression) -> String {
        expression.to_string()
    }
}
