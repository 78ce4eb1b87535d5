//! The built-in templates, kept as the JSON that an own template would be.

use super::Template;

/// The template of a built-in id: 40 online meeting, 3 interactive live, 400 karaoke, 569 voice room.
pub fn builtin(template_id: i64) -> Option<Template> {
    let json = match template_id {
        40 => include_str!("../../templates/meeting.json"),
        3 => include_str!("../../templates/interactive_live.json"),
        400 => include_str!("../../templates/karaoke.json"),
        569 => include_str!("../../templates/voice_room.json"),
        _ => return None,
    };
    Template::parse(json).ok()
}
