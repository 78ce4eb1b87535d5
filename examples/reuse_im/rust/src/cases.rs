//! The cases, one after another; each with accounts of its own.

use anyhow::{Context, Result, ensure};
use parlor_example_reuse_im::api::{Api, now_ms};
use parlor_example_reuse_im::report::Report;
use parlor_sdk::{
    AuthEvent, AuthEvents, Client, Code, Config, Error, ImEvent, ImEvents, Login, LoginAuth, ReuseIm, RoomKit,
};
use std::time::Duration;

/// An event that has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(10);

/// One person: an IM account, the room account bound to it, and a device.
struct Person {
    accid: String,
    im_token: String,
    user_uuid: String,
    user_token: String,
    client: Client,
}

impl Person {
    async fn new(api: &Api, name: &str) -> Result<Self> {
        let accid = format!("{name}{:x}", now_ms() & 0xff_ffff_ffff);
        let (im_token, user_uuid) = (format!("im-token-of-{name}"), format!("room.{accid}"));
        api.create_im_account(&accid, &im_token).await?;
        let user_token = api.create_room_account(&user_uuid, &accid, &im_token).await?;
        let client = client(api, &format!("{accid}-pc"), 4)?;
        Ok(Self { accid, im_token, user_uuid, user_token, client })
    }

    async fn log_im_in(&self) -> Result<(), Error> {
        self.client.im().login(&self.accid, &self.im_token).await.map(drop)
    }

    /// IM logged in, then the room on top of it.
    async fn in_room(&self) -> Result<(RoomKit, AuthEvents)> {
        self.log_im_in().await?;
        let kit = self.client.roomkit(ReuseIm::On);
        kit.login(&self.user_uuid, &self.user_token).await?;
        let events = kit.events();
        Ok((kit, events))
    }
}

fn client(api: &Api, device_id: &str, client_type: i32) -> Result<Client, Error> {
    let config = Config::new(&api.server, &api.app_key).device_id(device_id).client_type(client_type);
    Client::new(config)
}

fn number<T>(outcome: &Result<T, Error>) -> i32 {
    outcome.as_ref().err().map_or(0, |e| e.number)
}

async fn next_auth(events: &mut AuthEvents) -> Option<AuthEvent> {
    tokio::time::timeout(PATIENCE, events.next()).await.ok().flatten().map(|notice| notice.event)
}

async fn next_devices(events: &mut ImEvents) -> bool {
    let changed = async {
        while let Some(event) = events.next().await {
            if matches!(event, ImEvent::DevicesChanged { .. }) {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(PATIENCE, changed).await.unwrap_or(false)
}

/// Runs every case. `admin` is the command that administers the server.
pub(crate) async fn run(api: &Api, admin: &str, report: &mut Report) -> Result<()> {
    reuse_on(api, report).await?;
    reuse_off(api, report).await?;
    tokens(api, report).await?;
    login_by_im(api, report).await?;
    rebinding(api, report).await?;
    what_ends_a_room_session(api, report).await?;
    component_off(api, admin, report).await
}

async fn reuse_on(api: &Api, report: &mut Report) -> Result<()> {
    let (alice, bob) = (Person::new(api, "alice").await?, Person::new(api, "bob").await?);
    let kit = alice.client.roomkit(ReuseIm::On);
    let outcome = kit.login(&alice.user_uuid, &alice.user_token).await;
    report.expect("reuse on, IM not logged in", 100_004, number(&outcome));
    alice.log_im_in().await?;
    let outcome = kit.login(&bob.user_uuid, &bob.user_token).await;
    report.expect("reuse on, another account's room account", 100_005, number(&outcome));
    let outcome = kit.login(&alice.user_uuid, &alice.user_token).await;
    report.expect("reuse on, the bound account", 0, number(&outcome));
    let outcome = kit.login(&alice.user_uuid, &alice.user_token).await;
    report.expect("the same room account again", 0, number(&outcome));
    let outcome = kit.login(&bob.user_uuid, &bob.user_token).await;
    report.expect("another room account meanwhile", Code::RoomLoggedInOther.link(), number(&outcome));
    kit.logout().await?;
    report.expect("RoomKit logout leaves IM logged in", true, alice.client.im().is_logged_in());
    report.expect("seen by the server", 1, api.online(&alice.accid).await?);
    alice.client.im().logout().await?;
    report.expect("IM logout seen by the server", 0, api.online(&alice.accid).await?);
    Ok(())
}

async fn reuse_off(api: &Api, report: &mut Report) -> Result<()> {
    let carol = Person::new(api, "carol").await?;
    let kit = carol.client.roomkit(ReuseIm::Off);
    let outcome = kit.login(&carol.user_uuid, &carol.user_token).await;
    report.expect("reuse off logs IM in by itself", 0, number(&outcome));
    report.expect("as the bound account", Some(carol.accid.clone()), carol.client.im().account());
    let outcome = carol.log_im_in().await;
    report.expect("IM login while RoomKit holds it", Code::LoggedInAlready.link(), number(&outcome));
    kit.logout().await?;
    report.expect("RoomKit logout logs IM out", 0, api.online(&carol.accid).await?);

    carol.log_im_in().await?;
    let mut events = carol.client.im().events();
    let outcome = kit.login(&carol.user_uuid, &carol.user_token).await;
    report.expect("reuse off while IM is logged in", Code::ImAlreadyLoggedIn.link(), number(&outcome));
    report.expect("the IM session survives", 1, api.online(&carol.accid).await?);
    let phone = client(api, &format!("{}-phone", carol.accid), 1)?;
    phone.im().login(&carol.accid, &carol.im_token).await?;
    report.expect("and hears of her phone", true, next_devices(&mut events).await);
    Ok(())
}

async fn tokens(api: &Api, report: &mut Report) -> Result<()> {
    let dave = Person::new(api, "dave").await?;
    dave.log_im_in().await?;
    let kit = dave.client.roomkit(ReuseIm::On);
    let outcome = kit.login(&dave.user_uuid, "not his token").await;
    report.expect("wrong room token", 1027, number(&outcome));
    let old = api.dynamic_token(&dave.user_uuid, now_ms() - 120_000, 60);
    let outcome = kit.login_by_dynamic_token(&dave.user_uuid, old).await;
    report.expect("expired room token", 1026, number(&outcome));
    let fresh = api.dynamic_token(&dave.user_uuid, now_ms(), 60);
    let outcome = kit.login_by_dynamic_token(&dave.user_uuid, fresh).await;
    report.expect("dynamic room token", 0, number(&outcome));
    report.expect("renewing with a wrong one", 1027, number(&kit.renew_dynamic_token("no").await));
    let fresh = api.dynamic_token(&dave.user_uuid, now_ms(), 60);
    report.expect("renewing with a right one", 0, number(&kit.renew_dynamic_token(fresh).await));

    let off = client(api, &format!("{}-off", dave.accid), 1)?.roomkit(ReuseIm::Off);
    let outcome = off.login(&dave.user_uuid, "not his token").await;
    report.expect("wrong room token, reuse off", 1027, number(&outcome));
    let old = api.dynamic_token(&dave.user_uuid, now_ms() - 120_000, 60);
    let outcome = off.login_by_dynamic_token(&dave.user_uuid, old).await;
    report.expect("expired room token, reuse off", 1026, number(&outcome));

    let wrong = client(api, "any", 1)?.im().login(&dave.accid, "not his token").await;
    report.expect("wrong IM token", 302, number(&wrong));
    let token = api.dynamic_token(&dave.accid, now_ms(), 60);
    let phone = client(api, &format!("{}-phone", dave.accid), 1)?;
    let outcome = phone.im().login_with(Login::new(&dave.accid, token).auth(LoginAuth::Dynamic)).await;
    report.expect("dynamic IM token", 0, number(&outcome));
    Ok(())
}

async fn login_by_im(api: &Api, report: &mut Report) -> Result<()> {
    let erin = Person::new(api, "erin").await?;
    let kit = erin.client.roomkit(ReuseIm::On);
    let outcome = kit.login_by_im(Login::new(&erin.accid, &erin.im_token)).await;
    report.expect("loginByIM", Some(erin.user_uuid.clone()), outcome.ok().map(|room| room.user_uuid));
    kit.logout().await?;
    report.expect("and its logout ends both", 0, api.online(&erin.accid).await?);
    Ok(())
}

async fn rebinding(api: &Api, report: &mut Report) -> Result<()> {
    let (frank, grace) = (Person::new(api, "frank").await?, client(api, "grace-pc", 4)?);
    let other = format!("{}x", frank.accid);
    api.create_im_account(&other, "other-token").await?;
    let (kit, mut events) = frank.in_room().await?;
    let reply = api.rebind(&frank.user_uuid, &other, "other-token").await?;
    report.expect("rebinding", Some(0), reply["code"].as_i64());
    report.expect("ends the old room session", Some(AuthEvent::Unauthorized), next_auth(&mut events).await);
    let outcome = kit.login(&frank.user_uuid, &frank.user_token).await;
    report.expect("the old IM account no longer fits", 100_005, number(&outcome));
    grace.im().login(&other, "other-token").await?;
    let outcome = grace.roomkit(ReuseIm::On).login(&frank.user_uuid, &frank.user_token).await;
    report.expect("the new one does", 0, number(&outcome));
    Ok(())
}

async fn what_ends_a_room_session(api: &Api, report: &mut Report) -> Result<()> {
    let heidi = Person::new(api, "heidi").await?;
    let (_, mut events) = heidi.in_room().await?;
    api.im("update", &[("accid", &heidi.accid), ("token", "a-new-token")]).await?;
    let seen = next_auth(&mut events).await;
    report.expect("changed IM token", Some(AuthEvent::AccountTokenError), seen);
    report.expect("leaves IM logged in", 1, api.online(&heidi.accid).await?);

    let ivan = Person::new(api, "ivan").await?;
    let (_, mut events) = ivan.in_room().await?;
    api.im("block", &[("accid", &ivan.accid), ("needkick", "true")]).await?;
    report.expect("blocked", Some(AuthEvent::Forbidden), next_auth(&mut events).await);
    report.expect("and out of IM", false, ivan.client.im().is_logged_in());
    report.expect("and kept out", 422, number(&ivan.log_im_in().await));
    api.im("unblock", &[("accid", &ivan.accid)]).await?;
    report.expect("until unblocked", 0, number(&ivan.log_im_in().await));

    let judy = Person::new(api, "judy").await?;
    let (_, mut events) = judy.in_room().await?;
    let elsewhere = client(api, &format!("{}-web", judy.accid), 16)?;
    elsewhere.im().login(&judy.accid, &judy.im_token).await?;
    report.expect("kicked by a login elsewhere", Some(AuthEvent::KickOut), next_auth(&mut events).await);

    let kim = Person::new(api, "kim").await?;
    let (_, mut events) = kim.in_room().await?;
    kim.client.im().logout().await?;
    report.expect("IM logout", Some(AuthEvent::LoggedOut), next_auth(&mut events).await);
    Ok(())
}

async fn component_off(api: &Api, admin: &str, report: &mut Report) -> Result<()> {
    let leo = Person::new(api, "leo").await?;
    let (kit, mut events) = leo.in_room().await?;
    administer(admin, "disable-room", &api.app_key)?;
    report.expect("component switched off", Some(AuthEvent::Forbidden), next_auth(&mut events).await);
    let outcome = kit.login(&leo.user_uuid, &leo.user_token).await;
    report.expect("a room login then", 600_420, number(&outcome));
    let reply = api.room(reqwest::Method::GET, "/neroom/v3/users/anybody", serde_json::Value::Null).await?;
    report.expect("a room call then", Some(600_420), reply["code"].as_i64());
    administer(admin, "enable-room", &api.app_key)?;
    let outcome = kit.login(&leo.user_uuid, &leo.user_token).await;
    report.expect("switched on again", 0, number(&outcome));
    Ok(())
}

fn administer(admin: &str, act: &str, app_key: &str) -> Result<()> {
    let mut words = admin.split_whitespace();
    let program = words.next().context("--admin is empty")?;
    let status = std::process::Command::new(program).arg("app").arg(act).arg(app_key).args(words).status()?;
    ensure!(status.success(), "{admin} app {act}: {status}");
    Ok(())
}
