//! What was expected and what was seen.

use std::fmt::Debug;
use std::process::ExitCode;

/// Prints each comparison and remembers the failures.
#[derive(Default)]
pub struct Report {
    seen: usize,
    wrong: usize,
}

impl Report {
    /// Compares, and prints a line.
    pub fn expect<T: PartialEq + Debug>(&mut self, case: &str, expected: T, observed: T) {
        self.seen += 1;
        let right = expected == observed;
        if right {
            println!("ok    {case}: {observed:?}");
        } else {
            self.wrong += 1;
            println!("WRONG {case}: expected {expected:?}, observed {observed:?}");
        }
    }

    /// Success only if everything was as expected.
    pub fn verdict(&self) -> ExitCode {
        println!("{} passed, {} failed", self.seen - self.wrong, self.wrong);
        if self.wrong == 0 && self.seen > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
