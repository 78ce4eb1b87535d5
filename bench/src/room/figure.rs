//! Figures by name, their medians and the verdict.

use std::time::Duration;

/// What was measured, run by run.
#[derive(Default)]
pub(crate) struct Figures(Vec<Figure>);

struct Figure {
    name: &'static str,
    limit: Option<f64>,
    server: Vec<f64>,
    floor: Vec<f64>,
}

impl Figures {
    fn of(&mut self, name: &'static str) -> &mut Figure {
        let index = self.0.iter().position(|figure| figure.name == name).unwrap_or_else(|| {
            self.0.push(Figure { name, limit: None, server: Vec::new(), floor: Vec::new() });
            self.0.len() - 1
        });
        &mut self.0[index]
    }

    /// A figure of the server.
    pub(super) fn add(&mut self, name: &'static str, value: f64) {
        println!("  {name}: {value:.2}");
        self.of(name).server.push(value);
    }

    /// The same of the bare server.
    pub(super) fn floor(&mut self, name: &'static str, value: f64) {
        println!("  {name}, bare: {value:.2}");
        self.of(name).floor.push(value);
    }

    /// A figure that may not be above `limit`.
    pub(super) fn limited(&mut self, name: &'static str, value: f64, limit: f64) {
        self.add(name, value);
        self.of(name).limit = Some(limit);
    }

    /// Prints medians and ratios; true when everything is within its limit.
    pub(super) fn conclude(&self) -> bool {
        println!("\n| | parlor | bare | parlor / bare | limit |\n|---|---|---|---|---|");
        for Figure { name, limit, server, floor } in &self.0 {
            let (server, floor) = (median(server), median(floor));
            let ratio = server.zip(floor).filter(|(_, floor)| *floor > 0.0).map(|(of, floor)| of / floor);
            println!(
                "| {name} | {} | {} | {} | {} |",
                shown(server),
                shown(floor),
                shown(ratio),
                limit.map_or("-".to_owned(), |limit| format!("{limit:.0}"))
            );
        }
        let mut holds = true;
        for Figure { name, limit, server, .. } in &self.0 {
            if let (Some(found), Some(limit)) = (median(server), limit) {
                let verdict = if found <= *limit { "holds" } else { "FAILS" };
                println!("{verdict}: {name} {found:.2}, limit {limit:.0}");
                holds &= found <= *limit;
            }
        }
        holds
    }
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or("-".to_owned(), |figure| format!("{figure:.2}"))
}

fn median(all: &[f64]) -> Option<f64> {
    let mut all = all.to_vec();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied()
}

/// Times, and where most of them are.
#[derive(Default)]
pub(super) struct Times(Vec<Duration>);

impl Times {
    pub(super) fn push(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// So many per thousand took no longer, ms.
    pub(super) fn quantile_ms(&mut self, per_mille: usize) -> f64 {
        self.0.sort_unstable();
        let index = (self.0.len() * per_mille / 1000).min(self.0.len().saturating_sub(1));
        self.0.get(index).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
    }
}

impl Extend<Duration> for Times {
    fn extend<T: IntoIterator<Item = Duration>>(&mut self, all: T) {
        self.0.extend(all);
    }
}
