//! This installation's device id, kept in the app's data folder.

use std::path::Path;

const FILE: &str = "parlor_device_id";
const MOST_CHARACTERS: usize = 64;

/// The id in `app_data_dir`, made there on the first start. Empty when no folder was given or it cannot be
/// written: then the id lives as long as the process.
pub(crate) fn id_in(app_data_dir: &str) -> String {
    if app_data_dir.is_empty() {
        return String::new();
    }
    let path = Path::new(app_data_dir).join(FILE);
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if is_id(kept.trim()) {
        return kept.trim().to_owned();
    }
    let made = uuid::Uuid::new_v4().simple().to_string();
    let written = std::fs::create_dir_all(app_data_dir).and_then(|()| std::fs::write(&path, &made));
    written.map(|()| made).unwrap_or_default()
}

fn is_id(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    !text.is_empty() && text.len() <= MOST_CHARACTERS && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::id_in;

    #[test]
    fn an_id_is_made_once_and_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let folder = dir.path().join("new/data").display().to_string();
        let id = id_in(&folder);
        assert_eq!(id.len(), 32);
        assert_eq!(id_in(&folder), id);
        std::fs::write(dir.path().join("new/data/parlor_device_id"), "no id!").expect("written");
        assert_ne!(id_in(&folder), id);
        assert_eq!(id_in(""), "");
    }
}
