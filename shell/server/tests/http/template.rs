//! Templates through the API.

use crate::world::{APP, OTHER, World, template};
use serde_json::{Value, json};

const TEMPLATES: &str = "/neroom/v1/templates";

async fn put(world: &World, path: &str, rules: Value) -> Value {
    let method = if path == TEMPLATES { "POST" } else { "PUT" };
    world.json(APP, method, path, json!({"template": rules})).await
}

#[tokio::test(start_paused = true)]
async fn built_in_templates_are_listed_and_cannot_be_changed() {
    let world = World::new().await;
    let list = world.get(APP, TEMPLATES).await["data"]["templates"].clone();
    let ids: Vec<_> = list.as_array().unwrap().iter().map(|one| one["template_id"].clone()).collect();
    assert_eq!(ids, [3, 40, 400, 569]);
    assert!(list.as_array().unwrap().iter().all(|one| one["built_in"] == true), "{list}");
    let meeting = world.get(APP, &format!("{TEMPLATES}/40")).await["data"].clone();
    assert_eq!(meeting["template"]["defaultRole"], "member");
    let copy = put(&world, TEMPLATES, meeting["template"].clone()).await;
    assert_eq!(copy["data"]["template_id"], 1000, "a built-in one may be copied: {copy}");
    let changed = put(&world, &format!("{TEMPLATES}/40"), template("Mine")).await;
    assert_eq!(changed["code"], 403, "{changed}");
    let dropped = world.json(APP, "DELETE", &format!("{TEMPLATES}/40"), Value::Null).await;
    assert_eq!(dropped["code"], 403, "{dropped}");
}

#[tokio::test(start_paused = true)]
async fn a_change_counts_for_rooms_that_are_made_afterwards() {
    let world = World::new().await;
    let made = put(&world, TEMPLATES, template("Own")).await;
    assert_eq!(made["data"]["template_id"], 1000, "{made}");
    world.room("before", json!({"template_id": 1000})).await;
    let mut changed = template("Own");
    changed["roles"][1]["name"] = "visitor".into();
    changed["defaultRole"] = "visitor".into();
    let answer = put(&world, &format!("{TEMPLATES}/1000"), changed).await;
    assert_eq!(answer["code"], 0, "{answer}");
    world.room("after", json!({"template_id": 1000})).await;
    world.enter("ann", "before", "").await;
    world.enter("bob", "after", "").await;
    assert_eq!(world.live_room("1").await.member("ann").unwrap().role, "guest");
    assert_eq!(world.live_room("2").await.member("bob").unwrap().role, "visitor");
    let dropped = world.json(APP, "DELETE", &format!("{TEMPLATES}/1000"), Value::Null).await;
    assert_eq!(dropped["code"], 0, "{dropped}");
    world.enter("cat", "after", "lead").await;
    let gone = world.json(APP, "POST", "/neroom/v4/rooms", json!({"template_id": 1000})).await;
    assert_eq!(gone["code"], 1001, "{gone}");
}

#[tokio::test(start_paused = true)]
async fn rules_that_cannot_be_used_are_refused_with_the_place() {
    let world = World::new().await;
    let with = |change: fn(&mut Value)| {
        let mut rules = template("Own");
        change(&mut rules);
        rules
    };
    for (rules, place) in [
        (with(|rules| rules["colour"] = "red".into()), "template: "),
        (with(|rules| rules["roles"][0]["limit"] = "one".into()), "template: roles[0].limit"),
        (with(|rules| rules["defaultRole"] = "king".into()), "template: defaultRole"),
        (
            with(|rules| rules["permissions"]["room"]["properties"]["topic"]["roles"][0] = "king".into()),
            "template: permissions.room.properties.topic.roles[0]",
        ),
    ] {
        let answer = put(&world, TEMPLATES, rules).await;
        assert_eq!(answer["code"], 400, "{answer}");
        assert!(answer["msg"].as_str().unwrap().starts_with(place), "{place}: {answer}");
    }
    let nothing = world.json(APP, "POST", TEMPLATES, json!({})).await;
    assert_eq!((&nothing["code"], &nothing["msg"]), (&json!(400), &json!("template is required")));
    let absent = put(&world, &format!("{TEMPLATES}/1000"), template("Own")).await;
    assert_eq!(absent["code"], 404, "{absent}");
    assert_eq!(world.get(APP, &format!("{TEMPLATES}/1000")).await["code"], 404);
}

#[tokio::test(start_paused = true)]
async fn templates_belong_to_one_app() {
    let world = World::new().await;
    put(&world, TEMPLATES, template("Own")).await;
    assert_eq!(world.get(OTHER, &format!("{TEMPLATES}/1000")).await["code"], 404);
    let theirs = json!({"template": template("Theirs")});
    let theirs = world.json(OTHER, "PUT", &format!("{TEMPLATES}/1000"), theirs).await;
    assert_eq!(theirs["code"], 404, "{theirs}");
    let room = world.json(OTHER, "POST", "/neroom/v4/rooms", json!({"template_id": 1000})).await;
    assert_eq!(room["code"], 1001, "{room}");
    let rows = world.node.store.read(|view| view.audit(100)).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.act == "template.put").count(), 1);
}
