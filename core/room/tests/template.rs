//! Templates: the built-in ones, and what a bad one is told.

#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use parlor_room::{Template, TemplateError, builtin};

#[test]
fn built_in_templates_are_sound_and_survive_their_json() {
    for (id, default, lifetime_h) in
        [(40, "member", 16), (3, "audience", 24), (400, "audience", 16), (569, "audience", 16)]
    {
        let template = builtin(id).unwrap();
        assert_eq!(template.default_role, default, "{id}");
        assert_eq!(template.lifetime_ms, lifetime_h * 3600 * 1000, "{id}");
        assert_eq!(Template::parse(&template.to_json()).unwrap(), template, "{id}");
        let host = template.role("host").unwrap();
        assert!(host.limit == 1 && host.super_role && template.role("observer").unwrap().hide, "{id}");
        let wire = template.to_wire(id);
        assert_eq!((wire.template_id, wire.roles.len()), (id, template.roles.len()));
    }
    assert_eq!(builtin(41), None);
}

const SMALL: &str = r#"{
    "name": "small",
    "roles": [{"name": "boss", "limit": 1}, {"name": "guest"}],
    "defaultRole": "guest",
    "permissions": {
        "room": {"properties": {"topic": {"roles": ["boss"]}, "pen": {"roles": ["*.self"], "exclusive": true}}},
        "member": {
            "properties": {"hand": {"roles": ["*.self"], "concurrency": {"limit": 2, "valueMap": {"value": "1"}}}},
            "streams": {"audio": {"roles": ["boss", "guest.self#put"]}}
        },
        "actions": {"kick": {"roles": ["boss.guest"]}}
    },
    "initial": {"room": {"properties": {"topic": "none"}}, "member": {"streams": {"audio": true}}}
}"#;

fn refusal(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    Template::parse(&SMALL.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn a_small_template_gets_the_defaults() {
    let template = Template::parse(SMALL).unwrap();
    assert!(template.resources.rtc && template.resources.chatroom && template.resources.whiteboard);
    assert!(
        !(template.resources.live
            || template.resources.record
            || template.resources.sip
            || template.resources.seat)
    );
    assert!(template.blacklist && template.multi_device);
    assert_eq!((template.lifetime_ms, template.empty_grace_ms), (16 * 3600 * 1000, 0));
    assert_eq!(template.roles[0].params.screen.prefer_motion_fps, 24);
    assert_eq!(template.roles[0].params.screen.prefer_details_fps, 5);
}

#[test]
fn a_wrong_shape_is_named_with_its_path() {
    for (from, to, path, problem) in [
        ("\"limit\": 1", "\"limits\": 1", "roles[0].limits", "unknown field `limits`"),
        ("\"limit\": 1", "\"limit\": -1", "roles[0].limit", "invalid value"),
        ("\"name\": \"small\",", "", ".", "missing field `name`"),
        ("\"kick\": {", "\"jump\": {", "permissions.actions.jump", "`jump` is not one of"),
        (
            "\"boss.guest\"",
            "\"boss.guest#take\"",
            "permissions.actions.kick.roles[0]",
            "after # comes put or delete",
        ),
        ("\"boss.guest\"", "\"self.guest\"", "permissions.actions.kick.roles[0]", "operatorRole"),
        ("\"boss.guest\"", "\"boss.\"", "permissions.actions.kick.roles[0]", "operatorRole"),
        (
            "\"value\": \"1\"",
            "\"values\": \"1\"",
            "permissions.member.properties.hand.concurrency.valueMap.values",
            "unknown field",
        ),
    ] {
        let text = refusal(from, to);
        assert!(text.starts_with(&format!("{path}: ")) && text.contains(problem), "{text}");
    }
    assert!(matches!(Template::parse("{"), Err(TemplateError::Shape { .. })));
    assert!(matches!(Template::parse(&format!("{SMALL} x")), Err(TemplateError::Shape { .. })));
}

#[test]
fn a_broken_rule_is_named_with_its_path() {
    for (from, to, path) in [
        ("\"defaultRole\": \"guest\"", "\"defaultRole\": \"guests\"", "defaultRole"),
        ("\"defaultRole\": \"guest\"", "\"defaultRole\": \"boss\"", "defaultRole"),
        ("{\"name\": \"guest\"}", "{\"name\": \"guest\", \"boundOnly\": true}", "defaultRole"),
        ("{\"name\": \"boss\"", "{\"name\": \"bo.ss\"", "roles[0].name"),
        ("{\"name\": \"boss\"", "{\"name\": \"self\"", "roles[0].name"),
        ("{\"name\": \"boss\"", "{\"name\": \"guest\"", "roles[1].name"),
        ("\"boss.guest\"", "\"boss.ghost\"", "permissions.actions.kick.roles[0]"),
        ("\"boss.guest\"]", "\"boss\"], \"exclusive\": true", "permissions.actions.kick.exclusive"),
        (
            "\"boss.guest\"]",
            "\"boss\"], \"concurrency\": {\"limit\": 1}",
            "permissions.actions.kick.concurrency",
        ),
        ("\"limit\": 2", "\"limit\": 0", "permissions.member.properties.hand.concurrency.limit"),
        ("\"hand\"", "\"*\"", "permissions.member.properties.*"),
        ("\"topic\": \"none\"", "\"pen\": \"none\"", "initial.room.properties.pen"),
        ("\"topic\": \"none\"", "\"other\": \"none\"", "initial.room.properties.other"),
        ("\"audio\": true", "\"video\": true", "initial.member.streams.video"),
        ("\"name\": \"small\"", "\"lifetimeMs\": -1, \"name\": \"small\"", "lifetimeMs"),
        ("\"name\": \"small\"", "\"name\": \"\"", "name"),
    ] {
        let text = refusal(from, to);
        assert!(text.starts_with(&format!("{path}: ")), "{path} / {text}");
    }
}

#[test]
fn the_documented_example_is_a_template() {
    let page = include_str!("../../../docs/templates.md");
    let (_, rest) = page.split_once("```json\n").unwrap();
    let template = Template::parse(rest.split_once("```").unwrap().0).unwrap();
    assert_eq!(template.default_role, "pupil");
    for action in parlor_room::Action::ALL {
        assert!(page.contains(&format!("`{}`", action.name())), "{}", action.name());
    }
}
