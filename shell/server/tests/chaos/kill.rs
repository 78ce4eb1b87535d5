//! SIGKILL at any moment of the first second, start-up included: nothing acknowledged is lost, clients come back by
//! themselves, kicked ones stay out. `PARLOR_CHAOS_ROUNDS` kills (`cargo xtask soak chaos` sets 200).

use crate::api::Api;
use crate::ledger::{Ledger, Person, Possible};
use crate::server::{App, Place};
use parlor_sdk::{Client, ReuseIm};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Killed this often in a test; `PARLOR_CHAOS_ROUNDS` says otherwise.
const ROUNDS: usize = 5;
/// Writers at once.
const WRITERS: usize = 6;
/// After so many kills the server lives long enough for everything to be compared.
const KILLS_BETWEEN_CHECKS: usize = 5;
/// A client that may come back is back within this.
const RESUME_LIMIT: Duration = Duration::from_secs(20);

/// A person's life, one acknowledged write after another, until one is not acknowledged.
struct Writer {
    place: Arc<Place>,
    api: Api,
    app: App,
    numbers: Arc<AtomicUsize>,
    ledger: Ledger,
    lives: usize,
    stayed: Vec<Client>,
    out: Vec<Client>,
}

/// One call was cut off: its outcome is unknown.
struct CutOff;

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_nothing_acknowledged_is_lost() {
    let rounds = rounds(ROUNDS);
    let place =
        Arc::new(Place::new(&[("PARLOR__LINK__LOGINS_PER_S", "0"), ("PARLOR__HTTP__REQUESTS_PER_S", "0")]));
    let server = place.start_ready().await;
    let app = place.first_app();
    let api = Api::new(place.base(), app.clone());
    let keepers = keepers(&place, &api, &app).await;
    server.kill().await;

    let mut random = seed();
    let (mut ledger, mut kills) = (Ledger::default(), 0);
    let numbers = Arc::new(AtomicUsize::new(0));
    while kills < rounds {
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            let writer = Writer {
                place: place.clone(),
                api: api.clone(),
                app: app.clone(),
                numbers: numbers.clone(),
                ledger: Ledger::default(),
                lives: 0,
                stayed: Vec::new(),
                out: Vec::new(),
            };
            writers.spawn(writer.run(stop.clone()));
        }
        let apps = tokio::spawn(make_apps(place.clone(), numbers.clone(), stop.clone()));
        for _ in 0..KILLS_BETWEEN_CHECKS.min(rounds - kills) {
            let server = place.start();
            tokio::time::sleep(Duration::from_millis(below(&mut random, 1000))).await;
            server.kill().await;
            kills += 1;
        }
        let server = place.start_ready().await;
        stop.store(true, Ordering::Relaxed);
        let mut made = Ledger::default();
        let (mut stayed, mut out) = (Vec::new(), Vec::new());
        while let Some(writer) = writers.join_next().await {
            let writer = writer.unwrap();
            made.merge(writer.ledger);
            stayed.extend(writer.stayed);
            out.extend(writer.out);
        }
        made.merge(apps.await.unwrap());
        compare(&place, &api, &made).await;
        ledger.merge(made);
        for keeper in keepers.iter().chain(&stayed) {
            is_back(keeper).await;
        }
        for client in &out {
            stays_out(client).await;
        }
        println!("{kills} kills; acknowledged so far: {:?}", ledger.acked);
        server.kill().await;
    }
    let server = place.start_ready().await;
    compare(&place, &api, &ledger).await;
    for keeper in &keepers {
        is_back(keeper).await;
        assert!(keeper.roomkit(ReuseIm::On).is_logged_in(), "the room session came back too");
    }
    drop(server);
    println!("seed {}, {kills} kills, {} people, {:?}", seed(), ledger.people.len(), ledger.acked);
    let enough = if rounds >= 200 { 50 } else { 1 };
    for kind in KINDS {
        let count = ledger.acked.of(kind);
        assert!(count >= enough || rounds < ROUNDS, "only {count} acknowledged writes of {kind}");
    }
}

const KINDS: [&str; 10] = [
    "im_create",
    "im_update",
    "im_token",
    "im_block",
    "room_create",
    "room_rebind",
    "login",
    "room_login",
    "kick",
    "app",
];

/// Kills: `usual`, unless `PARLOR_CHAOS_ROUNDS` says otherwise.
pub(crate) fn rounds(usual: usize) -> usize {
    std::env::var("PARLOR_CHAOS_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Of the moments at which it is killed.
pub(crate) fn seed() -> u64 {
    static SEED: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *SEED.get_or_init(|| {
        let given = std::env::var("PARLOR_CHAOS_SEED").ok().and_then(|text| text.parse().ok());
        given.unwrap_or_else(|| u64::from(std::process::id()) << 20 | 1)
    })
}

pub(crate) fn below(random: &mut u64, bound: u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random % bound
}

/// Clients that are logged in before the first kill and never log in again.
async fn keepers(place: &Place, api: &Api, app: &App) -> Vec<Client> {
    let mut keepers = Vec::new();
    for number in 0..5 {
        let name = format!("keeper{number}");
        let body = json!({"user_uuid": name, "user_token": "room"});
        let made = api.json("POST", "/neroom/v3/users", &body).await.unwrap();
        let client = place.client(app, &name);
        client.im().login(&name, made["data"]["im_token"].as_str().unwrap()).await.unwrap();
        client.roomkit(ReuseIm::On).login(&name, "room").await.unwrap();
        keepers.push(client);
    }
    keepers
}

async fn is_back(client: &Client) {
    let begun = Instant::now();
    let account = client.im().account();
    loop {
        let answer = timeout(RESUME_LIMIT, client.im().kick(vec!["nobody".into()])).await;
        match answer {
            Ok(Ok(_)) => return,
            _ if begun.elapsed() > RESUME_LIMIT => panic!("{account:?} does not come back: {answer:?}"),
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn stays_out(client: &Client) {
    let begun = Instant::now();
    while client.im().is_logged_in() {
        assert!(begun.elapsed() < RESUME_LIMIT, "{:?} was kicked and is in", client.im().account());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn make_apps(place: Arc<Place>, numbers: Arc<AtomicUsize>, stop: Arc<AtomicBool>) -> Ledger {
    let mut ledger = Ledger::default();
    while !stop.load(Ordering::Relaxed) {
        if !place.is_listening().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let name = format!("app{}", numbers.fetch_add(1, Ordering::Relaxed));
        if let Some(app) = place.create_app(&name).await {
            ledger.apps.push((app.key, app.secret));
            ledger.ack("app");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ledger
}

impl Writer {
    async fn run(mut self, stop: Arc<AtomicBool>) -> Self {
        while !stop.load(Ordering::Relaxed) {
            if self.place.is_listening().await {
                // Cut off: what is known of this person stays in the ledger.
                let _: Result<(), CutOff> = self.life().await;
            } else {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        self
    }

    async fn life(&mut self) -> Result<(), CutOff> {
        let at = self.create().await?;
        let accid = self.ledger.people[at].accid.clone();
        let name = format!("name of {accid}");
        self.ledger.people[at].name.may_be(name.clone());
        self.form("updateUinfo", "im_update", &[("accid", &accid), ("name", &name)]).await?;
        self.ledger.people[at].name.is(name);
        let token = format!("second-{accid}");
        self.ledger.people[at].token.may_be(token.clone());
        self.form("update", "im_token", &[("accid", &accid), ("token", &token)]).await?;
        self.ledger.people[at].token.is(token.clone());
        let uuid = format!("room-{accid}");
        let body = json!({"user_uuid": uuid, "user_token": "room", "im_accid": accid, "im_token": token});
        self.json("POST", "/neroom/v3/users", &body, "room_create").await?;
        self.ledger.people[at].bound = Some((uuid.clone(), Possible::exactly(accid.clone())));
        let client = self.log_in(&accid, &token, &uuid).await?;
        self.lives += 1;
        match self.lives % 3 {
            0 => self.block(at, client).await,
            1 => {
                self.kick(at, client).await?;
                self.rebind(at, &uuid).await
            }
            _ => {
                self.stayed.push(client);
                Ok(())
            }
        }
    }

    async fn create(&mut self) -> Result<usize, CutOff> {
        let accid = format!("p{}", self.numbers.fetch_add(1, Ordering::Relaxed));
        let token = format!("first-{accid}");
        self.form("create", "im_create", &[("accid", &accid), ("token", &token)]).await?;
        self.ledger.people.push(Person {
            accid,
            token: Possible::exactly(token),
            name: Possible::exactly(String::new()),
            enabled: Possible::exactly(true),
            bound: None,
            kicked: false,
        });
        Ok(self.ledger.people.len() - 1)
    }

    async fn log_in(&mut self, accid: &str, token: &str, uuid: &str) -> Result<Client, CutOff> {
        let client = self.place.client(&self.app, accid);
        client.im().login(accid, token).await.map_err(|_| CutOff)?;
        self.ledger.ack("login");
        if client.roomkit(ReuseIm::On).login(uuid, "room").await.is_err() {
            self.stayed.push(client);
            return Err(CutOff);
        }
        self.ledger.ack("room_login");
        Ok(client)
    }

    async fn kick(&mut self, at: usize, client: Client) -> Result<(), CutOff> {
        let path = format!("/im/v2/accounts/{}/actions/kick", self.ledger.people[at].accid);
        self.json("POST", &path, &json!({"type": 1}), "kick").await?;
        self.ledger.people[at].kicked = true;
        self.out.push(client);
        Ok(())
    }

    async fn block(&mut self, at: usize, client: Client) -> Result<(), CutOff> {
        let accid = self.ledger.people[at].accid.clone();
        self.ledger.people[at].enabled.may_be(false);
        self.form("block", "im_block", &[("accid", &accid), ("needkick", "true")]).await?;
        self.ledger.people[at].enabled.is(false);
        self.ledger.people[at].kicked = true;
        self.out.push(client);
        Ok(())
    }

    /// The room account goes to another IM account.
    async fn rebind(&mut self, at: usize, uuid: &str) -> Result<(), CutOff> {
        let other = self.create().await?;
        let accid = self.ledger.people[other].accid.clone();
        if let Some((_, bound)) = &mut self.ledger.people[at].bound {
            bound.may_be(accid.clone());
        }
        let token = format!("first-{accid}");
        let body =
            json!({"user_uuid": uuid, "im_accid": accid, "im_token": token, "update_on_conflict": true});
        self.json("POST", "/neroom/v3/users", &body, "room_rebind").await?;
        if let Some((_, bound)) = &mut self.ledger.people[at].bound {
            bound.is(accid);
        }
        Ok(())
    }

    async fn form(&mut self, action: &str, kind: &'static str, pairs: &[(&str, &str)]) -> Result<(), CutOff> {
        let answer = self.api.form(&format!("/nimserver/user/{action}.action"), pairs).await;
        self.acked(kind, answer, 200)
    }

    async fn json(
        &mut self,
        method: &str,
        path: &str,
        body: &Value,
        kind: &'static str,
    ) -> Result<(), CutOff> {
        let answer = self.api.json(method, path, body).await;
        self.acked(kind, answer, if path.starts_with("/im/") { 200 } else { 0 })
    }

    fn acked(
        &mut self,
        kind: &'static str,
        answer: Result<Value, reqwest::Error>,
        ok: i64,
    ) -> Result<(), CutOff> {
        let answer = answer.map_err(|_| CutOff)?;
        assert_eq!(answer["code"], ok, "{kind}: {answer}");
        self.ledger.ack(kind);
        Ok(())
    }
}

/// Everything acknowledged is there, and nothing else than what was asked for.
async fn compare(place: &Place, api: &Api, ledger: &Ledger) {
    for people in ledger.people.chunks(100) {
        let accids: Vec<_> = people.iter().map(|person| &person.accid).collect();
        let accids = serde_json::to_string(&accids).unwrap();
        let answer = api.form("/nimserver/user/getUinfos.action", &[("accids", &accids)]).await.unwrap();
        let uinfos = answer["uinfos"].as_array().unwrap_or_else(|| panic!("{answer}"));
        for person in people {
            let uinfo = uinfos.iter().find(|uinfo| uinfo["accid"] == person.accid.as_str());
            let uinfo = uinfo.unwrap_or_else(|| panic!("{person:?} is lost"));
            let room = match &person.bound {
                Some((uuid, _)) => {
                    let path = format!("/neroom/v3/users/{uuid}");
                    let answer = api.json("GET", &path, &Value::Null).await.unwrap();
                    assert_eq!(answer["code"], 0, "{person:?}: {answer}");
                    Some(answer["data"].clone())
                }
                None => None,
            };
            person.check(uinfo, room.as_ref());
        }
        nobody_kicked_is_online(api, people).await;
    }
    for (key, secret) in &ledger.apps {
        let api = api.of(&App { key: key.clone(), secret: secret.clone() });
        let answer = api.form("/nimserver/user/create.action", &[("accid", "first")]).await.unwrap();
        assert!(answer["code"] == 200 || answer["code"] == 414, "app {key} is lost: {answer}");
    }
    assert!(place.answers().await);
}

async fn nobody_kicked_is_online(api: &Api, people: &[Person]) {
    let kicked: Vec<_> = people.iter().filter(|person| person.kicked).map(|person| &person.accid).collect();
    if kicked.is_empty() {
        return;
    }
    let body = json!({"account_ids": kicked});
    let answer = api.json("POST", "/im/v2/users/actions/online_status", &body).await.unwrap();
    assert_eq!(answer["code"], 200, "{answer}");
    let listed = answer["data"]["success_list"].as_array().unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(listed.len(), kicked.len(), "{answer}");
    for account in listed {
        assert_eq!(account["online_status"], json!([]), "kicked, and online: {account}");
    }
}
