//! One member of a meeting, moved by lines of standard input, telling what it is answered and what it sees in lines of
//! standard output. The lines are described in `examples/meeting/README.md`; they are the same in every language.
//!
//! ```text
//! PARLOR_SERVER=http://127.0.0.1:8787 PARLOR_APP_KEY=… meeting_member
//! ```

mod lines;
mod listener;
mod obey;

use anyhow::{Context, Result};
use parlor_sdk::{Client, Config};

fn main() -> Result<()> {
    let variable = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
    let config = Config::new(variable("PARLOR_SERVER")?, variable("PARLOR_APP_KEY")?);
    let runtime = tokio::runtime::Runtime::new()?;
    let _inside = runtime.enter();
    let mut member = obey::Member::new(Client::new(config)?);
    for line in std::io::stdin().lines() {
        let line = line?;
        let (command, words) = line.split_once(' ').unwrap_or((&line, ""));
        // What happens meanwhile is told by the runtime's own threads.
        let mut answer = match runtime.block_on(member.obey(command, words)) {
            Ok(answer) => answer,
            Err(error) => serde_json::json!({ "code": error.number, "reason": error.message }),
        };
        answer["answer"] = command.into();
        lines::print(&answer);
    }
    Ok(())
}
