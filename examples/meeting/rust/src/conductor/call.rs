//! The scene in which two members on browsers are in a call, while the others look on: what is muted, banned or shared is
//! judged by what arrives, as the browser's own figures have it.

use crate::cast::Part::{self, Cohost, Guest, Host, MemberToo};
use crate::performer::Sdk;
use crate::play::Play;
use anyhow::Result;
use parlor_sdk::Code;

/// Plays it where two different people are on browsers, one of them host or cohost.
pub(crate) fn perform(play: &mut Play<'_>) -> Result<()> {
    let on_browser = |play: &Play<'_>, part: &Part| play.sdk(*part) == Sdk::Web;
    let one = [Host, Cohost].into_iter().find(|part| on_browser(play, part));
    let other = [Guest, MemberToo].into_iter().find(|part| on_browser(play, part));
    let (Some(one), Some(other)) = (one, other) else { return Ok(()) };
    let [first, second] = [one, other].map(|part| play.uuid(part));
    for (part, whom) in [(one, &second), (other, &first)] {
        play.does(part, "call")?;
        play.does(part, &format!("watch {whom}"))?;
    }
    for (part, whom) in [(one, &second), (other, &first)] {
        play.does(part, &format!("hears {whom} yes"))?;
        play.does(part, &format!("sees {whom} yes"))?;
    }

    play.does(one, &format!("mute {second}"))?;
    play.does(one, &format!("mute-picture {second}"))?;
    play.does(one, &format!("hears {second} no"))?;
    play.does(one, &format!("sees {second} no"))?;
    play.does(other, &format!("hears {first} yes"))?;
    play.is_refused(other, &format!("mute {first}"), Code::Forbidden)?;
    play.does(other, "microphone")?;
    play.does(one, &format!("hears {second} yes"))?;
    banned_by_another_sdk(play, one, other)?;

    play.does(one, "share")?;
    play.is_refused(other, "share", Code::ConcurrencyExceeded)?;
    play.does(one, "stop-sharing")?;
    play.does(other, "share")?;
    play.does(other, "stop-sharing")?;

    play.does(other, "hang-up")?;
    play.does(one, &format!("hears {second} no"))?;
    play.does(one, "hang-up")?;
    play.nothing_else()
}

/// Who is not in the call may ban from it: here the host or the cohost, on the Rust SDK.
fn banned_by_another_sdk(play: &mut Play<'_>, one: Part, other: Part) -> Result<()> {
    let bans = [Host, Cohost].into_iter().find(|part| play.sdk(*part) == Sdk::Rust);
    let Some(bans) = bans else { return Ok(()) };
    let whom = play.uuid(other);
    play.does(bans, &format!("ban-audio {whom} 0"))?;
    play.does(one, &format!("hears {whom} no"))?;
    play.is_refused(other, "microphone", Code::Forbidden)?;
    play.does(bans, &format!("unban-audio {whom}"))?;
    play.does(other, "microphone")?;
    play.does(one, &format!("hears {whom} yes")).map(drop)
}
