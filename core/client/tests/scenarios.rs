//! Plays the scenario files that the TypeScript machines play too (`scenarios/README.md`).
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod scenario;

use scenario::media::MediaPlayer;
use scenario::player::Player;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

/// Those of the call's machine stand with the web SDK, whose machine is the same.
fn media_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/web/tests/media")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn play(name: &str, player: &mut Player) -> Result<(), String> {
    let file = read(&folder().join(format!("{name}.json")));
    if let Some(before) = file["after"].as_str() {
        play(before, player)?;
    }
    for (index, step) in file["steps"].as_array().unwrap().iter().enumerate() {
        player.step(step).map_err(|wrong| format!("{name}.json, step {index}: {wrong}"))?;
    }
    Ok(())
}

fn play_media(name: &str, player: &mut MediaPlayer) -> Result<(), String> {
    let file = read(&media_folder().join(name));
    if let Some(before) = file["after"].as_str() {
        play_media(before, player)?;
    }
    for (index, step) in file["steps"].as_array().unwrap().iter().enumerate() {
        player.step(step).map_err(|wrong| format!("{name}, step {}: {wrong}", index + 1))?;
    }
    Ok(())
}

#[test]
fn every_scenario_holds() {
    let names = names(&folder());
    assert!(names.len() > 15, "{names:?}");
    let wrong: Vec<String> = names.iter().filter_map(|name| play(name, &mut Player::new()).err()).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_scenario_of_a_call_holds() {
    let names = names(&media_folder());
    assert!(names.len() > 10, "{names:?}");
    let mut wrong = Vec::new();
    for name in names {
        wrong.extend(play_media(&format!("{name}.json"), &mut MediaPlayer::new()).err());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
